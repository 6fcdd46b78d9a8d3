#include "reports/render/dag.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/text/escape.h"
#include "reports/text/units.h"
#include "reports/view/critical_path.h"

namespace gnomon::reports {
namespace {

/// Adds workflows to a Dag, each with the sub-workflows that fit.
class Drawing {
 public:
  Drawing(const RunView& run, Dag& dag, std::uint32_t max_nested)
      : run_(run), dag_(dag), room_(max_nested) {}

  /// Returns the number of the workflow's first node.
  std::uint32_t add(const WorkflowView& workflow, std::uint32_t cluster, bool critical) {
    const Graph& graph = run_.graph_of(workflow);
    const auto rows = run_.nodes_of(workflow);
    const auto first = static_cast<std::uint32_t>(dag_.nodes.size());
    for (const NodeRow& row : rows) dag_.nodes.push_back(make_node(row, graph, cluster));
    const std::size_t first_edge = dag_.edges.size();
    for (NodeIndex node = 0; node < graph.size(); ++node) {
      for (const NodeIndex next : graph.dependents(node))
        dag_.edges.push_back({first + node, first + next});
    }
    if (critical) mark_critical(graph, rows, first, std::span(dag_.edges).subspan(first_edge));
    add_children(workflow, first, cluster);
    return first;
  }

 private:
  Dag::Node make_node(const NodeRow& row, const Graph& graph, std::uint32_t cluster) const {
    const Graph::Node& definition = graph.node(row.node);
    Dag::Node node;
    node.name = definition.name;
    node.kind = definition.kind;
    node.state = state_of(row);
    if (definition.runtime != kNoRuntime) node.runtime = run_.runtimes()[definition.runtime].name;
    node.reason = std::string(row.reason.text());
    node.attempts = row.attempt - std::min(row.attempt, row.attempts_before);
    node.cluster = cluster;
    node.spans = spans_of(row, run_.earlier_attempts(row), run_.ended());
    return node;
  }

  /// `edges`: those of the workflow, ascending.
  void mark_critical(const Graph& graph, std::span<const NodeRow> rows, std::uint32_t first,
                     std::span<Dag::Edge> edges) {
    const std::vector<NodeIndex> path = critical_path(graph, rows);
    for (const NodeIndex node : path) dag_.nodes[first + node].critical = true;
    for (std::size_t i = 1; i < path.size(); ++i) {
      const auto ends = [](const Dag::Edge& edge) { return std::pair(edge.from, edge.to); };
      const auto found = std::ranges::lower_bound(
          edges, std::pair(first + path[i - 1], first + path[i]), {}, ends);
      found->critical = true;
    }
  }

  void add_children(const WorkflowView& workflow, std::uint32_t first, std::uint32_t cluster) {
    NodeIndex parent = kNoNode;
    std::vector<std::uint32_t> on_path;                                // of its children
    for (const std::uint32_t position : run_.children_of(workflow)) {  // by parent
      const WorkflowView& child = run_.workflows()[position];
      const std::uint32_t starter = first + child.row.parent.node;
      if (parent != child.row.parent.node) {
        parent = child.row.parent.node;
        on_path.clear();
        if (dag_.nodes[starter].critical) on_path = critical_children(run_, workflow, parent);
        std::ranges::sort(on_path);
      }
      ++dag_.nodes[starter].children;
      const Graph& graph = run_.graph_of(child);
      if (graph.size() > room_ || graph.size() == 0) {
        ++dag_.nodes[starter].hidden;
        continue;
      }
      room_ -= graph.size();
      const auto inner = static_cast<std::uint32_t>(dag_.clusters.size());
      dag_.clusters.push_back({graph.name(), state_of(child.row), cluster});
      const bool critical = std::ranges::binary_search(on_path, position);
      const std::uint32_t begin = add(child, inner, critical);
      for (NodeIndex node = 0; node < graph.size(); ++node) {
        if (!graph.dependencies(node).empty()) continue;
        dag_.edges.push_back(
            {starter, begin + node, critical && dag_.nodes[begin + node].critical, true});
      }
    }
  }

  const RunView& run_;
  Dag& dag_;
  std::uint32_t room_;
};

}  // namespace

void Dag::number_stages() {
  std::vector<std::uint32_t> waiting_for(nodes.size());
  for (const Edge& edge : edges) ++waiting_for[edge.to];
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < nodes.size(); ++i) {
    nodes[i].stage = 0;
    if (waiting_for[i] == 0) order.push_back(i);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (const Edge& edge : std::ranges::equal_range(edges, order[i], {}, &Edge::from)) {
      nodes[edge.to].stage = std::max(nodes[edge.to].stage, nodes[edge.from].stage + 1);
      if (--waiting_for[edge.to] == 0) order.push_back(edge.to);
    }
  }
}

std::uint32_t Dag::stage_count() const {
  std::uint32_t count = 0;
  for (const Node& node : nodes) count = std::max(count, node.stage + 1);
  return count;
}

std::array<std::uint32_t, kNodeStateCount> Dag::count_states() const {
  std::array<std::uint32_t, kNodeStateCount> counts{};
  for (const Node& node : nodes) ++counts[static_cast<std::size_t>(node.state)];
  return counts;
}

Dag make_dag(const RunView& run, const WorkflowView& workflow, std::uint32_t max_nested) {
  const Graph& graph = run.graph_of(workflow);
  Dag dag;
  dag.title = graph.name();
  dag.state = state_of(workflow.row);
  const Instant begin = workflow.row.created_at == kUnset ? run.began() : workflow.row.created_at;
  const Instant end = workflow.row.finished_at == kUnset ? run.ended() : workflow.row.finished_at;
  dag.makespan = std::max(end - begin, Duration::zero());
  dag.subtitle = fmt::format(
      "workflow {} · {} · {}, {}", label_of(workflow.row.id),
      workflow.row.finished_at == kUnset ? std::string(word_of(workflow.row)) : human(dag.makespan),
      counted(graph.size(), "node"), counted(graph.edge_count(), "edge"));
  dag.clusters.push_back({graph.name(), dag.state, 0});
  Drawing(run, dag, max_nested).add(workflow, 0, true);
  std::ranges::sort(dag.edges, {},
                    [](const Dag::Edge& edge) { return std::pair(edge.from, edge.to); });
  dag.number_stages();
  return dag;
}

}  // namespace gnomon::reports
