#pragma once

#include <span>
#include <vector>

#include "engine/record/rows.h"
#include "reports/view/graph.h"
#include "reports/view/run_view.h"

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

/// The sub-workflow that a node waited for longest: of those it started, the one that has not ended
/// or ended last; nullptr if it started none. Ties: the higher id.
const WorkflowView* last_child(const RunView& run, const WorkflowView& workflow, NodeIndex node);

/// A node of a critical path; depth 0 is that of the workflow itself.
struct CriticalNode {
  const NodeRow* node = nullptr;
  std::uint32_t depth = 0;
};
/// The critical path of a workflow, each node followed by the critical path of the sub-workflow it
/// waited for longest. Depth at most 16.
std::vector<CriticalNode> deep_critical_path(const RunView& run, const WorkflowView& workflow);

}  // namespace gnomon::reports
