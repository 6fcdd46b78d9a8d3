#pragma once

#include <span>
#include <vector>

#include "engine/record/rows.h"
#include "reports/view/graph.h"

namespace gnomon::reports {

/// The chain of nodes that made the workflow take as long as it did, first to last: from the node
/// that ended last back to the dependency that it waited for longest, and so on to a node that
/// waited for none. Since a node is READY when the last of its dependencies is FINISHED, the spans
/// of these nodes add up to the workflow's time; shortening any node outside the chain changes
/// nothing.
///
/// Of a workflow that has not ended, the chain to the node that has been at work longest. Ties: the
/// lower number. Empty if no node has begun.
std::vector<NodeIndex> critical_path(const Graph& graph, std::span<const NodeRow> nodes);

}  // namespace gnomon::reports
