#include "scenarios/runner/run.h"

#include <algorithm>

#include "scenarios/runner/real_run.h"
#include "scenarios/runner/simulated_run.h"

namespace gnomon::scenarios {

bool RunReport::passed() const {
  return std::all_of(thresholds.begin(), thresholds.end(),
                     [](const ThresholdResult& result) { return result.passed; });
}

Expected<RunReport> run(const Scenario& scenario, const RunOptions& options) {
  if (scenario.workflows.empty())
    return invalid("the scenario has no workflows: there is nothing to run");
  return options.world == WorldKind::kSimulated ? run_simulated(scenario, options)
                                                : run_real(scenario, options);
}

}  // namespace gnomon::scenarios
