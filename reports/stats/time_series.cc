#include "reports/stats/time_series.h"

#include <algorithm>

#include "engine/base/ensure.h"

namespace gnomon::reports {

TimeSeries::TimeSeries(Instant origin, Duration step, std::size_t capacity)
    : origin_(origin), step_(step), capacity_(capacity) {
  ENSURE(step > Duration::zero() && capacity >= 2, "step {} ns, capacity {}", step.count(),
         capacity);
}

void TimeSeries::record(Instant at, std::int64_t value) {
  const auto offset = at <= origin_ ? 0
                                    : static_cast<std::uint64_t>(to_ns(at)) -
                                          static_cast<std::uint64_t>(to_ns(origin_));
  while (offset / static_cast<std::uint64_t>(step_.count()) >= capacity_) widen();
  const auto index = static_cast<std::size_t>(offset / static_cast<std::uint64_t>(step_.count()));
  if (index >= points_.size()) points_.resize(index + 1);
  join(points_[index], Point{1, value, value, value});
}

void TimeSeries::merge(const TimeSeries& other) {
  ENSURE(origin_ == other.origin_, "origins {} and {}", to_ns(origin_), to_ns(other.origin_));
  TimeSeries theirs = other;
  while (step_ < theirs.step_) widen();
  while (theirs.step_ < step_) theirs.widen();
  ENSURE(step_ == theirs.step_, "steps {} and {} ns", step_.count(), theirs.step_.count());
  while (theirs.points_.size() > capacity_) {
    widen();
    theirs.widen();
  }
  if (theirs.points_.size() > points_.size()) points_.resize(theirs.points_.size());
  for (std::size_t i = 0; i < theirs.points_.size(); ++i) join(points_[i], theirs.points_[i]);
}

void TimeSeries::widen() {
  ENSURE(step_ <= Duration::max() / 2, "step of {} ns cannot double", step_.count());
  step_ *= 2;
  const std::size_t half = (points_.size() + 1) / 2;
  for (std::size_t i = 0; i < half; ++i) {
    Point joined = points_[2 * i];
    if (2 * i + 1 < points_.size()) join(joined, points_[2 * i + 1]);
    points_[i] = joined;
  }
  points_.resize(half);
}

void TimeSeries::join(Point& into, const Point& other) {
  into.count += other.count;
  into.sum += other.sum;
  into.min = std::min(into.min, other.min);
  into.max = std::max(into.max, other.max);
}

}  // namespace gnomon::reports
