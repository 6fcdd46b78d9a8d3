#include "reports/text/units.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cmath>
#include <string_view>

namespace gnomon::reports {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t ns;
  std::uint64_t limit;  // as many of it make one of the next
};
constexpr std::array kUnits = {Unit{"ns", 1, 1000}, Unit{"µs", 1'000, 1000},
                               Unit{"ms", 1'000'000, 1000}, Unit{"s", 1'000'000'000, 60}};

constexpr std::uint64_t divide_rounded(std::uint64_t value, std::uint64_t by) {
  return value / by + (value % by >= by - by / 2 ? 1 : 0);
}

/// `ns` in `unit` with three digits; "" if that rounds up to the next unit.
std::string in_unit(std::uint64_t ns, const Unit& unit) {
  if (unit.ns > 1) {
    const std::uint64_t hundredths = divide_rounded(ns, unit.ns / 100);
    if (hundredths < 1000 && hundredths % 100 != 0) {
      return fmt::format("{}.{:02}{}", hundredths / 100, hundredths % 100, unit.name);
    }
    const std::uint64_t tenths = divide_rounded(ns, unit.ns / 10);
    if (tenths < 1000 && tenths < unit.limit * 10 && tenths % 10 != 0) {
      return fmt::format("{}.{}{}", tenths / 10, tenths % 10, unit.name);
    }
  }
  const std::uint64_t whole = divide_rounded(ns, unit.ns);
  return whole < unit.limit ? fmt::format("{}{}", whole, unit.name) : std::string();
}

std::string positive(std::uint64_t ns) {
  for (const Unit& unit : kUnits) {
    if (ns >= unit.ns * unit.limit) continue;
    if (std::string text = in_unit(ns, unit); !text.empty()) return text;
  }
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const std::uint64_t seconds = divide_rounded(ns, kSecond);
  if (seconds < 3600) return fmt::format("{}m {:02}s", seconds / 60, seconds % 60);
  const std::uint64_t minutes = divide_rounded(ns, 60 * kSecond);
  if (minutes < 24 * 60) return fmt::format("{}h {:02}m", minutes / 60, minutes % 60);
  const std::uint64_t hours = divide_rounded(ns, 3600 * kSecond);
  return fmt::format("{}d {:02}h", hours / 24, hours % 24);
}

}  // namespace

std::string human(Duration duration) {
  const std::int64_t ns = duration.count();
  if (ns == 0) return "0s";
  if (ns > 0) return positive(static_cast<std::uint64_t>(ns));
  return "-" + positive(~static_cast<std::uint64_t>(ns) + 1);
}

std::string human_count(std::uint64_t count) {
  std::string digits = fmt::to_string(count);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", human_count(count), noun, count == 1 ? "" : "s");
}

std::string human_share(double share) {
  const double percent = share * 100;
  if (!std::isfinite(percent)) return "-";
  if (percent > 0 && percent < 0.1) return "<0.1 %";
  if (percent > 99.9 && percent < 100) return ">99.9 %";
  if (percent == 0 || percent == 100) return fmt::format("{:.0f} %", percent);
  return fmt::format("{:.1f} %", percent);
}

std::string iso_time(Instant at) {
  using std::chrono::floor;
  // By whole seconds: the midnight before the earliest instant is no instant any more.
  const auto second = floor<std::chrono::seconds>(at.time_since_epoch());
  const auto day = floor<std::chrono::days>(second);
  const std::chrono::year_month_day date{std::chrono::sys_days{day}};
  const std::int64_t seconds = (second - std::chrono::seconds{day}).count();
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t rest = (to_ns(at) % kSecond + kSecond) % kSecond;
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (rest % 1'000 != 0) {
    text += fmt::format(".{:09}", rest);
  } else if (rest % 1'000'000 != 0) {
    text += fmt::format(".{:06}", rest / 1'000);
  } else if (rest != 0) {
    text += fmt::format(".{:03}", rest / 1'000'000);
  }
  return text + "Z";
}

}  // namespace gnomon::reports
