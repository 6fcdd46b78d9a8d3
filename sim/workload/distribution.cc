#include "sim/workload/distribution.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "engine/base/ensure.h"
#include "sim/workload/portable_math.h"

namespace gnomon::sim {
namespace {

constexpr double kGreatestValue = 1e19;
constexpr double kGreatestSigma = 20;
constexpr double kGreatestCv = 1e6;
constexpr double kLeastShape = 0.1;
constexpr double kGreatestShape = 1e6;

/// Collects the first mistake in a list of parameters.
class Check {
 public:
  explicit Check(std::string_view form) : form_(form) {}

  /// A number that is not a number fails, too.
  Check& within(std::string_view name, double value, double least, double greatest) {
    if (!(value >= least && value <= greatest)) {
      add(fmt::format("{} is {}, which is not from {} to {}", name, value, least, greatest));
    }
    return *this;
  }
  Check& value(std::string_view name, double value) {
    return within(name, value, 0, kGreatestValue);
  }
  Check& holds(bool condition, std::string_view mistake) {
    if (!condition) add(std::string(mistake));
    return *this;
  }
  bool ok() const { return mistake_.empty(); }
  std::unexpected<Error> error() const { return invalid(fmt::format("{}: {}", form_, mistake_)); }

 private:
  void add(std::string mistake) {
    if (mistake_.empty()) mistake_ = std::move(mistake);
  }
  std::string_view form_;
  std::string mistake_;
};

}  // namespace

Duration to_duration(double nanoseconds) {
  if (!(nanoseconds > 0)) return Duration{0};
  if (nanoseconds >= 0x1p63) return Duration::max();
  // From 2^52 on a double has no fraction, and adding a half would round it.
  if (nanoseconds < 0x1p52) nanoseconds += 0.5;
  return Duration{static_cast<std::int64_t>(nanoseconds)};
}

Expected<Distribution> Distribution::constant(double value) {
  const Check check = Check("constant").value("value", value);
  if (!check.ok()) return check.error();
  return Distribution(Constant{value});
}

Expected<Distribution> Distribution::uniform(double low, double high) {
  const Check check = Check("uniform")
                          .value("low", low)
                          .value("high", high)
                          .holds(low <= high, "low is above high");
  if (!check.ok()) return check.error();
  return Distribution(Uniform{low, high});
}

Expected<Distribution> Distribution::exponential(double mean) {
  const Check check = Check("exponential").value("mean", mean);
  if (!check.ok()) return check.error();
  return Distribution(Exponential{mean});
}

Expected<Distribution> Distribution::lognormal(double median, double sigma) {
  const Check check =
      Check("lognormal").value("median", median).within("sigma", sigma, 0, kGreatestSigma);
  if (!check.ok()) return check.error();
  return Distribution(Lognormal{median, sigma});
}

Expected<Distribution> Distribution::lognormal_of_mean(double mean, double cv) {
  const Check check = Check("lognormal").value("mean", mean).within("cv", cv, 0, kGreatestCv);
  if (!check.ok()) return check.error();
  const double ratio = 1 + cv * cv;
  return Distribution(Lognormal{mean / std::sqrt(ratio), std::sqrt(portable_log(ratio))});
}

Expected<Distribution> Distribution::lognormal_of_percentile(double median, double p,
                                                             double value) {
  Check check = Check("lognormal")
                    .value("median", median)
                    .value("value", value)
                    .holds(median > 0, "median is 0")
                    .holds(p > 0.5 && p < 1, "the percentile is not between 50 and 100")
                    .holds(value >= median, "a percentile above 50 is below the median");
  if (!check.ok()) return check.error();
  const double sigma = (portable_log(value) - portable_log(median)) / normal_quantile(p);
  if (!check.within("sigma", sigma, 0, kGreatestSigma).ok()) return check.error();
  return Distribution(Lognormal{median, sigma});
}

Expected<Distribution> Distribution::pareto(double scale, double shape, std::optional<double> cap) {
  const Check check = Check("pareto")
                          .value("scale", scale)
                          .within("shape", shape, kLeastShape, kGreatestShape)
                          .value("cap", cap.value_or(scale))
                          .holds(cap.value_or(scale) >= scale, "cap is below scale");
  if (!check.ok()) return check.error();
  return Distribution(Pareto{scale, shape, cap});
}

Expected<Distribution> Distribution::empirical(std::vector<double> sample,
                                               Interpolation interpolation) {
  Check check("empirical");
  check.holds(!sample.empty(), "there are no values");
  for (const double value : sample) check.value("a value", value);
  if (!check.ok()) return check.error();

  std::ranges::sort(sample);
  if (interpolation == Interpolation::kStep || sample.size() == 1) sample.push_back(sample.back());
  std::vector<Quantile> table;
  table.reserve(sample.size());
  const auto intervals = static_cast<double>(sample.size() - 1);
  for (std::size_t i = 0; i < sample.size(); ++i) {
    table.push_back({static_cast<double>(i) / intervals, sample[i]});
  }
  return of_quantiles(std::move(table), interpolation);
}

Expected<Distribution> Distribution::of_quantiles(std::vector<Quantile> table,
                                                  Interpolation interpolation) {
  Check check("empirical");
  check.holds(table.size() >= 2 && table.front().p == 0 && table.back().p == 1,
              "the quantiles do not begin with 0 and end with 1");
  for (const Quantile& entry : table) {
    check.within("p", entry.p, 0, 1).value("a value", entry.value);
  }
  for (std::size_t i = 1; i < table.size(); ++i) {
    check.holds(table[i - 1].p < table[i].p, "the quantiles do not ascend")
        .holds(table[i - 1].value <= table[i].value, "the values descend");
  }
  if (!check.ok()) return check.error();
  return Distribution(
      Empirical{std::make_shared<const std::vector<Quantile>>(std::move(table)), interpolation});
}

double Distribution::quantile(double u) const {
  ENSURE(u > 0 && u < 1, "the quantile of {}", u);
  return std::visit([u](const auto& form) { return form.quantile(u); }, form_);
}

std::optional<double> Distribution::mean() const {
  return std::visit([](const auto& form) { return form.mean(); }, form_);
}

double Distribution::Uniform::quantile(double u) const {
  return std::min(low + (high - low) * u, high);
}
std::optional<double> Distribution::Uniform::mean() const {
  return low + (high - low) / 2;
}

// 1 - u is exact for the numbers that KeyedRandom gives.
double Distribution::Exponential::quantile(double u) const {
  return -scale * portable_log(1 - u);
}

double Distribution::Lognormal::quantile(double u) const {
  return median * portable_exp(sigma * normal_quantile(u));
}
std::optional<double> Distribution::Lognormal::mean() const {
  return median * portable_exp(sigma * sigma / 2);
}

double Distribution::Pareto::quantile(double u) const {
  const double value = scale * portable_exp(-portable_log(1 - u) / shape);
  return cap ? std::min(value, *cap) : value;
}
std::optional<double> Distribution::Pareto::mean() const {
  if (scale == 0) return 0;
  if (!cap) {
    if (shape <= 1) return std::nullopt;
    return scale * shape / (shape - 1);
  }
  // The integral of P(X > x) from 0 to cap.
  const double log_ratio = portable_log(*cap) - portable_log(scale);
  if (shape == 1) return scale * (1 + log_ratio);
  return scale * (1 + (1 - portable_exp((1 - shape) * log_ratio)) / (shape - 1));
}

double Distribution::Empirical::quantile(double u) const {
  const auto above = std::ranges::upper_bound(*table, u, {}, &Quantile::p);
  const Quantile& high = *above;
  const Quantile& low = *(above - 1);
  if (interpolation == Interpolation::kStep) return low.value;
  const double part = (u - low.p) / (high.p - low.p);
  return std::min(low.value + (high.value - low.value) * part, high.value);
}
std::optional<double> Distribution::Empirical::mean() const {
  double sum = 0;
  for (std::size_t i = 1; i < table->size(); ++i) {
    const Quantile& low = (*table)[i - 1];
    const Quantile& high = (*table)[i];
    const bool step = interpolation == Interpolation::kStep;
    sum += (high.p - low.p) * (step ? low.value : low.value + (high.value - low.value) / 2);
  }
  return sum;
}

}  // namespace gnomon::sim
