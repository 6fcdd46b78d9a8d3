#pragma once

#include <string>

#include "reports/view/run_view.h"

namespace gnomon::reports {

/// One workflow in WfCommons' WfFormat 1.5: its structure, and of each task that ran the time it
/// took on a worker, its cores (units), its action (name, and program of the command), its priority
/// and, as its machine, one of the runtime's: "gpu-1" to "gpu-4" with the cores of each, as far as
/// RunView knows them. Which one is not recorded: those at work at once are spread over them. Node
/// names become ids in the alphabet that the format allows; two names that would become one id get
/// a number. What `gnomon import wfformat` makes of it has the same runtimes, tasks and edges.
/// https://github.com/wfcommons/WfFormat
std::string to_wfformat(const RunView& run, const WorkflowView& workflow);

}  // namespace gnomon::reports
