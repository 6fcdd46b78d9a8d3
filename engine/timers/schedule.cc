#include "engine/timers/schedule.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>

#include "engine/expressions/json.h"

namespace gnomon {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// ".25", or nothing.
std::string fraction(Instant at) {
  const std::int64_t rest = to_ns(at) % kSecond;
  if (rest == 0) return {};
  std::string digits = fmt::format(".{:09}", rest);
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits;
}

std::string wall_text(Instant at, std::chrono::seconds offset) {
  using std::chrono::floor;
  const auto wall = floor<std::chrono::seconds>(at.time_since_epoch()) + offset;
  const auto day = floor<std::chrono::days>(wall);
  const std::chrono::year_month_day date{std::chrono::sys_days{day}};
  const std::chrono::hh_mm_ss time{wall - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(),
                     fraction(at));
}

/// "+01:00"; a zone that is ahead by a part of a minute, which RFC 3339 has no words for, shows it.
std::string offset_text(std::chrono::seconds offset) {
  const std::chrono::hh_mm_ss ahead{offset};
  std::string text = fmt::format("{}{:02}:{:02}", ahead.is_negative() ? '-' : '+',
                                 ahead.hours().count(), ahead.minutes().count());
  if (ahead.seconds().count() != 0) text += fmt::format(":{:02}", ahead.seconds().count());
  return text;
}

}  // namespace

Payload fire_json(const Schedule& schedule, Instant due) {
  const std::chrono::seconds offset = schedule.recurrence.zone().period_at(due).offset;
  return JsonObject{}
      .add_string("at", wall_text(due, {}) + "Z")
      .add_string("local", wall_text(due, offset) + offset_text(offset))
      .add_string("schedule", schedule.name)
      .add_json("seconds", fmt::format("{}{}", to_ns(due) / kSecond, fraction(due)))
      .payload();
}

Expected<Payload> input_of(const Schedule& schedule, Instant due) {
  if (!schedule.input_expression) return schedule.input;
  Expected<Payload> input = schedule.input_expression->evaluate(fire_json(schedule, due));
  if (!input) {
    return invalid(fmt::format("its input cannot be made: {}", input.error().message));
  }
  return input;
}

}  // namespace gnomon
