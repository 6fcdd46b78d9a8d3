#include "scenarios/runner/run.h"

#include <algorithm>

#include "scenarios/runner/process_check.h"
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
  if (options.world == WorldKind::kSimulated) return run_simulated(scenario, options);
  if (!options.stand_ins) {
    if (auto checked = check_processes(scenario); !checked) return std::unexpected(checked.error());
  }
  return run_real(scenario, options);
}

}  // namespace gnomon::scenarios
