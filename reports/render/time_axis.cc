#include "reports/render/time_axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "reports/text/units.h"

namespace gnomon::reports {
namespace {

constexpr std::int64_t kMaxTicks = 10;

/// The smallest round step that gives at most kMaxTicks.
Duration step_for(Duration span) {
  static constexpr std::array<Duration, 17> kLongSteps = {
      1s, 2s, 5s, 10s, 15s, 30s, 1min, 2min, 5min, 10min, 15min, 30min, 1h, 2h, 3h, 6h, 12h};
  for (std::int64_t power = 1; power < 1'000'000'000; power *= 10) {
    for (const std::int64_t digit : {1, 2, 5}) {
      if (span.count() / (digit * power) <= kMaxTicks) return Duration{digit * power};
    }
  }
  for (const Duration step : kLongSteps) {
    if (span / step <= kMaxTicks) return step;
  }
  constexpr Duration kDay = 24h;
  for (std::int64_t days = 1;; days *= 10) {
    for (const std::int64_t digit : {1, 2, 5}) {
      if (span / kDay / (digit * days) <= kMaxTicks) return digit * days * kDay;
    }
  }
}

}  // namespace

TimeAxis::TimeAxis(Instant begin, Instant end)
    : begin_(begin), end_(std::max(end, saturating_add(begin, 1ns))) {}

double TimeAxis::x(Instant at) const {
  const Instant inside = std::clamp(at, begin_, end_);
  return kLeft + kWidth * static_cast<double>((inside - begin_).count()) /
                     static_cast<double>((end_ - begin_).count());
}

std::vector<TimeAxis::Tick> TimeAxis::ticks() const {
  std::vector<Tick> ticks;
  const Duration span = end_ - begin_;
  const Duration step = step_for(span);
  for (Duration at{}; at <= span; at += step) {
    ticks.push_back({x(begin_ + at), human(at)});
    if (at > Duration::max() - step) break;
  }
  return ticks;
}

std::string TimeAxis::grid(double height) const {
  std::string svg;
  const auto out = std::back_inserter(svg);
  for (const Tick& tick : ticks()) {
    fmt::format_to(out,
                   "<path class=\"rule\" d=\"M{0:.1f} 0V{1:.0f}\"/><text class=\"grey\" "
                   "x=\"{0:.1f}\" y=\"{2:.0f}\" "
                   "font-size=\"10\" text-anchor=\"middle\">{3}</text>\n",
                   tick.x, height, height + 14, tick.text);
  }
  return svg;
}

}  // namespace gnomon::reports
