#include "adapters/tzdata/zones.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <vector>

#include <fmt/format.h>

// Debian builds the library to read the system's files; the header must agree.
#define USE_OS_TZDB 1
#include <date/tz.h>

#include "engine/base/nearest_name.h"

namespace gnomon::adapters {
namespace {

using std::chrono::seconds;

constexpr std::chrono::sys_days kBegin = std::chrono::January / 1 / 1970;
constexpr std::chrono::sys_days kEnd = std::chrono::January / 1 / 2100;

Instant to_instant(date::sys_seconds at) {
  const seconds since = at.time_since_epoch();
  if (since <= std::chrono::ceil<seconds>(Duration::min())) return Instant::min();
  return since >= std::chrono::floor<seconds>(Duration::max()) ? kNever : Instant(since);
}

std::vector<Zone::Period> periods_of(const date::time_zone& zone) {
  std::vector<Zone::Period> periods;
  date::sys_seconds at{kBegin.time_since_epoch()};
  while (at.time_since_epoch() < kEnd.time_since_epoch()) {
    const date::sys_info info = zone.get_info(at);
    if (!periods.empty() && periods.back().offset == info.offset) {
      periods.back().end = to_instant(info.end);  // only the name changed
    } else {
      periods.push_back({to_instant(at), to_instant(info.end), info.offset});
    }
    if (info.end <= at) break;
    at = info.end;
  }
  return periods;
}

}  // namespace

Expected<Zone> find_zone(std::string_view name) {
  if (name == "UTC") return Zone();
  try {
    const date::tzdb& database = date::get_tzdb();
    const auto found = std::ranges::find(database.zones, name, &date::time_zone::name);
    if (found != database.zones.end()) return Zone(std::string(name), periods_of(*found));
    NearestName nearest(name);
    for (const date::time_zone& zone : database.zones) nearest.consider(zone.name());
    return invalid(fmt::format("there is no time zone named '{}'{}", name, nearest.hint()));
  } catch (const std::exception& error) {
    return fail(ErrorKind::kCannotHappen,
                fmt::format("the time zone database cannot be read: {}", error.what()));
  }
}

}  // namespace gnomon::adapters
