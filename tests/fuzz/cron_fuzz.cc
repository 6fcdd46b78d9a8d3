// A cron expression. Whatever is taken comes in order, and each fire is found again from just
// before it, in a zone with daylight saving and without.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/base/ensure.h"
#include "engine/timers/recurrence.h"

using gnomon::Duration;
using gnomon::Instant;
using gnomon::kNever;
using gnomon::Recurrence;
using gnomon::Zone;

namespace {

/// Clocks change on the first of April and of October 2024, at 1:00 UTC.
Zone changing_zone() {
  using namespace std::chrono_literals;
  const auto at = [](std::chrono::year_month_day day) {
    return Instant(std::chrono::sys_days(day).time_since_epoch() + 1h);
  };
  return Zone("Test/Changing", {{Instant{}, at(2024y / 4 / 1), 1h},
                                {at(2024y / 4 / 1), at(2024y / 10 / 1), 2h},
                                {at(2024y / 10 / 1), kNever, 1h}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Instant begin(std::chrono::sys_days(std::chrono::March / 31 / 2024).time_since_epoch());
  for (const Zone& zone : {Zone(), changing_zone()}) {
    const auto recurrence = Recurrence::cron(text, zone);
    if (!recurrence) return 0;
    Instant at = begin;
    for (int i = 0; i < 100 && at != kNever; ++i) {
      const Instant next = recurrence->next_after(at);
      ENSURE(next > at, "'{}' comes at {} after {}", text, to_ns(next), to_ns(at));
      ENSURE(next == kNever || recurrence->next_after(next - Duration{1}) == next,
             "'{}' comes at {}, but not from just before", text, to_ns(next));
      at = next;
    }
    const auto due = due_fires(*recurrence, {}, Instant{}, begin);
    ENSURE(due.run.empty() || due.run.back() <= begin, "'{}' runs too early", text);
  }
  return 0;
}
