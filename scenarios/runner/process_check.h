#pragma once

#include "engine/base/error.h"
#include "scenarios/language/scenario.h"

namespace gnomon::scenarios {

/// Everything in the tasks of a scenario that would keep them from running as processes, or would
/// have something else run in their place: a command for a runtime that has no `process`, none for
/// one that has, parameters that a process does not know. A line for each.
Expected<void> check_processes(const Scenario& scenario);

}  // namespace gnomon::scenarios
