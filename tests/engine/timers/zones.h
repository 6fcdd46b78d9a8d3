#pragma once

#include <chrono>

#include "engine/timers/zone.h"

namespace gnomon {

/// Instants as in `utc(2012y / 3 / 11, 7h)`.
inline Instant utc(std::chrono::year_month_day day, Duration time = {}) {
  return Instant(std::chrono::sys_days(day).time_since_epoch() + time);
}

/// The rules of these places in the years around the tests, without a database.
inline Zone new_york() {
  using namespace std::chrono_literals;
  return Zone("America/New_York", {{Instant{}, utc(2012y / 3 / 11, 7h), -5h},
                                   {utc(2012y / 3 / 11, 7h), utc(2012y / 11 / 4, 6h), -4h},
                                   {utc(2012y / 11 / 4, 6h), utc(2013y / 3 / 10, 7h), -5h},
                                   {utc(2013y / 3 / 10, 7h), utc(2013y / 11 / 3, 6h), -4h},
                                   {utc(2013y / 11 / 3, 6h), kNever, -5h}});
}
inline Zone sao_paulo() {
  using namespace std::chrono_literals;
  return Zone("America/Sao_Paulo",
              {{Instant{}, utc(2018y / 2 / 18, 2h), -2h}, {utc(2018y / 2 / 18, 2h), kNever, -3h}});
}

}  // namespace gnomon
