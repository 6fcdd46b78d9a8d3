#include "scenarios/runner/thresholds.h"

#include <fmt/format.h>

#include "engine/base/nearest_name.h"

namespace gnomon::scenarios {
namespace {

using Aggregate = Threshold::Aggregate;

double seconds(double nanoseconds) {
  return nanoseconds / 1e9;
}

std::optional<double> of_histogram(const Threshold& threshold,
                                   const reports::Histogram& histogram) {
  switch (threshold.aggregate) {
    case Aggregate::kPercentile:
      return seconds(static_cast<double>(histogram.percentile(threshold.percentile)));
    case Aggregate::kMedian:
      return seconds(static_cast<double>(histogram.percentile(50)));
    case Aggregate::kValue:
    case Aggregate::kMean:
      return seconds(static_cast<double>(histogram.mean()));
    case Aggregate::kMin:
      return seconds(static_cast<double>(histogram.min()));
    case Aggregate::kMax:
      return seconds(static_cast<double>(histogram.max()));
    case Aggregate::kSum:
      return seconds(static_cast<double>(histogram.sum()));
    case Aggregate::kCount:
      return static_cast<double>(histogram.count());
    case Aggregate::kRate:
      return std::nullopt;
  }
  return std::nullopt;
}

/// `rate` of a count: its share among all of its metric ("workflows failed rate < 1%"), or, with a
/// bound per second, how often it happened.
std::optional<double> of_number(const Threshold& threshold, double value, const Metrics& metrics,
                                Duration length) {
  switch (threshold.aggregate) {
    case Aggregate::kRate: {
      if (threshold.unit == Threshold::Unit::kPerSecond) {
        const double over = seconds(static_cast<double>(length.count()));
        return over > 0 ? std::optional(value / over) : std::nullopt;
      }
      const auto all = metrics.number(threshold.metric, "");
      if (!all || *all == 0) return 0.0;
      return value / *all;
    }
    case Aggregate::kPercentile:
    case Aggregate::kMedian:
    case Aggregate::kMin:
      return std::nullopt;
    case Aggregate::kValue:
    case Aggregate::kCount:
    case Aggregate::kSum:
    case Aggregate::kMean:
    case Aggregate::kMax:
      return value;
  }
  return value;
}

}  // namespace

Expected<std::vector<ThresholdResult>> check_thresholds(const std::vector<Threshold>& thresholds,
                                                        const Metrics& metrics, Duration length) {
  std::vector<ThresholdResult> results;
  std::string problems;
  for (const Threshold& threshold : thresholds) {
    ThresholdResult result{threshold, std::nullopt, false};
    if (const reports::Histogram* histogram =
            metrics.histogram(threshold.metric, threshold.label)) {
      result.measured = of_histogram(threshold, *histogram);
      if (!result.measured) {
        problems += fmt::format("threshold '{}': '{}' is a time, which has no rate\n",
                                threshold.text, threshold.metric);
      }
    } else if (const auto number = metrics.number(threshold.metric, threshold.label)) {
      result.measured = of_number(threshold, *number, metrics, length);
      if (!result.measured) {
        problems += fmt::format("threshold '{}': '{}' is one number, which has no percentiles\n",
                                threshold.text, threshold.metric);
      }
    } else if (!metrics.knows(threshold.metric)) {
      NearestName nearest(threshold.metric);
      for (const std::string& name : metrics.names()) nearest.consider(name);
      problems += fmt::format("threshold '{}': there is no metric '{}'{}\n", threshold.text,
                              threshold.metric, nearest.hint());
    } else if (!threshold.label.empty() &&
               !metrics.knows_label(threshold.metric, threshold.label)) {
      NearestName nearest(threshold.label);
      for (const std::string& label : metrics.labels(threshold.metric)) nearest.consider(label);
      problems += fmt::format("threshold '{}': '{}' has nothing named '{}'{}\n", threshold.text,
                              threshold.metric, threshold.label, nearest.hint());
    }
    result.passed = result.measured && threshold.holds(*result.measured);
    results.push_back(std::move(result));
  }
  if (!problems.empty()) {
    problems.pop_back();
    return invalid(std::move(problems));
  }
  return results;
}

}  // namespace gnomon::scenarios
