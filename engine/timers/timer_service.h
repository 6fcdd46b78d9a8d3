#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/record/rows.h"
#include "engine/timers/schedule.h"

namespace gnomon {

using ScheduleDecoder = std::function<Expected<Schedule>(const ScheduleRow&)>;

/// A schedule that has come due: the instants it is to be run for, and how many were passed over.
struct Firing {
  const Schedule* schedule = nullptr;
  std::vector<Instant> due;
  std::uint64_t missed = 0;
};

/// The recurring and scheduled starts of one shard (article A, "Timer Service"). One-shot timers of
/// nodes and workflows are in the TimerQueue; they follow from the rows of what waits for them.
///
/// Always holds: a schedule is never fired before it is due; each of its instants is handed out
/// once, run or counted as missed; what it was last fired for is committed together with what that
/// started.
class TimerService {
 public:
  static constexpr std::uint32_t kMaxBackfill = 10'000;

  /// Sets a schedule, or replaces the one of that name; the first fire is the first one after
  /// `now`.
  Expected<void> put(Instant now, Schedule schedule);
  Expected<void> remove(const std::string& name);
  /// Fires that come due while it is paused are missed fires when it goes on.
  Expected<void> pause(Instant now, const std::string& name, bool paused);
  /// For every instant of [from, to).
  Expected<Firing> backfill(const std::string& name, Instant from, Instant to) const;

  Instant next_due() const { return due_.empty() ? kNever : due_.begin()->first; }
  /// The schedule that is due first; needs next_due() <= now.
  Firing fire(Instant now);

  Expected<void> restore(const std::vector<ScheduleRow>& rows, const ScheduleDecoder& decode);
  /// Appends the rows that have changed since the last time.
  void collect(std::vector<ScheduleRow>& rows);

 private:
  struct Entry {
    Schedule schedule;
    ScheduleRow row;
  };
  void plan(Entry& entry);
  Expected<std::map<std::string, Entry>::iterator> find(const std::string& name);

  std::map<std::string, Entry> schedules_;
  std::set<std::pair<Instant, std::string>> due_;
  std::set<std::string> changed_;
};

}  // namespace gnomon
