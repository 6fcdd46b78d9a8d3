#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/base/time.h"
#include "reports/stats/int128.h"

namespace gnomon::reports {

/// Something that happened n times. Never goes down.
class Counter {
 public:
  void add(std::uint64_t times = 1) { value_ += times; }
  std::uint64_t value() const { return value_; }
  double per_second(Duration over) const {
    return over.count() <= 0
               ? 0
               : static_cast<double>(value_) * 1e9 / static_cast<double>(over.count());
  }

 private:
  std::uint64_t value_ = 0;
};

/// A number that holds until it changes (workers in use, items waiting), weighted by how long it
/// held: the integral over time, from which mean level and utilisation follow. Told of changes in
/// the order of time; a change that comes late counts from the latest instant already told.
class Level {
 public:
  explicit Level(Instant begin) : begin_(begin), changed_(begin) {}

  void set(Instant at, std::int64_t value) {
    integral_ += area_until(at);
    changed_ = std::max(changed_, at);
    value_ = value;
    peak_ = std::max(peak_, value);
  }
  void add(Instant at, std::int64_t change) { set(at, value_ + change); }

  std::int64_t value() const { return value_; }
  std::int64_t peak() const { return peak_; }
  /// Level times nanoseconds, from the beginning until `at`.
  Int128 integral(Instant at) const { return integral_ + area_until(at); }
  /// Mean level from the beginning until `at`; the present value if no time has passed.
  double mean(Instant at) const {
    const Duration passed = std::max(at, changed_) - begin_;
    if (passed.count() <= 0) return static_cast<double>(value_);
    return static_cast<double>(integral(at)) / static_cast<double>(passed.count());
  }

 private:
  Int128 area_until(Instant at) const {
    return at <= changed_ ? Int128{0} : Int128{value_} * Int128{(at - changed_).count()};
  }

  Instant begin_;
  Instant changed_;
  std::int64_t value_ = 0;
  std::int64_t peak_ = 0;
  Int128 integral_ = 0;
};

}  // namespace gnomon::reports
