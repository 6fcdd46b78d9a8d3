#include "scenarios/runner/thresholds.h"

#include "scenarios/language/metric.h"

namespace gnomon::scenarios {
namespace {

using Aggregate = Threshold::Aggregate;

double seconds(double nanoseconds) {
  return nanoseconds / 1e9;
}

/// Without an aggregate, a time is its mean.
double of_histogram(const Threshold& threshold, const reports::Histogram& histogram) {
  switch (threshold.aggregate) {
    case Aggregate::kPercentile:
      return seconds(static_cast<double>(histogram.percentile(threshold.percentile)));
    case Aggregate::kMedian:
      return seconds(static_cast<double>(histogram.percentile(50)));
    case Aggregate::kMin:
      return seconds(static_cast<double>(histogram.min()));
    case Aggregate::kMax:
      return seconds(static_cast<double>(histogram.max()));
    case Aggregate::kSum:
      return seconds(static_cast<double>(histogram.sum()));
    case Aggregate::kCount:
      return static_cast<double>(histogram.count());
    case Aggregate::kValue:
    case Aggregate::kMean:
    case Aggregate::kRate:
      break;
  }
  return seconds(static_cast<double>(histogram.mean()));
}

/// `rate` of a count: its share among all of its metric ("workflows failed rate < 1%"), or, with a
/// bound per second, how often it happened.
std::optional<double> of_number(const Threshold& threshold, double value, const Metrics& metrics,
                                Duration length) {
  if (threshold.aggregate != Aggregate::kRate) return value;
  if (threshold.unit == Threshold::Unit::kPerSecond) {
    const double over = seconds(static_cast<double>(length.count()));
    return over > 0 ? std::optional(value / over) : std::nullopt;
  }
  const double all = metrics.number(threshold.metric, "").value_or(0);
  return all == 0 ? 0.0 : value / all;
}

std::optional<double> measured(const Threshold& threshold, const Metrics& metrics,
                               Duration length) {
  const Metric* metric = find_metric(threshold.metric);
  if (metric != nullptr && metric->measure == Metric::Measure::kTime) {
    const reports::Histogram* times = metrics.histogram(threshold.metric, threshold.label);
    if (times != nullptr) return of_histogram(threshold, *times);
    return threshold.aggregate == Aggregate::kCount ? std::optional(0.0) : std::nullopt;
  }
  auto number = metrics.number(threshold.metric, threshold.label);
  // Of a run that was charged at all, a bill that is not there is one of nothing.
  if (!number && threshold.metric == "bill" && metrics.number("cost", "")) number = 0;
  return number ? of_number(threshold, *number, metrics, length) : std::nullopt;
}

}  // namespace

std::vector<ThresholdResult> judge(const std::vector<Threshold>& thresholds, const Metrics& metrics,
                                   Duration length) {
  std::vector<ThresholdResult> results;
  for (const Threshold& threshold : thresholds) {
    const auto value = measured(threshold, metrics, length);
    results.push_back({threshold, value, value && threshold.holds(*value)});
  }
  return results;
}

}  // namespace gnomon::scenarios
