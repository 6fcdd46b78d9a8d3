#pragma once

#include <string>

#include "reports/view/run_view.h"

namespace gnomon::reports {

/// The run as a trace in Chrome's JSON form, for ui.perfetto.dev. Each runtime is a process, with a
/// thread for each slot that was busy at once and counters of what ran and what waited; workflows,
/// and nodes that need no runtime, are processes of their own. Arrows follow the critical path of
/// each workflow that no other started. Times are microseconds since the run began, to the
/// nanosecond. https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
std::string to_perfetto(const RunView& run);

}  // namespace gnomon::reports
