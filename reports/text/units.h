#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/time.h"

namespace gnomon::reports {

/// Three digits and the unit that fits: "0s", "850ns", "12.3µs", "45.6ms", "21.4s", "2m 14s", "3h
/// 05m", "12d 04h". At most 8 columns below 10,000 days.
std::string human(Duration duration);

/// With separators: "1,234,567".
std::string human_count(std::uint64_t count);

/// "1 node", "1,234 nodes".
std::string counted(std::uint64_t count, std::string_view noun);

/// "0.4 %", "12 %", "100 %"; a share above 0 is never shown as 0: "<0.1 %".
std::string human_share(double share);

/// "2026-03-01T12:00:05.250Z": ISO 8601 in UTC, with as many decimals (0, 3, 6 or 9) as it takes to
/// be exact.
std::string iso_time(Instant at);

}  // namespace gnomon::reports
