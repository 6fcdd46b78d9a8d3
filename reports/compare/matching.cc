#include "reports/compare/matching.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace gnomon::reports {
namespace {

bool is_root(const RunView& run, const WorkflowView& workflow) {
  return workflow.row.parent.workflow == WorkflowId::kNone ||
         run.find(workflow.row.parent.workflow) == nullptr;
}

/// Tenant, and key or name; then the order of start.
using RootKey = std::tuple<std::string, bool, std::string, std::uint32_t>;

std::map<RootKey, std::uint32_t> roots_of(const RunView& run) {
  std::vector<std::uint32_t> roots;
  for (std::uint32_t i = 0; i < run.workflows().size(); ++i) {
    if (is_root(run, run.workflows()[i])) roots.push_back(i);
  }
  std::ranges::stable_sort(roots, {},
                           [&](std::uint32_t i) { return run.workflows()[i].row.created_at; });
  std::map<RootKey, std::uint32_t> keyed;
  std::map<RootKey, std::uint32_t> seen;
  for (const std::uint32_t i : roots) {
    const WorkflowView& workflow = run.workflows()[i];
    const bool has_key = !workflow.row.key.empty();
    RootKey key{workflow.row.tenant, has_key,
                has_key ? workflow.row.key : run.graph_of(workflow).name(), 0};
    const std::uint32_t ordinal = seen[key]++;
    std::get<3>(key) = ordinal;
    keyed.emplace(std::move(key), i);
  }
  return keyed;
}

class WorkflowMatching {
 public:
  WorkflowMatching(const RunView& a, const RunView& b) : a_(a), b_(b) {}

  Matching match() {
    const std::map<RootKey, std::uint32_t> roots_a = roots_of(a_);
    const std::map<RootKey, std::uint32_t> roots_b = roots_of(b_);
    for (const auto& [key, position] : roots_a) {
      if (const auto found = roots_b.find(key); found != roots_b.end())
        add(position, found->second);
    }
    for (std::size_t i = 0; i < matching_.workflows.size(); ++i)
      match_children(matching_.workflows[i]);
    std::ranges::sort(matching_.workflows, {}, &Matching::Pair::a);
    find_unmatched();
    return std::move(matching_);
  }

 private:
  void add(std::uint32_t position_a, std::uint32_t position_b) {
    const std::uint32_t graph_a = a_.workflows()[position_a].graph;
    const std::uint32_t graph_b = b_.workflows()[position_b].graph;
    const auto [found, fresh] = matching_.nodes.try_emplace({graph_a, graph_b});
    if (fresh) found->second = match_nodes(a_.graphs()[graph_a], b_.graphs()[graph_b]);
    matching_.workflows.push_back({position_a, position_b});
  }

  /// By value: adding to the pairs moves them.
  void match_children(Matching::Pair parents) {
    const auto children_a = a_.children_of(a_.workflows()[parents.a]);
    const auto children_b = b_.children_of(b_.workflows()[parents.b]);
    if (children_a.empty() || children_b.empty()) return;
    const NodeMatching& nodes = matching_.nodes_of(a_, b_, parents);
    using ChildKey =
        std::tuple<NodeIndex, std::uint32_t, std::uint32_t>;  // B's node, slot, order of start
    std::map<ChildKey, std::uint32_t> keyed;
    for (const std::uint32_t child : children_b) {
      const WorkflowRow& row = b_.workflows()[child].row;
      ChildKey key{row.parent.node, row.slot, 0};
      while (!keyed.emplace(key, child).second) ++std::get<2>(key);
    }
    std::map<ChildKey, std::uint32_t> seen;
    for (const std::uint32_t child : children_a) {
      const WorkflowRow& row = a_.workflows()[child].row;
      if (row.parent.node >= nodes.b_of_a.size()) continue;
      const NodeIndex node = nodes.b_of_a[row.parent.node];
      if (node == kNoNode) continue;
      const std::uint32_t ordinal = seen[{node, row.slot, 0}]++;
      if (const auto found = keyed.find({node, row.slot, ordinal}); found != keyed.end())
        add(child, found->second);
    }
  }

  void find_unmatched() {
    std::vector<bool> matched_a(a_.workflows().size());
    std::vector<bool> matched_b(b_.workflows().size());
    for (const Matching::Pair& pair : matching_.workflows)
      matched_a[pair.a] = matched_b[pair.b] = true;
    for (std::uint32_t i = 0; i < matched_a.size(); ++i) {
      if (!matched_a[i]) matching_.only_a.push_back(i);
    }
    for (std::uint32_t i = 0; i < matched_b.size(); ++i) {
      if (!matched_b[i]) matching_.only_b.push_back(i);
    }
  }

  const RunView& a_;
  const RunView& b_;
  Matching matching_;
};

}  // namespace

NodeMatching match_nodes(const Graph& a, const Graph& b) {
  NodeMatching matching;
  std::unordered_map<std::string_view, NodeIndex> index;  // looked up only
  index.reserve(b.size());
  for (NodeIndex node = 0; node < b.size(); ++node) index.emplace(b.node(node).name, node);
  std::vector<bool> matched(b.size());
  for (NodeIndex node = 0; node < a.size(); ++node) {
    const auto found = index.find(a.node(node).name);
    const NodeIndex other =
        found == index.end() || matched[found->second] ? kNoNode : found->second;
    matching.b_of_a.push_back(other);
    if (other == kNoNode) {
      matching.only_a.push_back(node);
    } else {
      matched[other] = true;
    }
  }
  for (NodeIndex node = 0; node < b.size(); ++node) {
    if (!matched[node]) matching.only_b.push_back(node);
  }
  return matching;
}

Matching match_workflows(const RunView& a, const RunView& b) {
  return WorkflowMatching(a, b).match();
}

}  // namespace gnomon::reports
