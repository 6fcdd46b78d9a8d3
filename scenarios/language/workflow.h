#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/definition.h"
#include "scenarios/language/type.h"
#include "sim/workload/behaviour.h"

namespace gnomon::scenarios {

/// How single nodes behave when simulated, by definition and node: what `simulate:` says in a
/// workflow. A definition in place is named by the path to it: "nightly/tune".
using NodeBehaviours = std::map<std::pair<std::string, std::string>, sim::Behaviour>;

/// How long the tasks of a generated workflow take when simulated.
struct GeneratedDurations {
  std::string action;
  std::vector<Duration> of_node;  ///< by node number; empty where nothing was said
};

/// A workflow as it is written: what production takes from the text, and what only the simulation
/// does.
struct Workflow {
  DefinitionPtr definition;
  NodeBehaviours simulated;
  GeneratedDurations durations;
};

/// The notation of workflows. Decoder::scope names the definition.
const Type<Workflow>& workflow_type();

/// The definition that a Definition::source stands for: decoding the source of what it gives
/// changes nothing.
Expected<DefinitionPtr> decode_workflow(std::string_view name, std::string_view json);

}  // namespace gnomon::scenarios
