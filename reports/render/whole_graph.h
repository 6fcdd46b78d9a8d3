#pragma once

#include "reports/render/dag.h"
#include "reports/render/sheet.h"

namespace gnomon::reports {

/// Every node and edge of a large workflow on our own layout: a square for a node, coloured by
/// state, with name and time under the pointer; faint edges; the critical path and failures on top.
/// 20,000 nodes give about 3 MB. Above 40,000 nodes, squares have no names; above 400,000, nothing
/// is drawn (the Drawing is empty).
Drawing draw_whole_graph(const Dag& dag);

}  // namespace gnomon::reports
