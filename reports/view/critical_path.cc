#include "reports/view/critical_path.h"

#include <algorithm>
#include <utility>

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
    for (const std::uint32_t child : critical_children(run, workflow, node))
      append_path(run, run.workflows()[child], depth + 1, path);
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

std::vector<std::uint32_t> critical_children(const RunView& run, const WorkflowView& workflow,
                                             NodeIndex node) {
  const auto row = [&](std::uint32_t child) -> const WorkflowRow& {
    return run.workflows()[child].row;
  };
  const auto end = [&](std::uint32_t child) {
    return row(child).finished_at == kUnset ? kNever : row(child).finished_at;
  };
  const auto started =
      std::ranges::equal_range(run.children_of(workflow), node, {},
                               [&](std::uint32_t child) { return row(child).parent.node; });
  std::vector<std::uint32_t> by_end(started.begin(), started.end());
  std::ranges::sort(by_end, std::ranges::greater{},
                    [&](std::uint32_t child) { return std::pair(end(child), child); });

  std::vector<std::uint32_t> path;
  for (const std::uint32_t child : by_end) {
    if (!path.empty()) {
      const bool took_no_time = end(child) <= row(child).created_at;
      if (took_no_time || end(child) > row(path.back()).created_at) continue;
    }
    path.push_back(child);
  }
  std::ranges::reverse(path);
  return path;
}

std::vector<CriticalNode> deep_critical_path(const RunView& run, const WorkflowView& workflow) {
  std::vector<CriticalNode> path;
  append_path(run, workflow, 0, path);
  return path;
}

}  // namespace gnomon::reports
