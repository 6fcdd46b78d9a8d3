#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/error.h"
#include "engine/timers/zone.h"

namespace gnomon {

/// The readings of a wall clock that a cron expression names. A plain value of a few words.
///
///     minute hour day month weekday            30 8 * * MON-FRI
///     second minute hour day month weekday     0 */15 9-17 1,15 * ?
///     @hourly @daily @midnight @weekly @monthly @yearly @annually
///
/// A field is a list of *, ?, n, n-m, each with an optional step: */15, 10-50/20; n/5 means
/// n-max/5. Months and weekdays have English names of three letters; Sunday is 0 and 7. As in every
/// cron, when both day and weekday are restricted, either of them is enough; `*/2` counts as
/// restricted. L, W and # are not offered.
///
/// The rules are those of robfig/cron, and tests hold them against its vectors.
class CronSchedule {
 public:
  /// The error says where, and what was meant: "column 6: 'MOM' is no weekday (did you mean
  /// 'MON'?)". A schedule that never comes, such as the 31st of April, is an error.
  static Expected<CronSchedule> parse(std::string_view text);

  /// The first reading in [from, until) that it names; none if there is none, or none within the
  /// nine years in which even the 29th of February comes around.
  std::optional<WallTime> next(WallTime from, WallTime until) const;

  bool operator==(const CronSchedule&) const = default;

 private:
  bool has_day(std::chrono::local_days day) const;
  std::optional<std::chrono::seconds> next_time_of_day(std::chrono::seconds from) const;
  Expected<void> check_that_it_comes() const;

  // One bit for each value of a field.
  std::uint64_t seconds_ = 1;
  std::uint64_t minutes_ = 0;
  std::uint64_t hours_ = 0;
  std::uint64_t days_ = 0;
  std::uint64_t months_ = 0;
  std::uint64_t weekdays_ = 0;  ///< Sunday is 0
  bool any_day_ = false;        ///< the field is * or ?
  bool any_weekday_ = false;
};

}  // namespace gnomon
