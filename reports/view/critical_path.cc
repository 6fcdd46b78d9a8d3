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

}  // namespace gnomon::reports
