#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/base/time.h"

namespace gnomon::reports {

/// Half open: [begin, end). An empty one takes a lane for a nanosecond.
using Interval = std::pair<Instant, Instant>;

/// Puts each interval into the lowest lane that is free at its begin, so that no two in a lane
/// overlap and there are no more lanes than intervals at once: what slots of a worker pool look
/// like from outside. Intervals are taken by (begin, position); the result holds the lane of each,
/// by position.
std::vector<std::uint32_t> assign_lanes(std::span<const Interval> intervals);

}  // namespace gnomon::reports
