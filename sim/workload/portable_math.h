#pragma once

namespace gnomon::sim {

// The few functions that distributions need, from + - * / and sqrt alone, which IEEE 754 defines to
// the bit. So they give the same doubles on every machine, compiler and optimisation level, which
// the library's exp and log do not. (The build's -ffp-contract=off keeps multiplications and
// additions apart.)

/// e^x. Relative error at most 5e-16 while the result is normal; 0 below -745.2, infinity above
/// 709.79.
double portable_exp(double x);

/// The natural logarithm of a finite x > 0. Relative error at most 5e-16.
double portable_log(double x);

/// The z with P(Z <= z) = p for a standard normal Z, 0 < p < 1. Relative error at most 1e-15 beyond
/// the error of p itself. Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988).
double normal_quantile(double p);

}  // namespace gnomon::sim
