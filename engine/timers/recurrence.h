#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/time.h"

namespace gnomon {

/// What becomes of the fires that were due while nobody could run them.
struct MissedFires {
  enum class Policy : std::uint8_t {
    kSkip,  ///< none of them runs
    kOnce,  ///< the latest one runs
    kAll,   ///< the latest `limit` of them run, oldest first
  };
  Policy policy = Policy::kOnce;
  std::uint32_t limit = 100;
  /// A fire that is late by no more than this is not missed.
  Duration tolerance = 1min;
};

/// The instants at which something recurs. A plain value.
class Recurrence {
 public:
  Recurrence() = default;
  static Expected<Recurrence> every(Duration interval, Instant first);

  /// The first instant after `after`; kNever if there is none.
  Instant next_after(Instant after) const;

 private:
  Duration interval_{};
  Instant first_{};
};

/// The fires to run at `now`, of those due after `last` (exclusive), and how many are passed over.
struct DueFires {
  std::vector<Instant> run;  ///< oldest first
  std::uint64_t missed = 0;
};
DueFires due_fires(const Recurrence& recurrence, const MissedFires& missed, Instant last, Instant now);

/// Every instant of [from, to) at which it recurs; an error if there are more than `limit`.
Expected<std::vector<Instant>> fires_between(const Recurrence& recurrence, Instant from, Instant to, std::uint32_t limit);

}  // namespace gnomon
