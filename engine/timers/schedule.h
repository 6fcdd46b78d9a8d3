#pragma once

#include <cstdint>
#include <string>

#include "engine/base/payload.h"
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
  std::int16_t priority = 0;
  Recurrence recurrence;
  MissedFires missed;
  bool paused = false;
  Payload
      source;  ///< JSON: the text it was decoded from, so that it can be stored and decoded again
};

}  // namespace gnomon
