#pragma once

#include "engine/timers/schedule.h"
#include "scenarios/language/type.h"

namespace gnomon::scenarios {

/// {cron: "0 3 * * *", zone: Europe/Berlin}, {every: 15m}.
Type<Recurrence> recurrence_type();

/// A schedule, and what it is to be run for that lies in the past.
struct ScheduleSettings {
  std::string name;
  Schedule schedule;
  std::optional<std::pair<Instant, Instant>> backfill;
};
const Type<ScheduleSettings>& schedule_type();

/// A string of each label, as a JSON object.
Type<Payload> labels_type();

/// The schedule that a Schedule::source stands for. `zones` knows the time zones.
Expected<Schedule> decode_schedule(std::string_view name, std::string_view json,
                                   const ZoneLookup& zones);

}  // namespace gnomon::scenarios
