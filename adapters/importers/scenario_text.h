#pragma once

#include <string>
#include <string_view>

#include "adapters/importers/machine_pools.h"
#include "adapters/importers/makespan_bounds.h"
#include "adapters/importers/recorded_workflow.h"

namespace gnomon::adapters {

/// The scenario, as YAML for people, that runs a recorded workflow once in simulation: its tasks
/// as long as they were, on a pool for each kind of machine, and the makespan within its bounds.
std::string scenario_text(const RecordedWorkflow& workflow, const MachinePools& pools,
                          const MakespanBounds& bounds, std::string_view file_name);

}  // namespace gnomon::adapters
