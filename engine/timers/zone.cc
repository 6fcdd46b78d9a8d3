#include "engine/timers/zone.h"

#include <algorithm>

#include "engine/base/ensure.h"

namespace gnomon {

Zone::Zone(std::string name, std::vector<Period> periods) {
  ENSURE(!periods.empty(), "zone {} without a period", name);
  for (std::size_t i = 1; i < periods.size(); ++i) {
    ENSURE(periods[i - 1].begin < periods[i - 1].end && periods[i - 1].end == periods[i].begin,
           "period {} of zone {} does not follow the one before", i, name);
  }
  periods.front().begin = Instant::min();
  periods.back().end = kNever;
  data_ = std::make_shared<const Data>(Data{std::move(name), std::move(periods)});
}

Zone::Period Zone::period_at(Instant at) const {
  if (data_ == nullptr) return {Instant::min(), kNever, {}};
  const auto after = std::ranges::upper_bound(data_->periods, at, {}, &Period::begin);
  return *std::prev(after);
}

WallTime Zone::to_wall(Instant at) const {
  const auto utc = std::chrono::floor<std::chrono::seconds>(at.time_since_epoch());
  return WallTime(utc + period_at(at).offset);
}

Instant Zone::to_instant(WallTime wall) const {
  const auto minus = [&](std::chrono::seconds offset) {
    const std::chrono::seconds utc = wall.time_since_epoch() - offset;
    const std::chrono::seconds bounded =
        std::clamp(utc, std::chrono::ceil<std::chrono::seconds>(Duration::min()),
                   std::chrono::floor<std::chrono::seconds>(Duration::max()));
    return Instant(bounded);
  };
  if (data_ == nullptr) return minus({});
  // The first period whose own end, on its own clock, lies after the reading. In an overlap that is
  // the earlier of the two that hold it; in a gap it is the one after the change, and the reading
  // lies before its begin.
  for (const Period& period : data_->periods) {
    const Instant at = minus(period.offset);
    if (at >= period.end) continue;
    if (at >= period.begin) return at;
    return minus(period_at(period.begin - Duration{1}).offset);
  }
  return minus(data_->periods.back().offset);
}

}  // namespace gnomon
