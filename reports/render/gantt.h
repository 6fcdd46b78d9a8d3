#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/render/sheet.h"
#include "reports/render/time_axis.h"
#include "reports/view/node_state.h"
#include "reports/view/run_view.h"

namespace gnomon::reports {

struct NodeLane {
  const NodeRow* node = nullptr;
  bool critical = false;
  std::uint32_t depth = 0;  ///< how many sub-workflows it is inside of
};

/// A named lane for each node: a pale bar while it waits, a hairline between attempts and while the
/// engine decides, a full bar in the colour of its state while it runs; attempts that failed in the
/// colour of failure. Nodes of the critical path are joined from top to bottom; those inside of
/// sub-workflows have the workflow's name in front.
Drawing draw_node_lanes(const RunView& run, std::span<const NodeLane> lanes, const TimeAxis& axis);

/// Slots of a runtime as they look from outside: the runs of all nodes, each in the lowest lane
/// that is free. Empty if there would be more than `max_lanes`.
Drawing draw_slots(const RunView& run, std::span<const NodeRow* const> nodes, const TimeAxis& axis,
                   std::size_t max_lanes);

}  // namespace gnomon::reports
