#pragma once

#include <string>

#include "reports/view/run_view.h"

namespace gnomon::reports {

/// One workflow in WfCommons' WfFormat 1.5: its structure, and of each task that ran the time it
/// took on a worker, its cores (units) and, as its machine, the runtime. Node names become ids in
/// the alphabet that the format allows; two names that would become one id get a number.
/// https://github.com/wfcommons/WfFormat
std::string to_wfformat(const RunView& run, const WorkflowView& workflow);

}  // namespace gnomon::reports
