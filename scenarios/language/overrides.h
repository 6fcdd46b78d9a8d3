#pragma once

#include <span>
#include <string>

#include "scenarios/language/diagnostics.h"
#include "scenarios/language/value.h"

namespace gnomon::scenarios {

/// Changes `root` by "path.to.key=value", one after the other: `runtimes.gpu.workers=64`,
/// `faults[0].at=1h`, `workflows."a.b".timeout=5m`. The value is YAML. A key that the scenario has
/// not yet said is added if the language knows it; a name (of a runtime, a workflow, ...) must be
/// there. Mistakes are told, with the place in the override; `given_in` says where that stands.
void apply_overrides(Value& root, std::span<const std::string> overrides, Diagnostics& diagnostics,
                     const std::string& given_in = "--set");

}  // namespace gnomon::scenarios
