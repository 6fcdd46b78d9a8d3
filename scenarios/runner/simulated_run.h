#pragma once

#include "scenarios/runner/run.h"

namespace gnomon::scenarios {

/// The simulated world: virtual time, pools, stores in memory. One thread; the same scenario, seed
/// and version give the same digest.
Expected<RunReport> run_simulated(const Scenario& scenario, const RunOptions& options);

}  // namespace gnomon::scenarios
