#pragma once

#include "adapters/importers/json_place.h"
#include "adapters/importers/recorded_workflow.h"

namespace gnomon::adapters {

/// Makes a recorded workflow of a WfFormat document. All mistakes are noted in `problems`; if there
/// are any, the workflow is not to be used.
RecordedWorkflow read_wfformat(const Json& document, Problems& problems);

}  // namespace gnomon::adapters
