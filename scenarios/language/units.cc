#include "scenarios/language/units.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <limits>
#include <optional>

namespace gnomon::scenarios {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ns;
};
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::array<Unit, 8> kUnits = {{{"w", 7 * 24 * 3600 * kSecond},
                                         {"d", 24 * 3600 * kSecond},
                                         {"h", 3600 * kSecond},
                                         {"m", 60 * kSecond},
                                         {"s", kSecond},
                                         {"ms", 1'000'000},
                                         {"us", 1'000},
                                         {"ns", 1}}};
constexpr std::int64_t kLongest = std::int64_t{200} * 365 * 24 * 3600 * kSecond;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && is_digit(text[size])) ++size;
  const std::string_view digits = text.substr(0, size);
  text.remove_prefix(size);
  return digits;
}

bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// The unit at the beginning of `text`, which what is left of a duration must follow.
std::optional<Unit> take_unit(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && text[size] >= 'a' && text[size] <= 'z') ++size;
  for (const Unit& unit : kUnits) {
    if (unit.name != text.substr(0, size)) continue;
    text.remove_prefix(size);
    return unit;
  }
  return std::nullopt;
}

/// whole.fraction units in nanoseconds; absent if it is longer than kLongest.
std::optional<std::int64_t> scaled(std::string_view whole, std::string_view fraction,
                                   std::int64_t unit) {
  std::int64_t ns = 0;
  if (whole.size() > 19) return std::nullopt;
  std::int64_t count = 0;
  const auto parsed = std::from_chars(whole.data(), whole.data() + whole.size(), count);
  if (parsed.ec != std::errc{} || __builtin_mul_overflow(count, unit, &ns) || ns > kLongest)
    return std::nullopt;
  for (const char digit : fraction) {
    unit /= 10;
    ns += (digit - '0') * unit;
  }
  return ns;
}

Expected<double> parse_decimal(std::string_view text, std::string_view expected) {
  double number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (text.empty() || !is_digit(text[0]) || error != std::errc{} ||
      end != text.data() + text.size()) {
    return invalid(std::string(expected));
  }
  return number;
}

std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(0, digits)) {
    if (!is_digit(c)) return std::nullopt;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return number;
}

constexpr std::string_view kInstantExpected = "expected an instant such as 2026-01-05T08:30:00Z";

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok() || *year < 1970 || *year > 2200) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<Duration> take_time(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || !take(text, ":")) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || !take(text, ":")) return std::nullopt;
  const auto second = take_number(text, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  Duration time =
      std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
  if (take(text, ".")) {
    const std::string_view fraction = take_digits(text);
    if (fraction.empty()) return std::nullopt;
    time += Duration{scaled("0", fraction, kSecond).value_or(0)};
  }
  return time;
}

/// East of UTC is positive.
std::optional<Duration> take_offset(std::string_view& text) {
  if (take(text, "Z") || take(text, "z")) return Duration{};
  const bool west = text.starts_with('-');
  if (!take(text, "+") && !take(text, "-")) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || !take(text, ":")) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const Duration offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return west ? -offset : offset;
}

}  // namespace

Expected<Duration> parse_duration(std::string_view text) {
  constexpr std::string_view kExpected = "expected a duration such as 250ms, 1.5h or 1h30m";
  if (text == "0") return Duration{};
  if (text.empty()) return invalid(std::string(kExpected));
  const std::string_view written = text;
  std::int64_t total = 0;
  std::int64_t last_unit = std::numeric_limits<std::int64_t>::max();
  while (!text.empty()) {
    const std::string_view whole = take_digits(text);
    std::string_view fraction;
    if (take(text, ".")) {
      fraction = take_digits(text);
      if (fraction.empty()) return invalid(std::string(kExpected));
    }
    if (whole.empty()) return invalid(std::string(kExpected));
    if (text.empty()) {
      return invalid(fmt::format("expected a duration with a unit, such as {}s", written));
    }
    const std::optional<Unit> unit = take_unit(text);
    if (!unit) return invalid("unknown unit of time; there are ns, us, ms, s, m, h, d and w");
    if (unit->ns >= last_unit)
      return invalid("units of a duration go from large to small, such as 1h30m");
    last_unit = unit->ns;
    const std::optional<std::int64_t> ns = scaled(whole, fraction, unit->ns);
    if (!ns || __builtin_add_overflow(total, *ns, &total) || total > kLongest) {
      return invalid("a duration is at most 200 years");
    }
  }
  return Duration{total};
}

std::string to_text(Duration duration) {
  if (duration == Duration::zero()) return "0s";
  std::int64_t left = duration.count();
  std::string text;
  for (const Unit& unit : kUnits) {
    if (left < unit.ns) continue;
    text += fmt::format("{}{}", left / unit.ns, unit.name);
    left %= unit.ns;
  }
  return text;
}

Expected<Instant> parse_instant(std::string_view text) {
  const auto date = take_date(text);
  if (!date) return invalid(std::string(kInstantExpected));
  Instant at{date->time_since_epoch()};
  if (text.empty()) return at;
  if (!take(text, "T") && !take(text, "t") && !take(text, " "))
    return invalid(std::string(kInstantExpected));
  const auto time = take_time(text);
  if (!time) return invalid(std::string(kInstantExpected));
  if (text.empty()) return invalid("an instant needs an offset: Z for UTC, or such as +01:00");
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return invalid(std::string(kInstantExpected));
  at += *time - *offset;
  if (at < Instant{}) return invalid("an instant is not before 1970");
  return at;
}

Expected<double> parse_rate(std::string_view text) {
  constexpr std::string_view kExpected = "expected a rate such as 5/s, 300/min, 10/h or 2/d";
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return invalid(std::string(kExpected));
  const std::string_view per = text.substr(slash + 1);
  const double seconds = per == "s"                   ? 1
                         : per == "min" || per == "m" ? 60
                         : per == "h"                 ? 3600
                         : per == "d"                 ? 86400
                                                      : 0;
  if (seconds == 0) return invalid(std::string(kExpected));
  const Expected<double> count = parse_decimal(text.substr(0, slash), kExpected);
  if (!count) return count;
  return *count / seconds;
}

Expected<double> parse_percent(std::string_view text) {
  constexpr std::string_view kExpected = "expected a percentage such as 2.5%";
  if (!text.ends_with('%')) return invalid(std::string(kExpected));
  text.remove_suffix(1);
  const Expected<double> percent = parse_decimal(text, kExpected);
  if (!percent) return percent;
  return *percent / 100;
}

Expected<std::uint64_t> parse_size(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 7> kSizes = {
      {{"B", 1},
       {"KB", 1000},
       {"MB", 1000 * 1000},
       {"GB", 1000 * 1000 * 1000},
       {"KiB", 1 << 10},
       {"MiB", 1 << 20},
       {"GiB", 1 << 30}}};
  const std::string_view digits = take_digits(text);
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  for (const auto& [name, unit] : kSizes) {
    if (name != text || parsed.ec != std::errc{}) continue;
    if (__builtin_mul_overflow(count, unit, &bytes)) return invalid("the size is beyond 64 bits");
    return bytes;
  }
  return invalid("expected a size such as 64KiB or 10MB");
}

}  // namespace gnomon::scenarios
