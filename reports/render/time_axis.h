#pragma once

#include <string>
#include <vector>

#include "engine/base/time.h"

namespace gnomon::reports {

/// Time from left to right: where an instant lies, and ticks at round numbers after the beginning.
class TimeAxis {
 public:
  /// Room for names at the left of every chart, and for the chart itself, in pixels.
  static constexpr double kLeft = 230;
  static constexpr double kWidth = 1100;

  TimeAxis(Instant begin, Instant end);

  Instant begin() const { return begin_; }
  Instant end() const { return end_; }
  /// Within [kLeft, kLeft + kWidth]; instants outside lie at the edge.
  double x(Instant at) const;

  struct Tick {
    double x = 0;
    std::string text;
  };
  std::vector<Tick> ticks() const;
  /// Hairlines over `height` pixels, and the times below them; takes kFootHeight more.
  std::string grid(double height) const;
  static constexpr double kFootHeight = 20;

 private:
  Instant begin_;
  Instant end_;
};

}  // namespace gnomon::reports
