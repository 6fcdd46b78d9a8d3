#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/error.h"
#include "engine/base/payload.h"
#include "engine/base/time.h"
#include "engine/expressions/expression.h"
#include "engine/timers/recurrence.h"

namespace gnomon {

/// Starts a workflow again and again: nightly, each 15 minutes, at nine in the morning of another
/// city.
struct Schedule {
  std::string name;
  std::string workflow;  ///< uploaded, by name; the newest version at each fire
  std::string tenant;
  Payload labels;
  Payload input;
  std::optional<Expression> input_expression;  ///< instead: over what fire_json() gives
  std::int16_t priority = 0;
  Recurrence recurrence;
  MissedFires missed;
  bool paused = false;
  Payload
      source;  ///< JSON: the text it was decoded from, so that it can be stored and decoded again
};

/// What the expression of its input sees of the fire that was due at `due`:
///
///     at        "2026-03-29T00:30:00Z"
///     local     "2026-03-29T01:30:00+01:00", by the clock on the wall of its zone
///     schedule  its name
///     seconds   of `at` since 1970, in UTC
///
/// Fractions of a second are written only where there are some. All of it follows from the instant
/// that the fire is for, so a fire that was missed, backfilled, or decided again after a crash is
/// given what it would have been given in time.
Payload fire_json(const Schedule& schedule, Instant due);

/// The input of the workflow that the fire due at `due` starts.
Expected<Payload> input_of(const Schedule& schedule, Instant due);

}  // namespace gnomon
