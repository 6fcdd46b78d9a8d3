#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "scenarios/checker/swarm.h"

namespace gnomon::scenarios {

/// Which of several lists of faults still break the same promise; the first that does, or nothing.
/// Asked for many at once, so that they can be tried side by side.
using FirstThatFails =
    std::function<std::optional<std::size_t>(const std::vector<std::vector<DrawnFault>>&)>;

struct Shrunk {
  std::vector<DrawnFault> faults;
  std::size_t tries = 0;
};

/// The smallest list of faults that it finds within `budget`: leaves out halves, quarters, ... and
/// single ones (delta debugging; Zeller and Hildebrandt, TSE 2002), then lets those that are left
/// strike less often, for less time and at fewer places. `faults` itself must fail.
Shrunk shrink(std::vector<DrawnFault> faults, const FirstThatFails& first_that_fails,
              std::chrono::seconds budget);

}  // namespace gnomon::scenarios
