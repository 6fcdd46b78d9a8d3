#pragma once

#include <cstddef>
#include <string>

#include "reports/view/run_view.h"

namespace gnomon::reports {

struct TimelineOptions {
  std::size_t max_named_lanes = 160;  ///< above, nodes are grouped
  std::size_t max_slot_lanes = 600;
};

/// One workflow with its sub-workflows, or (nullptr) the whole run, over time, as one SVG: a lane
/// for each node with its wait, its attempts and what the engine took; for many nodes the critical
/// path in lanes, and the rest as load of each runtime, load of each stage, and worker slots.
std::string draw_timeline(const RunView& run, const WorkflowView* workflow,
                          const TimelineOptions& options = {});

}  // namespace gnomon::reports
