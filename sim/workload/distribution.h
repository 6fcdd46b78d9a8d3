#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/time.h"

namespace gnomon::sim {

/// A number of nanoseconds as a Duration: rounded to the nearest, nothing below zero, 292 years at
/// most.
Duration to_duration(double nanoseconds);

/// How a table of values is read between its entries.
enum class Interpolation : std::uint8_t {
  kLinear,  ///< along the straight line between two entries
  kStep,    ///< the lower entry: only values of the table come
};

/// The distribution of a random number that is never negative: a latency, a service time, a factor.
/// A draw is its quantile function at a uniform number (KeyedRandom::uniform): each draw takes
/// exactly one, and a greater one gives a greater value (or the same, and up to the rounding). The
/// arithmetic is the same to the bit everywhere (portable_math.h).
///
/// Numbers have no unit of their own; as Durations they are nanoseconds. Parameters are checked
/// once, by the functions that make a Distribution, so that no draw can fail: 0 to 1e19 for values,
/// other bounds as said there.
class Distribution {
 public:
  /// Always 0.
  Distribution() = default;

  static Expected<Distribution> constant(double value);
  /// low <= high.
  static Expected<Distribution> uniform(double low, double high);
  static Expected<Distribution> exponential(double mean);
  /// e^N with N normal of mean ln(median) and standard deviation sigma, 0 to 20.
  static Expected<Distribution> lognormal(double median, double sigma);
  /// The lognormal of that mean and that coefficient of variation (standard deviation / mean), 0 to
  /// 1e6.
  static Expected<Distribution> lognormal_of_mean(double mean, double cv);
  /// The lognormal with that median of which the share p, 0.5 to 1 exclusive, is at most `value`:
  /// of p50 and p99, say.
  static Expected<Distribution> lognormal_of_percentile(double median, double p, double value);
  /// P(X > x) = (scale / x)^shape for x >= scale; shape 0.1 to 1e6. What would exceed `cap` >=
  /// scale is cap.
  static Expected<Distribution> pareto(double scale, double shape,
                                       std::optional<double> cap = std::nullopt);

  /// The values of a sample, in any order, all alike likely. kLinear draws between neighbours, too.
  static Expected<Distribution> empirical(std::vector<double> sample, Interpolation interpolation);
  /// A quantile: the share p of all values is at most `value`.
  struct Quantile {
    double p = 0;
    double value = 0;
  };
  /// A table of quantiles: p ascends strictly from 0 to 1, values do not descend. With kStep the
  /// entry's value comes from its p up to the next, so that the last one never does.
  static Expected<Distribution> of_quantiles(std::vector<Quantile> table,
                                             Interpolation interpolation);

  /// The value below which the share u, 0 < u < 1, of all values lies. Finite and >= 0. Relative
  /// error at most 1e-15, for lognormal and Pareto 5e-13: they take the exponential of a number
  /// that may be great and is itself rounded.
  double quantile(double u) const;
  /// The same as nanoseconds.
  Duration duration(double u) const { return to_duration(quantile(u)); }
  /// The value of a constant distribution, which needs no draw; absent for all others.
  std::optional<double> constant_value() const {
    const auto* constant = std::get_if<Constant>(&form_);
    return constant == nullptr ? std::nullopt : std::optional(constant->value);
  }
  /// The mean; absent where there is none (a Pareto without a cap of shape 1 or less).
  std::optional<double> mean() const;

 private:
  struct Constant {
    double value;
    double quantile(double) const { return value; }
    std::optional<double> mean() const { return value; }
  };
  struct Uniform {
    double low;
    double high;
    double quantile(double u) const;
    std::optional<double> mean() const;
  };
  struct Exponential {
    double scale;
    double quantile(double u) const;
    std::optional<double> mean() const { return scale; }
  };
  struct Lognormal {
    double median;
    double sigma;
    double quantile(double u) const;
    std::optional<double> mean() const;
  };
  struct Pareto {
    double scale;
    double shape;
    std::optional<double> cap;
    double quantile(double u) const;
    std::optional<double> mean() const;
  };
  struct Empirical {
    /// Shared, since a recorded table may be long and its distribution copied to many places.
    std::shared_ptr<const std::vector<Quantile>> table;
    Interpolation interpolation;
    double quantile(double u) const;
    std::optional<double> mean() const;
  };
  using Form = std::variant<Constant, Uniform, Exponential, Lognormal, Pareto, Empirical>;

  explicit Distribution(Form form) : form_(std::move(form)) {}

  Form form_{Constant{0}};
};

}  // namespace gnomon::sim
