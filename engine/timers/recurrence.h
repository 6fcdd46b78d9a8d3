#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/time.h"
#include "engine/timers/cron.h"
#include "engine/timers/zone.h"

namespace gnomon {

/// The instants at which something recurs: at an interval, or when the wall clock of a zone reads
/// what a cron expression names. A plain value. The default one never does.
///
/// Daylight saving: it fires at every instant at which the clock on the wall reads what is named,
/// no more and no less. A reading that the clock skips brings no fire ("30 2 * * *" has none on the
/// day on which 2:30 is left out), and one that comes twice brings two ("30 1 * * *", one hour
/// apart); "every hour" therefore stays every hour. This is robfig/cron's rule. Whoever wants
/// exactly one fire a day names an hour that is neither skipped nor repeated.
class Recurrence {
 public:
  Recurrence() = default;
  /// At `first` and every `interval` from there.
  static Expected<Recurrence> every(Duration interval, Instant first);
  /// A cron expression (cron.h), or "@every 1h30m": at that interval from 1970 on, or from the
  /// beginning of within().
  static Expected<Recurrence> cron(std::string_view text, Zone zone);

  /// The same, but only in [begin, end).
  Recurrence within(Instant begin, Instant end) const;

  /// The first instant after `after`; kNever if there is none.
  Instant next_after(Instant after) const;

  /// Whose clock on the wall it goes by.
  const Zone& zone() const { return zone_; }

 private:
  Instant next_interval(Instant after) const;
  Instant next_reading(Instant after) const;

  Duration interval_{};  ///< zero: by cron_, or never
  Instant first_{};      ///< of the interval
  std::optional<CronSchedule> cron_;
  Zone zone_;
  Instant begin_ = Instant::min();
  Instant end_ = kNever;
};

/// What becomes of the fires that were due while nobody could run them.
struct MissedFires {
  enum class Policy : std::uint8_t {
    kSkip,  ///< none of them runs
    kOnce,  ///< the latest one runs, unless one that is not missed runs anyway
    kAll,   ///< the latest of them run, up to `limit`
  };
  Policy policy = Policy::kOnce;
  std::uint32_t limit = 100;  ///< of fires run at once, missed or not; the latest count
  /// A fire that is late by no more than this is not missed.
  Duration tolerance = 1min;
};

/// The fires to run at `now`, and how many are passed over.
struct DueFires {
  std::vector<Instant> run;  ///< oldest first
  std::uint64_t missed = 0;  ///< exact up to kMaxCounted, no more than that
  static constexpr std::uint64_t kMaxCounted = 1'000'000;
};

/// Decides on the fires due after `last` (exclusive) up to `now`. Takes a bounded time however long
/// ago `last` is.
DueFires due_fires(const Recurrence& recurrence, const MissedFires& missed, Instant last,
                   Instant now);

/// Every instant of [from, to) at which it recurs; an error if there are more than `limit`.
Expected<std::vector<Instant>> fires_between(const Recurrence& recurrence, Instant from, Instant to,
                                             std::uint32_t limit);

}  // namespace gnomon
