#pragma once

#include <algorithm>
#include <span>

#include "engine/base/time.h"

namespace gnomon::reports {

/// Whether a process went on with the run (at one of the instants `resumed`, ascending) while what
/// lasted from `begin` to `end` (kNever: it has not ended) was on its way. Then nobody knows how
/// much of that time nobody ran it, and it says nothing about the engine.
inline bool spans_a_restart(std::span<const Instant> resumed, Instant begin, Instant end) {
  const auto restart = std::ranges::upper_bound(resumed, begin);
  return restart != resumed.end() && *restart <= end;
}

}  // namespace gnomon::reports
