#pragma once

#include <chrono>
#include <cstdint>

namespace gnomon {

/// A length of time in nanoseconds. 64 bits reach 292 years.
using Duration = std::chrono::nanoseconds;

/// Tags instants of the engine. It has no now(): the engine is told the time by its Clock port.
struct WorldTime {
  using duration = Duration;
  using rep = Duration::rep;
  using period = Duration::period;
  using time_point = std::chrono::time_point<WorldTime, Duration>;
};

/// A point in time: nanoseconds since 1970-01-01T00:00:00Z, in either world.
using Instant = WorldTime::time_point;

/// Later than every instant that can be reached: "no deadline", "not scheduled".
inline constexpr Instant kNever = Instant::max();
/// "Did not happen yet" in rows that note when something happened.
inline constexpr Instant kUnset = Instant::min();

using namespace std::chrono_literals;

/// `at + by`, staying within [epoch, kNever] instead of overflowing.
constexpr Instant saturating_add(Instant at, Duration by) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(at.time_since_epoch().count(), by.count(), &sum)) {
    return by.count() > 0 ? kNever : Instant{};
  }
  return Instant{Duration{sum}};
}

constexpr std::int64_t to_ns(Instant at) {
  return at.time_since_epoch().count();
}
constexpr Instant from_ns(std::int64_t ns) {
  return Instant{Duration{ns}};
}

}  // namespace gnomon
