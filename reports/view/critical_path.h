#pragma once

#include <cstdint>
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

/// The sub-workflows that made a node take as long as it did, first to last, by their positions in
/// RunView::workflows(): from the one that ended last, or has not ended, back to the one whose end
/// let it begin, which is the latest that had ended when it was created, and so on to one that
/// waited for none. A map of ten items, one at a time, has all ten; one that runs all at once has
/// the last. What took no time stands at its end only. Ties: the higher id.
std::vector<std::uint32_t> critical_children(const RunView& run, const WorkflowView& workflow,
                                             NodeIndex node);

/// A node of a critical path; depth 0 is that of the workflow itself.
struct CriticalNode {
  const NodeRow* node = nullptr;
  std::uint32_t depth = 0;
};
/// The critical path of a workflow, each node followed by the critical paths of those of its
/// sub-workflows that made it take as long as it did (critical_children). Depth at most 16.
std::vector<CriticalNode> deep_critical_path(const RunView& run, const WorkflowView& workflow);

}  // namespace gnomon::reports
