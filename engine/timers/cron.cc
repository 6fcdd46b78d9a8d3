#include "engine/timers/cron.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/base/nearest_name.h"

namespace gnomon {
namespace {

using std::chrono::days;
using std::chrono::local_days;

constexpr std::size_t kMaxText = 256;

constexpr auto kMonths = std::to_array<std::string_view>(
    {"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"});
constexpr auto kWeekdays =
    std::to_array<std::string_view>({"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"});

struct Field {
  std::string_view name;
  unsigned lowest;
  unsigned highest;
  std::span<const std::string_view> names;  ///< of the values from `lowest` on
};
constexpr std::array<Field, 6> kFields = {{{"second", 0, 59, {}},
                                           {"minute", 0, 59, {}},
                                           {"hour", 0, 23, {}},
                                           {"day", 1, 31, {}},
                                           {"month", 1, 12, kMonths},
                                           {"weekday", 0, 7, kWeekdays}}};

struct Shorthand {
  std::string_view name;
  std::string_view meaning;
};
constexpr auto kShorthands = std::to_array<Shorthand>({{"@yearly", "0 0 1 1 *"},
                                                       {"@annually", "0 0 1 1 *"},
                                                       {"@monthly", "0 0 1 * *"},
                                                       {"@weekly", "0 0 * * 0"},
                                                       {"@daily", "0 0 * * *"},
                                                       {"@midnight", "0 0 * * *"},
                                                       {"@hourly", "0 * * * *"}});

/// A part of the text, and where it begins.
struct Word {
  std::string_view text;
  std::size_t at = 0;
};

std::unexpected<Error> mistake(std::size_t at, std::string_view what) {
  return invalid(fmt::format("column {}: {}", at + 1, what));
}

std::vector<Word> split_at_spaces(std::string_view text) {
  std::vector<Word> words;
  std::size_t at = 0;
  while ((at = text.find_first_not_of(" \t", at)) != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
    words.push_back({text.substr(at, end - at), at});
    at = end;
  }
  return words;
}

/// The part of `word` before `separator`; `word` becomes what comes after it, or nothing if there
/// is none.
Word split_off(std::optional<Word>& word, char separator) {
  const std::size_t at = word->text.find(separator);
  const Word before{word->text.substr(0, at), word->at};
  if (at == std::string_view::npos) {
    word.reset();
  } else {
    word = Word{word->text.substr(at + 1), word->at + at + 1};
  }
  return before;
}

bool equal_but_for_case(std::string_view a, std::string_view upper) {
  return std::ranges::equal(a, upper, [](char x, char y) {
    return (x >= 'a' && x <= 'z' ? static_cast<char>(x - 'a' + 'A') : x) == y;
  });
}

Expected<unsigned> parse_value(Word word, const Field& field) {
  for (std::size_t i = 0; i < field.names.size(); ++i) {
    if (equal_but_for_case(word.text, field.names[i])) {
      return field.lowest + static_cast<unsigned>(i);
    }
  }
  unsigned value = 0;
  const char* end = word.text.data() + word.text.size();
  const std::from_chars_result result = std::from_chars(word.text.data(), end, value);
  if (word.text.empty()) {
    return mistake(word.at,
                   fmt::format("a {} ({}-{}) is missing", field.name, field.lowest, field.highest));
  }
  if (result.ptr != end || result.ec == std::errc::invalid_argument) {
    NearestName nearest(word.text);
    for (const std::string_view name : field.names) nearest.consider(name);
    return mistake(word.at, fmt::format("'{}' is no {}{}", word.text, field.name, nearest.hint()));
  }
  if (result.ec != std::errc{} || value < field.lowest || value > field.highest) {
    return mistake(word.at, fmt::format("{} is no {}; they go from {} to {}", word.text, field.name,
                                        field.lowest, field.highest));
  }
  return value;
}

Expected<unsigned> parse_step(Word word, const Field& field) {
  unsigned step = 0;
  const char* end = word.text.data() + word.text.size();
  const std::from_chars_result result = std::from_chars(word.text.data(), end, step);
  if (result.ptr != end || word.text.empty() || result.ec == std::errc::invalid_argument) {
    return mistake(word.at, fmt::format("'{}' is no step; write a number after '/'", word.text));
  }
  if (result.ec != std::errc{} || step == 0 || step > field.highest - field.lowest) {
    return mistake(word.at, fmt::format("a step of {} does not fit {}s ({}-{})", word.text,
                                        field.name, field.lowest, field.highest));
  }
  return step;
}

struct Bits {
  std::uint64_t values = 0;
  bool any = false;
};

/// One of a list: *, ?, 5, 1-5, and each with a step.
Expected<Bits> parse_range(Word word, const Field& field) {
  std::optional<Word> rest = word;
  const Word range = split_off(rest, '/');
  const std::optional<Word> step_text = rest;
  unsigned first = field.lowest;
  unsigned last = field.highest;
  const bool any = range.text == "*" || range.text == "?";
  if (!any) {
    std::optional<Word> to = range;
    const Expected<unsigned> from = parse_value(split_off(to, '-'), field);
    if (!from) return std::unexpected(from.error());
    first = *from;
    if (to) {
      const Expected<unsigned> end = parse_value(*to, field);
      if (!end) return std::unexpected(end.error());
      last = *end;
    } else if (!step_text) {
      last = first;
    }
  }
  if (first > last) {
    return mistake(range.at, fmt::format("{} ends before it begins; write {}-{},{}-{}", range.text,
                                         first, field.highest, field.lowest, last));
  }
  unsigned step = 1;
  if (step_text) {
    const Expected<unsigned> given = parse_step(*step_text, field);
    if (!given) return std::unexpected(given.error());
    step = *given;
  }
  Bits bits;
  bits.any = any && step == 1;
  for (unsigned value = first; value <= last; value += step)
    bits.values |= std::uint64_t{1} << value;
  return bits;
}

Expected<Bits> parse_field(Word word, const Field& field) {
  Bits bits;
  std::optional<Word> rest = word;
  while (rest) {
    const Expected<Bits> part = parse_range(split_off(rest, ','), field);
    if (!part) return part;
    bits.values |= part->values;
    bits.any = bits.any || part->any;
  }
  return bits;
}

constexpr unsigned kNone = 64;

/// The lowest value of `bits` that is at least `from`; kNone if there is none.
unsigned next_value(std::uint64_t bits, unsigned from) {
  return static_cast<unsigned>(std::countr_zero(bits & (~std::uint64_t{0} << from)));
}

}  // namespace

Expected<CronSchedule> CronSchedule::parse(std::string_view text) {
  if (text.size() > kMaxText) {
    return invalid(fmt::format("a cron expression of {} characters; at most {} are allowed",
                               text.size(), kMaxText));
  }
  std::vector<Word> words = split_at_spaces(text);
  if (words.size() == 1 && words[0].text.starts_with('@')) {
    NearestName nearest(words[0].text);
    for (const Shorthand& shorthand : kShorthands) {
      if (shorthand.name == words[0].text) return parse(shorthand.meaning);
      nearest.consider(shorthand.name);
    }
    return mistake(words[0].at,
                   fmt::format("'{}' is no known name{}", words[0].text, nearest.hint()));
  }
  if (!words.empty() && words[0].text.find("TZ=") != std::string_view::npos) {
    return mistake(words[0].at, "the time zone is given apart, not in the expression");
  }
  if (words.size() != 5 && words.size() != 6) {
    return invalid(fmt::format(
        "{} fields; cron has 5 (minute hour day month weekday), or 6 with the second first",
        words.size()));
  }
  std::array<Bits, 6> bits{Bits{1, false}};
  const std::size_t skipped = 6 - words.size();
  for (std::size_t i = 0; i < words.size(); ++i) {
    Expected<Bits> field = parse_field(words[i], kFields[i + skipped]);
    if (!field) return std::unexpected(field.error());
    bits[i + skipped] = *field;
  }
  CronSchedule schedule;
  schedule.seconds_ = bits[0].values;
  schedule.minutes_ = bits[1].values;
  schedule.hours_ = bits[2].values;
  schedule.days_ = bits[3].values;
  schedule.months_ = bits[4].values;
  schedule.weekdays_ = (bits[5].values | bits[5].values >> 7) & 0x7F;
  schedule.any_day_ = bits[3].any;
  schedule.any_weekday_ = bits[5].any;
  if (Expected<void> comes = schedule.check_that_it_comes(); !comes) {
    return mistake(words[3 - skipped].at, comes.error().message);
  }
  return schedule;
}

Expected<void> CronSchedule::check_that_it_comes() const {
  if (any_day_ || !any_weekday_) return {};
  constexpr std::array<unsigned, 13> kLongest = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const unsigned day = next_value(days_, 1);
  unsigned longest = 0;
  for (unsigned month = 1; month <= 12; ++month) {
    if ((months_ >> month & 1) != 0) longest = std::max(longest, kLongest[month]);
  }
  if (day <= longest) return {};
  return invalid(fmt::format("day {} never comes in the months given, which have {} days at most",
                             day, longest));
}

bool CronSchedule::has_day(local_days day) const {
  const std::chrono::year_month_day date(day);
  const bool day_fits = (days_ >> static_cast<unsigned>(date.day()) & 1) != 0;
  const bool weekday_fits = (weekdays_ >> std::chrono::weekday(day).c_encoding() & 1) != 0;
  return any_day_ || any_weekday_ ? day_fits && weekday_fits : day_fits || weekday_fits;
}

std::optional<std::chrono::seconds> CronSchedule::next_time_of_day(
    std::chrono::seconds from) const {
  const auto at = [](unsigned hour, unsigned minute, unsigned second) {
    return std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
  };
  const std::chrono::hh_mm_ss time(from);
  const auto this_hour = static_cast<unsigned>(time.hours().count());
  const auto this_minute = static_cast<unsigned>(time.minutes().count());
  const unsigned first_minute = next_value(minutes_, 0);
  const unsigned first_second = next_value(seconds_, 0);
  unsigned hour = next_value(hours_, this_hour);
  if (hour == this_hour) {
    unsigned minute = next_value(minutes_, this_minute);
    if (minute == this_minute) {
      const auto this_second = static_cast<unsigned>(time.seconds().count());
      const unsigned second = next_value(seconds_, this_second);
      if (second < kNone) return at(hour, minute, second);
      minute = next_value(minutes_, this_minute + 1);
    }
    if (minute < kNone) return at(hour, minute, first_second);
    hour = next_value(hours_, this_hour + 1);
  }
  if (hour < kNone) return at(hour, first_minute, first_second);
  return std::nullopt;
}

std::optional<WallTime> CronSchedule::next(WallTime from, WallTime until) const {
  using std::chrono::months;
  using std::chrono::year_month_day;
  local_days day = std::chrono::floor<days>(from);
  const local_days last = day + days(9 * 366);
  std::chrono::seconds time = from - day;
  while (day < last && day < until) {
    const year_month_day date(day);
    if ((months_ >> static_cast<unsigned>(date.month()) & 1) == 0) {
      day = local_days((date.year() / date.month() + months(1)) / 1);
      time = {};
      continue;
    }
    if (has_day(day)) {
      if (const auto found = next_time_of_day(time)) {
        const WallTime wall = day + *found;
        return wall < until ? std::optional(wall) : std::nullopt;
      }
    }
    day += days(1);
    time = {};
  }
  return std::nullopt;
}

}  // namespace gnomon
