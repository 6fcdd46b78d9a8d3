#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "engine/base/time.h"

/// Numbers with units, as people write them. Errors say what was expected; all arithmetic on times
/// is in integers.

namespace gnomon::scenarios {

/// "250ms", "1.5h", "1h30m", "2d", "1w"; units ns, us, ms, s, m, h, d, w, each larger than the one
/// after it. At most 200 years; nothing smaller than a nanosecond is kept. "0" needs no unit.
Expected<Duration> parse_duration(std::string_view text);
inline constexpr std::string_view kDurationPattern =
    R"(^(0|([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h|d|w))+)$)";
/// The same without the 0 that needs no unit.
inline constexpr std::string_view kPositiveDurationPattern =
    R"(^([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h|d|w))+$)";

/// "1h30m": the shortest text that parse_duration reads as the same.
std::string to_text(Duration duration);

/// RFC 3339: "2026-01-05T08:30:00Z", "2026-01-05T08:30:00.250+01:00"; a date alone is its midnight
/// in UTC. Years 1970 to 2200.
Expected<Instant> parse_instant(std::string_view text);
inline constexpr std::string_view kInstantPattern =
    R"(^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$)";

/// "5/s", "300/min", "0.5/h", "10/d" as a number per second.
Expected<double> parse_rate(std::string_view text);
inline constexpr std::string_view kRatePattern = R"(^[0-9]+(\.[0-9]+)?/(s|min|m|h|d)$)";

/// "20%" as 0.2. No upper bound: "150%" is 1.5.
Expected<double> parse_percent(std::string_view text);
inline constexpr std::string_view kPercentPattern = R"(^[0-9]+(\.[0-9]+)?%$)";

/// "64KiB", "10MB", "512B" as bytes; units B, KB, MB, GB (powers of 1000), KiB, MiB, GiB.
Expected<std::uint64_t> parse_size(std::string_view text);
inline constexpr std::string_view kSizePattern = R"(^[0-9]+(B|KB|MB|GB|KiB|MiB|GiB)$)";

}  // namespace gnomon::scenarios
