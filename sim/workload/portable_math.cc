#include "sim/workload/portable_math.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "engine/base/ensure.h"

namespace gnomon::sim {
namespace {

// ln 2 in two parts: the first has 21 zero bits at its end, so that its product with an exponent is
// exact.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kLog2E = 0x1.71547652b82fep+0;
constexpr int kExponentBias = 1023;
constexpr int kMantissaBits = 52;

/// The polynomial with these coefficients, that of the highest power first.
template <std::size_t n>
double polynomial(const std::array<double, n>& coefficients, double x) {
  double sum = coefficients[0];
  for (std::size_t i = 1; i < n; ++i) sum = sum * x + coefficients[i];
  return sum;
}

/// 2^k for a normal result.
double power_of_two(int k) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(k + kExponentBias) << kMantissaBits);
}

// 1/13!, ..., 1/2!: the rest of the series is below 2^-57 for |x| <= ln(2)/2.
constexpr std::array kExpSeries{
    1.6059043836821614599e-10, 2.0876756987868098979e-9, 2.5052108385441718775e-8,
    2.7557319223985890653e-7,  2.7557319223985890653e-6, 2.4801587301587301587e-5,
    1.984126984126984127e-4,   1.3888888888888888889e-3, 8.3333333333333333333e-3,
    4.1666666666666666667e-2,  1.6666666666666666667e-1, 0.5};

// 2/23, ..., 2/3: the rest of the series is below 2^-57 of the whole for s^2 <= 0.0295.
constexpr std::array kLogSeries{2.0 / 23, 2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13,
                                2.0 / 11, 2.0 / 9,  2.0 / 7,  2.0 / 5,  2.0 / 3};

constexpr std::array kCentreNumerator{2.5090809287301226727e+3, 3.3430575583588128105e+4,
                                      6.7265770927008700853e+4, 4.5921953931549871457e+4,
                                      1.3731693765509461125e+4, 1.9715909503065514427e+3,
                                      1.3314166789178437745e+2, 3.3871328727963666080e+0};
constexpr std::array kCentreDenominator{5.2264952788528545610e+3, 2.8729085735721942674e+4,
                                        3.9307895800092710610e+4, 2.1213794301586595867e+4,
                                        5.3941960214247511077e+3, 6.8718700749205790830e+2,
                                        4.2313330701600911252e+1, 1.0};
constexpr std::array kMiddleNumerator{7.74545014278341407640e-4, 2.27238449892691845833e-2,
                                      2.41780725177450611770e-1, 1.27045825245236838258e+0,
                                      3.64784832476320460504e+0, 5.76949722146069140550e+0,
                                      4.63033784615654529590e+0, 1.42343711074968357734e+0};
constexpr std::array kMiddleDenominator{1.05075007164441684324e-9, 5.47593808499534494600e-4,
                                        1.51986665636164571966e-2, 1.48103976427480074590e-1,
                                        6.89767334985100004550e-1, 1.67638483018380384940e+0,
                                        2.05319162663775882187e+0, 1.0};
constexpr std::array kTailNumerator{2.01033439929228813265e-7, 2.71155556874348757815e-5,
                                    1.24266094738807843860e-3, 2.65321895265761230930e-2,
                                    2.96560571828504891230e-1, 1.78482653991729133580e+0,
                                    5.46378491116411436990e+0, 6.65790464350110377720e+0};
constexpr std::array kTailDenominator{2.04426310338993978564e-15, 1.42151175831644588870e-7,
                                      1.84631831751005468180e-5,  7.86869131145613259100e-4,
                                      1.48753612908506148525e-2,  1.36929880922735805310e-1,
                                      5.99832206555887937690e-1,  1.0};

}  // namespace

double portable_exp(double x) {
  if (x > 709.79) return std::numeric_limits<double>::infinity();
  if (x < -745.2) return 0;
  const int k = static_cast<int>(x * kLog2E + (x < 0 ? -0.5 : 0.5));
  const double r = (x - k * kLn2High) - k * kLn2Low;
  const double power = 1 + (r + r * r * polynomial(kExpSeries, r));
  // In two steps, for 2^k alone may be too small or too great for a double.
  return power * power_of_two(k / 2) * power_of_two(k - k / 2);
}

double portable_log(double x) {
  ENSURE(x > 0 && x <= std::numeric_limits<double>::max(), "log({})", x);
  int k = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    k = -54;
  }
  // x = m * 2^k with m in [sqrt(1/2), sqrt(2)), and log(m) = 2 artanh(s).
  const auto bits = std::bit_cast<std::uint64_t>(x);
  k += static_cast<int>(bits >> kMantissaBits) - kExponentBias;
  double m = std::bit_cast<double>((bits & ((std::uint64_t{1} << kMantissaBits) - 1)) |
                                   (std::uint64_t{kExponentBias} << kMantissaBits));
  if (m > 0x1.6a09e667f3bcdp+0) {
    m *= 0.5;
    ++k;
  }
  const double f = m - 1;
  const double s = f / (m + 1);
  const double square = s * s;
  // 2s = f - s f, so that the greatest part, f, is exact.
  return k * kLn2High + (f - (s * (f - square * polynomial(kLogSeries, square)) - k * kLn2Low));
}

double normal_quantile(double p) {
  ENSURE(p > 0 && p < 1, "the quantile of {}", p);
  const double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(kCentreNumerator, r) / polynomial(kCentreDenominator, r);
  }
  const double r = std::sqrt(-portable_log(q < 0 ? p : 1 - p));
  const double z =
      r <= 5 ? polynomial(kMiddleNumerator, r - 1.6) / polynomial(kMiddleDenominator, r - 1.6)
             : polynomial(kTailNumerator, r - 5) / polynomial(kTailDenominator, r - 5);
  return q < 0 ? -z : z;
}

}  // namespace gnomon::sim
