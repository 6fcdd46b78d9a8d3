#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "reports/stats/int128.h"

namespace gnomon::reports {

/// Counts of 64-bit values (usually nanoseconds) in steps that are as wide as the value's first
/// three digits allow, so that every quantile is right to 0.1 %, from 1 ns to 292 years.
/// HdrHistogram's layout, by Gil Tene: the values below 2048 have a step each; every doubling of
/// the range above is cut into 1024 equal steps.
///
/// Always holds: integers only, so that merging is exact, commutative and the same on every
/// machine. Negative values count as 0. Memory grows with the largest value: 270 KB for hours in
/// nanoseconds.
class Histogram {
 public:
  void record(std::int64_t value, std::uint64_t times = 1) {
    if (value < 0) value = 0;
    const std::size_t index = index_of(value);
    if (index >= counts_.size()) [[unlikely]]
      grow(index);
    counts_[index] += times;
    count_ += times;
    sum_ += Int128{value} * static_cast<Int128>(times);
    min_ = value < min_ ? value : min_;
    max_ = value > max_ ? value : max_;
  }

  /// Adds everything that `other` has recorded. Both must have been made with the same digits and
  /// unit.
  void merge(const Histogram& other);

  std::uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  std::int64_t min() const { return count_ == 0 ? 0 : min_; }
  std::int64_t max() const { return max_; }
  Int128 sum() const { return sum_; }
  /// Rounded to the nearest integer; 0 when empty.
  std::int64_t mean() const;

  /// The smallest value that `percent` of the values do not exceed, as the largest value of its
  /// step; percent is taken to six digits (99.9999). 0 when empty.
  std::int64_t percentile(double percent) const;
  /// How many of the values lie in the steps up to that of `value`.
  std::uint64_t count_up_to(std::int64_t value) const;

  /// Calls visit(lowest, highest, count) for each step that is not empty, ascending.
  template <typename Visit>
  void for_each(Visit visit) const {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] != 0) visit(lowest_of(i), highest_of(i), counts_[i]);
    }
  }

  bool operator==(const Histogram& other) const;

 private:
  static constexpr int kHalfBits = 10;
  static constexpr std::size_t kHalf = std::size_t{1} << kHalfBits;

  static std::size_t index_of(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    const auto doublings =
        static_cast<std::size_t>(std::bit_width(bits | (2 * kHalf - 1)) - kHalfBits - 1);
    return (doublings << kHalfBits) + static_cast<std::size_t>(bits >> doublings);
  }
  static std::int64_t lowest_of(std::size_t index);
  static std::int64_t highest_of(std::size_t index);
  void grow(std::size_t index);

  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  Int128 sum_ = 0;
  std::int64_t min_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t max_ = 0;
};

}  // namespace gnomon::reports
