#include "sim/workload/distribution.h"

#include <gtest/gtest.h>
// RapidCheck's header wants GoogleTest's first.
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "engine/base/random.h"

namespace gnomon::sim {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double uniform(std::uint64_t n) {
  return KeyedRandom{2}.uniform(Purpose::kServiceTime, n);
}

/// One of each form, with its mean where that can be measured by a million draws.
struct Case {
  std::string name;
  Expected<Distribution> distribution;
};
std::vector<Case> cases() {
  return {
      {"constant", Distribution::constant(7)},
      {"uniform", Distribution::uniform(2, 10)},
      {"exponential", Distribution::exponential(3e9)},
      {"lognormal", Distribution::lognormal(1e9, 0.8)},
      {"lognormal of mean", Distribution::lognormal_of_mean(5e9, 1.5)},
      {"lognormal of percentile", Distribution::lognormal_of_percentile(1e9, 0.99, 4e9)},
      {"pareto", Distribution::pareto(1e9, 2.5)},
      {"capped pareto", Distribution::pareto(1e9, 0.7, 50e9)},
      {"capped pareto of shape 1", Distribution::pareto(1e9, 1, 50e9)},
      {"sample by steps", Distribution::empirical({5, 1, 1, 9}, Interpolation::kStep)},
      {"sample by lines", Distribution::empirical({5, 1, 1, 9}, Interpolation::kLinear)},
      {"quantiles", Distribution::of_quantiles({{0, 1}, {0.5, 2}, {0.99, 10}, {1, 100}},
                                               Interpolation::kLinear)},
  };
}

TEST(Distribution, HasTheMeanItStates) {
  constexpr std::uint64_t kDraws = 1'000'000;
  for (const Case& c : cases()) {
    ASSERT_TRUE(c.distribution) << c.name;
    double sum = 0;
    double squares = 0;
    for (std::uint64_t n = 0; n < kDraws; ++n) {
      const double value = c.distribution->quantile(uniform(n));
      sum += value;
      squares += value * value;
    }
    const double mean = sum / kDraws;
    const double deviation = std::sqrt(std::max(0.0, squares / kDraws - mean * mean));
    ASSERT_TRUE(c.distribution->mean()) << c.name;
    EXPECT_NEAR(mean, *c.distribution->mean(), 4 * deviation / std::sqrt(kDraws) + 1e-9 * mean)
        << c.name;
  }
}

TEST(Distribution, AGreaterUniformNumberGivesAGreaterValue) {
  for (const Case& c : cases()) {
    for (std::uint64_t n = 0; n < 10'000; ++n) {
      const double u = uniform(n) * 0.999;
      ASSERT_LE(c.distribution->quantile(u), c.distribution->quantile(u + 0.001)) << c.name;
    }
  }
}

TEST(Distribution, MatchesTheFormulasOfTheLibrary) {
  const auto exponential = Distribution::exponential(3);
  const auto pareto = Distribution::pareto(3, 0.1);
  const auto lognormal = Distribution::lognormal(3, 2);
  for (std::uint64_t n = 0; n < 10'000; ++n) {
    const double u = uniform(n);
    const auto survival = 1 - static_cast<long double>(u);
    const auto expect_near = [&](double value, long double exact, double bound) {
      ASSERT_LE(std::abs((value - exact) / exact), bound) << u;
    };
    expect_near(exponential->quantile(u), -3 * std::log(survival), 1e-15);
    expect_near(pareto->quantile(u), 3 * std::pow(survival, -10.0L), 5e-13);
    // Backwards, for the library has no quantile: the share below the value is u.
    const long double z = std::log(static_cast<long double>(lognormal->quantile(u)) / 3) / 2;
    ASSERT_NEAR(static_cast<double>(std::erfc(-z / std::sqrt(2.0L)) / 2), u, 1e-15);
  }
}

TEST(Distribution, LognormalMeetsThePercentileItWasMadeFrom) {
  const auto lognormal = Distribution::lognormal_of_percentile(2e9, 0.95, 7e9);
  EXPECT_NEAR(lognormal->quantile(0.5), 2e9, 1e-3);
  EXPECT_NEAR(lognormal->quantile(0.95), 7e9, 1e-3);
}

TEST(Distribution, LognormalOfMeanHasThatSpread) {
  const auto lognormal = Distribution::lognormal_of_mean(10, 0.5);
  EXPECT_NEAR(*lognormal->mean(), 10, 1e-12);
  double squares = 0;
  constexpr int kCells = 1'000'000;
  for (int i = 0; i < kCells; ++i) {
    const double value = lognormal->quantile((i + 0.5) / kCells);
    squares += (value - 10) * (value - 10) / kCells;
  }
  EXPECT_NEAR(std::sqrt(squares), 5, 0.001);
}

TEST(Distribution, AnUncappedParetoOfShapeOneHasNoMean) {
  EXPECT_FALSE(Distribution::pareto(1, 1)->mean());
  EXPECT_FALSE(Distribution::pareto(1, 0.5)->mean());
  EXPECT_EQ(Distribution::pareto(0, 0.5)->mean(), 0);
}

TEST(Distribution, AStepReadsOnlyValuesOfTheTable) {
  const auto step = Distribution::empirical({30, 10, 20, 40}, Interpolation::kStep);
  EXPECT_EQ(step->quantile(0.01), 10);
  EXPECT_EQ(step->quantile(0.25), 20);
  EXPECT_EQ(step->quantile(0.49), 20);
  EXPECT_EQ(step->quantile(0.99), 40);
  const auto line = Distribution::empirical({30, 10, 20, 40}, Interpolation::kLinear);
  EXPECT_DOUBLE_EQ(line->quantile(0.5), 25);
  const auto one = Distribution::empirical({5}, Interpolation::kLinear);
  EXPECT_EQ(one->quantile(0.3), 5);
}

TEST(Distribution, OfNothingIsZero) {
  EXPECT_EQ(Distribution().quantile(0.5), 0);
  EXPECT_EQ(Distribution().duration(0.5), 0ns);
  EXPECT_EQ(Distribution().mean(), 0);
}

TEST(Distribution, NamesTheParameterThatIsWrong) {
  const auto message = [](const Expected<Distribution>& made) {
    return made ? std::string("valid") : made.error().message;
  };
  EXPECT_EQ(message(Distribution::constant(-1)),
            "constant: value is -1, which is not from 0 to 1e+19");
  EXPECT_EQ(message(Distribution::constant(kNan)),
            "constant: value is nan, which is not from 0 to 1e+19");
  EXPECT_EQ(message(Distribution::uniform(2, 1)), "uniform: low is above high");
  EXPECT_EQ(message(Distribution::exponential(kInfinity)),
            "exponential: mean is inf, which is not from 0 to 1e+19");
  EXPECT_EQ(message(Distribution::lognormal(1, 21)),
            "lognormal: sigma is 21, which is not from 0 to 20");
  EXPECT_EQ(message(Distribution::lognormal_of_mean(1, -1)),
            "lognormal: cv is -1, which is not from 0 to 1000000");
  EXPECT_EQ(message(Distribution::lognormal_of_percentile(1, 0.5, 2)),
            "lognormal: the percentile is not between 50 and 100");
  EXPECT_EQ(message(Distribution::lognormal_of_percentile(2, 0.9, 1)),
            "lognormal: a percentile above 50 is below the median");
  EXPECT_EQ(message(Distribution::lognormal_of_percentile(0, 0.9, 1)), "lognormal: median is 0");
  EXPECT_NE(message(Distribution::lognormal_of_percentile(5e-324, 0.9, 1e19)), "valid");
  EXPECT_EQ(message(Distribution::pareto(1, 0.05)),
            "pareto: shape is 0.05, which is not from 0.1 to 1000000");
  EXPECT_EQ(message(Distribution::pareto(2, 1, 1)), "pareto: cap is below scale");
  EXPECT_EQ(message(Distribution::empirical({}, Interpolation::kStep)),
            "empirical: there are no values");
  EXPECT_EQ(message(Distribution::empirical({1, kNan}, Interpolation::kStep)),
            "empirical: a value is nan, which is not from 0 to 1e+19");
  EXPECT_EQ(message(Distribution::of_quantiles({{0, 1}, {0.5, 2}}, Interpolation::kStep)),
            "empirical: the quantiles do not begin with 0 and end with 1");
  EXPECT_EQ(message(Distribution::of_quantiles({{0, 1}, {0.5, 2}, {0.5, 3}, {1, 4}},
                                               Interpolation::kStep)),
            "empirical: the quantiles do not ascend");
  EXPECT_EQ(message(Distribution::of_quantiles({{0, 1}, {0.5, 3}, {1, 2}}, Interpolation::kStep)),
            "empirical: the values descend");
}

TEST(Distribution, SaturatesAsADuration) {
  EXPECT_EQ(to_duration(0.49), 0ns);
  EXPECT_EQ(to_duration(0.5), 1ns);
  EXPECT_EQ(to_duration(-3), 0ns);
  EXPECT_EQ(to_duration(kNan), 0ns);
  EXPECT_EQ(to_duration(0x1p52 + 1), Duration{(std::int64_t{1} << 52) + 1});
  EXPECT_EQ(to_duration(0x1p63), Duration::max());
  EXPECT_EQ(to_duration(kInfinity), Duration::max());
  EXPECT_EQ(Distribution::constant(1e19)->duration(0.5), Duration::max());
}

RC_GTEST_PROP(DistributionProperty, EveryValidOneGivesFiniteNumbersThatAreNotNegative, ()) {
  // Of every size from the least number to the greatest allowed.
  const auto positive = [] {
    return std::ldexp(*rc::gen::inRange(1, 1000) / 1000.0, *rc::gen::inRange(-1070, 64));
  };
  const std::vector<Expected<Distribution>> made{
      Distribution::constant(positive()),
      Distribution::uniform(positive(), positive()),
      Distribution::exponential(positive()),
      Distribution::lognormal(positive(), *rc::gen::inRange(0, 21)),
      Distribution::lognormal_of_mean(positive(), positive()),
      Distribution::lognormal_of_percentile(positive(), 0.99, positive()),
      Distribution::pareto(positive(), *rc::gen::inRange(1, 100) / 10.0),
      Distribution::pareto(positive(), *rc::gen::inRange(1, 100) / 10.0, positive()),
      Distribution::empirical({positive(), positive(), positive()}, Interpolation::kLinear),
  };
  for (const auto& distribution : made) {
    if (!distribution) continue;
    for (const double u : {0x1p-53, 0.5, 1 - 0x1p-53, uniform(0)}) {
      const double value = distribution->quantile(u);
      RC_ASSERT(std::isfinite(value));
      RC_ASSERT(value >= 0);
      RC_ASSERT(distribution->duration(u) >= 0ns);
    }
    // Within RC_ASSERT, || does not stop at its left side.
    if (const auto mean = distribution->mean()) RC_ASSERT(std::isfinite(*mean));
  }
}

// These were the same with gcc and clang, -O0 and -O3, when they were written down.
TEST(Distribution, GivesTheSameBitsEverywhere) {
  const std::vector<std::uint64_t> expected{
      9420404520552235008u,  1721370567744308956u,  15591827726713556485u, 12007849917650721817u,
      10388574982834396448u, 18000890121386832696u, 13956755368320056729u, 14671362676396183258u,
      9565201205722655784u,  18360612730836090880u, 1124340154911126219u,  1148892390469191115u};
  std::vector<std::uint64_t> found;
  for (const Case& c : cases()) {
    std::uint64_t all = 0;
    for (std::uint64_t n = 0; n < 1000; ++n) {
      all = all * 6364136223846793005u +
            std::bit_cast<std::uint64_t>(c.distribution->quantile(uniform(n)));
    }
    all = all * 6364136223846793005u +
          std::bit_cast<std::uint64_t>(c.distribution->mean().value_or(0));
    found.push_back(all);
  }
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace gnomon::sim
