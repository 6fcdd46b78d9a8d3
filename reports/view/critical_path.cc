#include "reports/view/critical_path.h"

#include <algorithm>

#include "reports/view/spans.h"

namespace gnomon::reports {
namespace {

NodeIndex last_node(std::span<const NodeRow> nodes) {
  NodeIndex last = kNoNode;
  NodeIndex working = kNoNode;
  for (NodeIndex node = 0; node < nodes.size(); ++node) {
    const Instant begin = begin_of(nodes[node]);
    const Instant end = end_of(nodes[node]);
    if (begin == kUnset && end == kUnset) continue;
    if (end == kUnset) {
      if (working == kNoNode || begin < begin_of(nodes[working])) working = node;
    } else if (last == kNoNode || end > end_of(nodes[last])) {
      last = node;
    }
  }
  return working != kNoNode ? working : last;
}

void append_path(const RunView& run, const WorkflowView& workflow, std::uint32_t depth,
                 std::vector<CriticalNode>& path) {
  constexpr std::uint32_t kMaxDepth = 16;
  const auto nodes = run.nodes_of(workflow);
  for (const NodeIndex node : critical_path(run.graph_of(workflow), nodes)) {
    path.push_back({&nodes[node], depth});
    if (depth == kMaxDepth) continue;
    if (const WorkflowView* child = last_child(run, workflow, node))
      append_path(run, *child, depth + 1, path);
  }
}

}  // namespace

std::vector<NodeIndex> critical_path(const Graph& graph, std::span<const NodeRow> nodes) {
  std::vector<NodeIndex> path;
  for (NodeIndex node = last_node(nodes); node != kNoNode;) {
    path.push_back(node);
    NodeIndex latest = kNoNode;
    for (const NodeIndex dependency : graph.dependencies(node)) {
      const Instant end = end_of(nodes[dependency]);
      if (end == kUnset) continue;
      if (latest == kNoNode || end > end_of(nodes[latest])) latest = dependency;
    }
    node = latest;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

const WorkflowView* last_child(const RunView& run, const WorkflowView& workflow, NodeIndex node) {
  const auto end = [](const WorkflowView& child) {
    return child.row.finished_at == kUnset ? kNever : child.row.finished_at;
  };
  const WorkflowView* last = nullptr;
  for (const std::uint32_t position : run.children_of(workflow)) {
    const WorkflowView& child = run.workflows()[position];
    if (child.row.parent.node != node) continue;
    if (last == nullptr || end(child) > end(*last) ||
        (end(child) == end(*last) && child.row.id > last->row.id))
      last = &child;
  }
  return last;
}

std::vector<CriticalNode> deep_critical_path(const RunView& run, const WorkflowView& workflow) {
  std::vector<CriticalNode> path;
  append_path(run, workflow, 0, path);
  return path;
}

}  // namespace gnomon::reports
