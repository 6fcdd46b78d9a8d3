#include "reports/stats/histogram.h"

#include <algorithm>
#include <cmath>

namespace gnomon::reports {

void Histogram::grow(std::size_t index) {
  // Whole doublings at a time: a rising series of values allocates at most 54 times.
  counts_.resize((index / kHalf + 1) * kHalf);
}

void Histogram::merge(const Histogram& other) {
  if (other.counts_.size() > counts_.size()) counts_.resize(other.counts_.size());
  for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_ += other.sum_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
}

std::int64_t Histogram::mean() const {
  if (count_ == 0) return 0;
  const Int128 count = static_cast<Int128>(count_);
  return static_cast<std::int64_t>((sum_ + count / 2) / count);
}

std::int64_t Histogram::percentile(double percent) const {
  if (count_ == 0) return 0;
  // In integers from here on: 0.999 * 1000 must not become 999.0000000000001 and then 1000.
  const auto millionths =
      static_cast<std::int64_t>(std::llround(std::clamp(percent, 0.0, 100.0) * 10'000));
  const Int128 scaled = static_cast<Int128>(count_) * millionths;
  const auto rank =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>((scaled + 999'999) / 1'000'000));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= rank) return std::min(highest_of(i), max_);
  }
  return max_;
}

std::uint64_t Histogram::count_up_to(std::int64_t value) const {
  if (value < 0) return 0;
  const std::size_t end = std::min(counts_.size(), index_of(value) + 1);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < end; ++i) seen += counts_[i];
  return seen;
}

std::int64_t Histogram::lowest_of(std::size_t index) {
  const std::size_t doublings = index < 2 * kHalf ? 0 : index / kHalf - 1;
  return static_cast<std::int64_t>((index - doublings * kHalf) << doublings);
}

std::int64_t Histogram::highest_of(std::size_t index) {
  const std::size_t doublings = index < 2 * kHalf ? 0 : index / kHalf - 1;
  return static_cast<std::int64_t>(((index - doublings * kHalf + 1) << doublings) - 1);
}

bool Histogram::operator==(const Histogram& other) const {
  if (count_ != other.count_ || sum_ != other.sum_ || min_ != other.min_ || max_ != other.max_)
    return false;
  const std::size_t common = std::min(counts_.size(), other.counts_.size());
  const auto zero = [](std::uint64_t count) { return count == 0; };
  return std::equal(counts_.begin(), counts_.begin() + static_cast<std::ptrdiff_t>(common),
                    other.counts_.begin()) &&
         std::all_of(counts_.begin() + static_cast<std::ptrdiff_t>(common), counts_.end(), zero) &&
         std::all_of(other.counts_.begin() + static_cast<std::ptrdiff_t>(common),
                     other.counts_.end(), zero);
}

}  // namespace gnomon::reports
