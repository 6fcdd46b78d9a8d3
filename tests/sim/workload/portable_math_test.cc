#include "sim/workload/portable_math.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "engine/base/random.h"

namespace gnomon::sim {
namespace {

constexpr std::uint64_t kDraws = 200'000;

double uniform(std::uint64_t n) {
  return KeyedRandom{1}.uniform(Purpose::kSampling, n);
}

double relative_error(double value, long double exact) {
  return static_cast<double>(std::abs((static_cast<long double>(value) - exact) / exact));
}

TEST(PortableMath, ExpIsWithinItsBound) {
  double worst = 0;
  for (std::uint64_t n = 0; n < kDraws; ++n) {
    const double x = n % 2 == 0 ? (uniform(n) - 0.5) * 1400 : (uniform(n) - 0.5) * 2;
    worst = std::max(worst, relative_error(portable_exp(x), std::exp(static_cast<long double>(x))));
  }
  EXPECT_LE(worst, 5e-16);
}

TEST(PortableMath, ExpIsExactAtItsEnds) {
  EXPECT_EQ(portable_exp(0), 1);
  EXPECT_EQ(portable_exp(-1e308), 0);
  EXPECT_EQ(portable_exp(-746), 0);
  EXPECT_EQ(portable_exp(-745), std::numeric_limits<double>::denorm_min());
  EXPECT_NEAR(portable_exp(-740) / std::exp(-740), 1, 0.02);  // subnormal: few bits
  EXPECT_EQ(portable_exp(710), std::numeric_limits<double>::infinity());
  EXPECT_LT(portable_exp(709.78), std::numeric_limits<double>::infinity());
}

TEST(PortableMath, LogIsWithinItsBound) {
  double worst = 0;
  for (std::uint64_t n = 0; n < kDraws; ++n) {
    const double u = uniform(n);
    for (const double x : {u, 1 - u, 1 + u * 1e-6, 1 - u * 1e-9, u * 1e300, u * 1e-310}) {
      if (x == 1) continue;
      worst =
          std::max(worst, relative_error(portable_log(x), std::log(static_cast<long double>(x))));
    }
  }
  EXPECT_LE(worst, 5e-16);
  EXPECT_EQ(portable_log(1), 0);
}

// Held against the error function: P(Z <= z) = erfc(-z / sqrt(2)) / 2. Near p the slope turns a
// relative error e of z into one of e * z * density(z) / p there.
TEST(PortableMath, NormalQuantileIsWithinItsBound) {
  double worst = 0;
  for (std::uint64_t n = 0; n < kDraws; ++n) {
    const double u = uniform(n);
    for (const double p : {u, u * 1e-3, u * 1e-9, u * 0x1p-53}) {
      const auto z = static_cast<long double>(normal_quantile(p));
      if (std::abs(z) < 0.01L) continue;  // p - 1/2 is what has the error there
      const long double lower = std::erfc(-z / std::sqrt(2.0L)) / 2;
      const long double density =
          std::exp(-z * z / 2) / std::sqrt(2 * 3.14159265358979323846264338L);
      worst = std::max(worst, static_cast<double>(std::abs((lower - p) / (density * z))));
    }
  }
  EXPECT_LE(worst, 1e-15);
}

TEST(PortableMath, NormalQuantileIsSymmetric) {
  EXPECT_EQ(normal_quantile(0.5), 0);
  for (std::uint64_t n = 0; n < 1000; ++n) {
    ASSERT_EQ(normal_quantile(uniform(n)), -normal_quantile(1 - uniform(n)));
  }
}

TEST(PortableMathDeathTest, OutsideItsDomainIsABug) {
  EXPECT_DEATH(portable_log(0), "log");
  EXPECT_DEATH(portable_log(std::numeric_limits<double>::infinity()), "log");
  EXPECT_DEATH(portable_log(std::numeric_limits<double>::quiet_NaN()), "log");
  EXPECT_DEATH(normal_quantile(0), "quantile");
  EXPECT_DEATH(normal_quantile(1), "quantile");
}

// These were the same with gcc and clang, -O0 and -O3, when they were written down.
TEST(PortableMath, GivesTheSameBitsEverywhere) {
  EXPECT_EQ(portable_exp(1), 0x1.5bf0a8b14576ap+1);
  EXPECT_EQ(portable_exp(-700.25), 0x1.af5fe9a485c8ep-1011);
  EXPECT_EQ(portable_log(2), 0x1.62e42fefa39efp-1);
  EXPECT_EQ(portable_log(0.1), -0x1.26bb1bbb55515p+1);
  EXPECT_EQ(normal_quantile(0.975), 0x1.f5c0331eeff82p+0);
  EXPECT_EQ(normal_quantile(0x1p-53), -0x1.06b48528cea51p+3);
  std::uint64_t all = 0;
  for (std::uint64_t n = 0; n < 10'000; ++n) {
    const double u = uniform(n);
    for (const double x : {portable_exp(u * 1000 - 500), portable_log(u), normal_quantile(u)}) {
      all = all * 6364136223846793005u + std::bit_cast<std::uint64_t>(x);
    }
  }
  EXPECT_EQ(all, 4935640763436876426u);
}

}  // namespace
}  // namespace gnomon::sim
