#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "engine/base/error.h"
#include "scenarios/checker/trial.h"

namespace gnomon::scenarios {

/// Why a run breaks a promise: the faults without which it does not.
struct Explanation {
  TrialResult result;
  std::size_t strikes = 0;  ///< faults that struck in the run
  /// So few of them that the run passes without them, and breaks again with any one of them; none:
  /// it breaks without any fault.
  std::vector<sim::StrikeNote> needed;
  std::uint64_t runs = 0;
};

/// Runs one and the same scenario, as try_once does.
using Trial = std::function<Expected<TrialResult>(const TrialOptions&)>;

/// Runs it again and again, each time with other faults left out (delta debugging, Zeller and
/// Hildebrandt 2002). `told` hears how many faults are still in question. A run that breaks nothing
/// gives a result that has passed, and nothing needed.
Expected<Explanation> explain(const Trial& trial, std::uint64_t seed,
                              const std::atomic<bool>* interrupted,
                              const std::function<void(std::size_t left)>& told);

}  // namespace gnomon::scenarios
