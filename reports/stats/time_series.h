#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "engine/base/time.h"
#include "reports/stats/int128.h"

namespace gnomon::reports {

/// Samples over time in a bounded number of points. Each point stands for one step of time and
/// keeps count, sum, least and greatest. When time outgrows the points, neighbours are joined and
/// the step doubles.
///
/// Always holds: joining is exact: a series that was told the same samples with the wider step from
/// the start is equal. Steps begin at multiples of the step after `origin`; samples before it count
/// in the first step.
class TimeSeries {
 public:
  struct Point {
    std::uint64_t count = 0;
    Int128 sum = 0;
    std::int64_t min = std::numeric_limits<std::int64_t>::max();
    std::int64_t max = std::numeric_limits<std::int64_t>::min();
    bool operator==(const Point&) const = default;
  };

  /// `capacity` points at most (2 or more), of `step` at first.
  TimeSeries(Instant origin, Duration step, std::size_t capacity);

  void record(Instant at, std::int64_t value);
  /// Adds what `other` was told. Same origin, and steps that differ by a power of two; else a bug.
  void merge(const TimeSeries& other);

  Duration step() const { return step_; }
  Instant begin_of(std::size_t point) const {
    return saturating_add(origin_, Duration{step_.count() * static_cast<std::int64_t>(point)});
  }
  /// From the origin to the last sample; points without samples have count 0.
  const std::vector<Point>& points() const { return points_; }

  bool operator==(const TimeSeries&) const = default;

 private:
  void widen();
  static void join(Point& into, const Point& other);

  Instant origin_;
  Duration step_;
  std::size_t capacity_;
  std::vector<Point> points_;
};

}  // namespace gnomon::reports
