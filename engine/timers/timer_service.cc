#include "engine/timers/timer_service.h"

#include <fmt/format.h>

#include "engine/base/ensure.h"

namespace gnomon {

Expected<std::map<std::string, TimerService::Entry>::iterator> TimerService::find(
    const std::string& name) {
  const auto found = schedules_.find(name);
  if (found == schedules_.end())
    return invalid(fmt::format("there is no schedule named '{}'", name));
  return found;
}

void TimerService::plan(Entry& entry) {
  due_.erase({entry.row.next_at, entry.row.name});
  entry.row.next_at = entry.schedule.recurrence.next_after(entry.row.last_at);
  if (!entry.row.paused && entry.row.next_at != kNever)
    due_.emplace(entry.row.next_at, entry.row.name);
  changed_.insert(entry.row.name);
}

Expected<void> TimerService::put(Instant now, Schedule schedule) {
  Entry& entry = schedules_[schedule.name];
  due_.erase({entry.row.next_at, schedule.name});
  const Payload before = entry.row.definition;
  const bool same = entry.row.last_at != kUnset && before == schedule.source && !before.empty();
  entry.row.name = schedule.name;
  entry.row.definition = schedule.source;
  entry.row.paused = schedule.paused;
  // Put again as it is, after a restart: it goes on where it was, so that no fire is lost or
  // doubled.
  if (!same) entry.row.last_at = now;
  entry.schedule = std::move(schedule);
  plan(entry);
  return {};
}

Expected<void> TimerService::remove(const std::string& name) {
  const auto found = find(name);
  if (!found) return std::unexpected(found.error());
  due_.erase({(*found)->second.row.next_at, name});
  schedules_.erase(*found);
  changed_.insert(name);
  return {};
}

Expected<void> TimerService::pause(Instant, const std::string& name, bool paused) {
  const auto found = find(name);
  if (!found) return std::unexpected(found.error());
  (*found)->second.row.paused = paused;
  plan((*found)->second);
  return {};
}

Expected<Firing> TimerService::backfill(const std::string& name, Instant from, Instant to) const {
  const auto found = schedules_.find(name);
  if (found == schedules_.end())
    return invalid(fmt::format("there is no schedule named '{}'", name));
  auto fires = fires_between(found->second.schedule.recurrence, from, to, kMaxBackfill);
  if (!fires) return std::unexpected(fires.error());
  return Firing{&found->second.schedule, std::move(*fires), 0};
}

Firing TimerService::fire(Instant now) {
  ENSURE(next_due() <= now, "no schedule is due");
  Entry& entry = schedules_.at(due_.begin()->second);
  DueFires due =
      due_fires(entry.schedule.recurrence, entry.schedule.missed, entry.row.last_at, now);
  entry.row.last_at = now;
  entry.row.fired += due.run.size();
  entry.row.missed += due.missed;
  plan(entry);
  return {&entry.schedule, std::move(due.run), due.missed};
}

Expected<void> TimerService::restore(const std::vector<ScheduleRow>& rows,
                                     const ScheduleDecoder& decode) {
  for (const ScheduleRow& row : rows) {
    auto schedule = decode(row);
    if (!schedule) {
      return invalid(fmt::format("the stored schedule '{}' cannot be read: {}", row.name,
                                 schedule.error().message));
    }
    Entry& entry = schedules_[row.name];
    entry.schedule = std::move(*schedule);
    entry.row = row;
    if (!row.paused && row.next_at != kNever) due_.emplace(row.next_at, row.name);
  }
  return {};
}

void TimerService::collect(std::vector<ScheduleRow>& rows) {
  for (const std::string& name : changed_) {
    const auto found = schedules_.find(name);
    if (found != schedules_.end()) {
      rows.push_back(found->second.row);
    } else {
      rows.push_back({.name = name, .removed = true});
    }
  }
  changed_.clear();
}

}  // namespace gnomon
