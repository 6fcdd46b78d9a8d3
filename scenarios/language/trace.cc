#include "scenarios/language/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace gnomon::scenarios {
namespace {

constexpr double kMinute = 60e9;
constexpr double kLongest = 6.3e18;  // 200 years in ns

/// Offsets in nanoseconds, as the file has them.
Expected<std::vector<double>> from_numbers(const Csv& csv, const std::string& column, double unit) {
  Expected<std::vector<double>> numbers = csv.numbers(column);
  if (!numbers) return numbers;
  for (double& number : *numbers) {
    if (number < 0) return invalid(fmt::format("a time in column '{}' is negative", column));
    number *= unit;
  }
  return numbers;
}

void count_from_earliest(std::vector<double>& times) {
  if (times.empty()) return;
  const double earliest = *std::min_element(times.begin(), times.end());
  for (double& time : times) time -= earliest;
}

Expected<std::vector<double>> from_instants(const Csv& csv, const std::string& column) {
  const Expected<std::vector<Instant>> instants = csv.instants(column);
  if (!instants) return std::unexpected(instants.error());
  if (instants->empty()) return std::vector<double>{};
  const Instant earliest = *std::min_element(instants->begin(), instants->end());
  std::vector<double> offsets;
  for (const Instant at : *instants)
    offsets.push_back(static_cast<double>((at - earliest).count()));
  return offsets;
}

std::optional<std::uint64_t> to_count(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Expected<std::vector<double>> from_minutes(const Csv& csv, const std::vector<bool>& chosen) {
  std::vector<double> offsets;
  std::optional<std::uint64_t> first;
  for (std::size_t column = 0; column < csv.columns().size(); ++column) {
    const std::optional<std::uint64_t> minute = to_count(csv.columns()[column]);
    if (!minute) continue;
    if (!first) first = minute;
    if (*minute < *first || *minute - *first > 1'000'000) return invalid("minutes do not ascend");
    std::uint64_t total = 0;
    for (std::size_t row = 0; row < csv.row_count(); ++row) {
      if (!chosen[row]) continue;
      const std::optional<std::uint64_t> count = to_count(csv.cell(row, column));
      if (!count || *count > kMaxArrivals) {
        return invalid(fmt::format("row {}: expected a count in column '{}', found '{}'", row + 1,
                                   csv.columns()[column], csv.cell(row, column)));
      }
      total += *count;
    }
    if (offsets.size() + total > kMaxArrivals)
      return invalid(fmt::format("there are more than {} arrivals", kMaxArrivals));
    const double begin = static_cast<double>(*minute - *first) * kMinute;
    for (std::uint64_t i = 0; i < total; ++i) {
      offsets.push_back(begin +
                        (static_cast<double>(i) + 0.5) / static_cast<double>(total) * kMinute);
    }
  }
  if (!first) return invalid("no column is named by the number of a minute");
  return offsets;
}

/// One for each row.
Expected<std::vector<double>> from_rows(const Csv& csv, const TraceFormat& format) {
  if (format.kind == TraceFormat::Kind::kSeconds) return from_numbers(csv, format.column, 1e9);
  if (format.kind == TraceFormat::Kind::kMilliseconds) return from_numbers(csv, format.column, 1e6);
  if (format.kind == TraceFormat::Kind::kIso8601) return from_instants(csv, format.column);
  Expected<std::vector<double>> times = csv.numbers(format.column);
  if (!times) return times;
  count_from_earliest(*times);
  for (double& time : *times) time *= 1e9;
  return times;
}

Expected<std::vector<double>> read_offsets(const Csv& csv, const TraceFormat& format) {
  const Expected<std::vector<bool>> chosen = csv.chosen(format.rows);
  if (!chosen) return std::unexpected(chosen.error());
  if (format.kind == TraceFormat::Kind::kPerMinute) return from_minutes(csv, *chosen);
  const Expected<std::vector<double>> all = from_rows(csv, format);
  if (!all) return all;
  std::vector<double> offsets;
  for (std::size_t row = 0; row < all->size(); ++row) {
    if ((*chosen)[row]) offsets.push_back((*all)[row]);
  }
  return offsets;
}

}  // namespace

Expected<std::vector<Duration>> read_trace(std::string_view text, const TraceFormat& format) {
  const Expected<Csv> csv = Csv::read(text);
  if (!csv) return std::unexpected(csv.error());
  const Expected<std::vector<double>> offsets = read_offsets(*csv, format);
  if (!offsets) return std::unexpected(offsets.error());
  std::vector<Duration> result;
  result.reserve(offsets->size());
  for (const double offset : *offsets) {
    const double scaled = std::round(offset * format.scale);
    if (!(scaled <= kLongest)) return invalid("an arrival is more than 200 years away");
    result.push_back(Duration{static_cast<std::int64_t>(scaled)});
  }
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace gnomon::scenarios
