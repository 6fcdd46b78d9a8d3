#include "scenarios/language/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "engine/expressions/json.h"

namespace gnomon::scenarios {
namespace {

constexpr double kMinute = 60e9;
constexpr double kLongest = 6.3e18;  // 200 years in ns

/// Offsets in nanoseconds, as the file has them.
Expected<std::vector<double>> from_numbers(const Csv& csv, const std::string& column, double unit) {
  Expected<std::vector<double>> numbers = csv.numbers(column);
  if (!numbers) return numbers;
  RowMistakes mistakes;
  for (std::size_t row = 0; row < numbers->size(); ++row) {
    double& number = (*numbers)[row];
    if (number < 0) {
      mistakes.add(
          [&] { return csv.error(row, csv.find(column).value(), "this time is negative"); });
    }
    number *= unit;
  }
  if (!mistakes.empty()) return mistakes.error();
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
  RowMistakes mistakes;
  for (std::size_t column = 0; column < csv.columns().size(); ++column) {
    const std::optional<std::uint64_t> minute = to_count(csv.columns()[column]);
    if (!minute) continue;
    if (!first) first = minute;
    if (*minute < *first || *minute - *first > 1'000'000) return invalid("minutes do not ascend");
    std::uint64_t total = 0;
    for (std::size_t row = 0; row < csv.row_count(); ++row) {
      if (!chosen[row]) continue;
      const std::optional<std::uint64_t> count = to_count(csv.cell(row, column));
      if (count && *count <= kMaxArrivals) {
        total += *count;
        continue;
      }
      mistakes.add([&] {
        return csv.error(row, column,
                         fmt::format("expected a count in column '{}', found '{}'",
                                     csv.columns()[column], csv.cell(row, column)));
      });
    }
    if (offsets.size() + total > kMaxArrivals)
      return invalid(fmt::format("there are more than {} arrivals", kMaxArrivals));
    const double begin = static_cast<double>(*minute - *first) * kMinute;
    for (std::uint64_t i = 0; i < total; ++i) {
      offsets.push_back(begin +
                        (static_cast<double>(i) + 0.5) / static_cast<double>(total) * kMinute);
    }
  }
  if (!mistakes.empty()) return mistakes.error();
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

/// What arrivals bring, row by row.
class Brought {
 public:
  static Expected<Brought> find(const Csv& csv, const TraceFormat& format) {
    Brought brought(csv);
    for (const auto& [name, kind] : format.columns) {
      const Expected<std::size_t> column = csv.find(name);
      if (!column) return std::unexpected(column.error());
      brought.columns_.push_back({name, kind, *column});
    }
    if (!format.tenant.empty()) {
      const Expected<std::size_t> column = csv.find(format.tenant);
      if (!column) return std::unexpected(column.error());
      brought.tenant_ = *column;
    }
    return brought;
  }

  void add(std::size_t row, sim::TraceArrivals& arrivals, RowMistakes& mistakes) const {
    if (tenant_) {
      const std::string_view tenant = csv_.cell(row, *tenant_);
      if (tenant.empty())
        mistakes.add([&] { return csv_.error(row, *tenant_, "there is no tenant"); });
      arrivals.tenants.emplace_back(tenant);
    }
    if (columns_.empty()) return;
    JsonObject object;
    for (const auto& [name, kind, column] : columns_) {
      if (kind == TraceFormat::Column::kText) {
        object.add_string(name, csv_.cell(row, column));
        continue;
      }
      const std::optional<double> number = csv_.number(row, column);
      if (!number) mistakes.add([&, at = column] { return csv_.not_a_number(row, at); });
      object.add_json(name, fmt::format("{}", number.value_or(0)));
    }
    Expected<Payload> canonical = canonical_json(object.text());
    if (!canonical)
      return mistakes.add([&] { return csv_.error(row, 0, canonical.error().message); });
    arrivals.rows.push_back(*std::move(canonical));
  }

 private:
  explicit Brought(const Csv& csv) : csv_(csv) {}
  struct Column {
    std::string name;
    TraceFormat::Column kind;
    std::size_t index;
  };
  const Csv& csv_;
  std::vector<Column> columns_;
  std::optional<std::size_t> tenant_;
};

Expected<void> check_order(const Csv& csv, const TraceFormat& format,
                           const std::vector<double>& offsets) {
  const auto disorder = std::ranges::is_sorted_until(offsets);
  if (disorder == offsets.end()) return {};
  return csv.error(static_cast<std::size_t>(disorder - offsets.begin()),
                   csv.find(format.column).value(),
                   "this time is before that of the row above; 'sort: true' takes rows in the "
                   "order of their times");
}

/// The chosen rows in the order of their times.
Expected<sim::TraceArrivals> from_chosen(const Csv& csv, const TraceFormat& format,
                                         const std::vector<bool>& chosen) {
  sim::TraceArrivals arrivals;
  const Expected<std::vector<double>> offsets = from_rows(csv, format);
  if (!offsets) return std::unexpected(offsets.error());
  if (const auto order = check_order(csv, format, *offsets); !format.sort && !order)
    return std::unexpected(order.error());
  const Expected<Brought> brought = Brought::find(csv, format);
  if (!brought) return std::unexpected(brought.error());
  std::vector<std::size_t> rows;
  for (std::size_t row = 0; row < offsets->size(); ++row) {
    if (chosen[row]) rows.push_back(row);
  }
  std::ranges::stable_sort(rows, {}, [&](std::size_t row) { return (*offsets)[row]; });
  RowMistakes mistakes;
  for (const std::size_t row : rows) {
    const double scaled = std::round((*offsets)[row] * format.scale);
    if (!(scaled <= kLongest)) return csv.error(row, 0, "this arrival is more than 200 years away");
    arrivals.offsets.push_back(Duration{static_cast<std::int64_t>(scaled)});
    brought->add(row, arrivals, mistakes);
  }
  if (!mistakes.empty()) return mistakes.error();
  return arrivals;
}

}  // namespace

Expected<sim::TraceArrivals> read_trace(std::string_view text, const TraceFormat& format) {
  const Expected<Csv> csv = Csv::read(text);
  if (!csv) return std::unexpected(csv.error());
  const Expected<std::vector<bool>> chosen = csv->chosen(format.rows);
  if (!chosen) return std::unexpected(chosen.error());
  if (format.kind != TraceFormat::Kind::kPerMinute) return from_chosen(*csv, format, *chosen);
  const Expected<std::vector<double>> offsets = from_minutes(*csv, *chosen);
  if (!offsets) return std::unexpected(offsets.error());
  sim::TraceArrivals arrivals;
  for (const double offset : *offsets) {
    const double scaled = std::round(offset * format.scale);
    if (!(scaled <= kLongest)) return invalid("an arrival is more than 200 years away");
    arrivals.offsets.push_back(Duration{static_cast<std::int64_t>(scaled)});
  }
  return arrivals;
}

}  // namespace gnomon::scenarios
