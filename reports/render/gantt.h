#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/render/sheet.h"
#include "reports/render/time_axis.h"
#include "reports/view/node_state.h"
#include "reports/view/run_view.h"

namespace gnomon::reports {

/// A named lane for each node: a pale bar while it waits, a hairline between attempts and while the
/// engine decides, a full bar in the colour of its state while it runs; attempts that failed in the
/// colour of failure. Nodes of the critical path are joined from top to bottom.
Drawing draw_node_lanes(const RunView& run, std::span<const NodeRow* const> nodes,
                        const std::vector<bool>& critical, const TimeAxis& axis);

/// Slots of a runtime as they look from outside: the runs of all nodes, each in the lowest lane
/// that is free. Empty if there would be more than `max_lanes`.
Drawing draw_slots(const RunView& run, std::span<const NodeRow* const> nodes, const TimeAxis& axis,
                   std::size_t max_lanes);

}  // namespace gnomon::reports
