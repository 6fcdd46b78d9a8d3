#include "scenarios/language/sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gnomon::scenarios {
namespace {

using sim::Distribution;

struct Weighted {
  double value = 0;
  double weight = 0;
};

/// The table of a distribution that is each value as often as it weighs.
Expected<Distribution> of_weighted(std::vector<Weighted> sample) {
  std::erase_if(sample, [](const Weighted& each) { return each.weight == 0; });
  std::ranges::sort(sample, {}, &Weighted::value);
  double total = 0;
  for (const Weighted& each : sample) total += each.weight;
  std::vector<Distribution::Quantile> table;
  double before = 0;
  for (const Weighted& each : sample) {
    const double p = before / total;
    // A weight that is nothing beside the others.
    if (table.empty() || p > table.back().p) table.push_back({p, each.value});
    before += each.weight;
  }
  if (table.empty()) return invalid("the weights are all 0");
  if (table.back().p < 1) table.push_back({1, sample.back().value});
  return Distribution::of_quantiles(std::move(table), sim::Interpolation::kStep);
}

}  // namespace

Expected<Distribution> read_sample(std::string_view text, const SampleFormat& format) {
  const Expected<Csv> csv = Csv::read(text);
  if (!csv) return std::unexpected(csv.error());
  const Expected<std::vector<bool>> chosen = csv->chosen(format.rows);
  if (!chosen) return std::unexpected(chosen.error());
  const Expected<std::vector<double>> values = csv->numbers(format.column);
  if (!values) return std::unexpected(values.error());
  std::vector<double> weights(values->size(), 1);
  if (!format.weight.empty()) {
    Expected<std::vector<double>> read = csv->numbers(format.weight);
    if (!read) return std::unexpected(read.error());
    weights = *std::move(read);
  }
  std::vector<double> plain;
  std::vector<Weighted> weighted;
  for (std::size_t row = 0; row < values->size(); ++row) {
    if (!(*chosen)[row]) continue;
    if (weights[row] < 0)
      return csv->error(row, csv->find(format.weight).value(), "the weight is negative");
    plain.push_back((*values)[row] * format.unit);
    weighted.push_back({plain.back(), weights[row]});
  }
  if (plain.empty()) return invalid("no row is chosen");
  return format.weight.empty() ? Distribution::empirical(std::move(plain), format.interpolation)
                               : of_weighted(std::move(weighted));
}

}  // namespace gnomon::scenarios
