#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace gnomon::scenarios {

/// What a run must hold to pass, in the words that k6 users know:
///
///     makespan p(95) < 30s        workflows failed rate < 1%        utilisation(gpu) > 60%
///
/// metric, then a label in parentheses or as a second word, then an aggregate, a comparison and a
/// bound with its unit. Whether all of it fits together is checked against the table in metric.h.
struct Threshold {
  enum class Aggregate : std::uint8_t {
    kValue,
    kPercentile,
    kMean,
    kMin,
    kMax,
    kMedian,
    kCount,
    kSum,
    kRate
  };
  enum class Comparison : std::uint8_t { kLess, kAtMost, kGreater, kAtLeast, kEqual, kNotEqual };
  enum class Unit : std::uint8_t { kNone, kSeconds, kShare, kPerSecond, kBytes };

  std::string text;  ///< as it was written
  std::string metric;
  std::string label;  ///< "" if there is none
  Aggregate aggregate = Aggregate::kValue;
  double percentile = 0;  ///< of kPercentile: 0 to 100
  Comparison comparison = Comparison::kLess;
  double bound = 0;  ///< in `unit`; a percentage as a share
  Unit unit = Unit::kNone;

  bool holds(double measured) const;
};

/// The error says at which character, from 1, something is wrong: "column 10: expected a
/// comparison".
Expected<Threshold> parse_threshold(std::string_view text);

/// For schema and messages: what may stand as aggregate.
inline constexpr std::string_view kAggregateNames =
    "p(95), mean, min, max, median, count, sum or rate";

}  // namespace gnomon::scenarios
