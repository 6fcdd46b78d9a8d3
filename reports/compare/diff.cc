#include "reports/compare/diff.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/compare/matching.h"
#include "reports/compare/order.h"
#include "reports/compare/times.h"

namespace gnomon::reports {
namespace {

class Comparison {
 public:
  Comparison(const RunView& a, const RunView& b, const DiffOptions& options)
      : a_(a), b_(b), options_(options), matching_(match_workflows(a, b)) {}

  Diff compare() {
    diff_.a = {a_.source, a_.title, a_.workflows().size(), a_.nodes().size()};
    diff_.b = {b_.source, b_.title, b_.workflows().size(), b_.nodes().size()};
    diff_.matched_workflows = matching_.workflows.size();
    for (const auto& [graphs, nodes] : matching_.nodes) {
      compare_graphs(a_.graphs()[graphs.first], b_.graphs()[graphs.second], nodes);
    }
    note_unmatched(a_, matching_.only_a, diff_.only_a);
    note_unmatched(b_, matching_.only_b, diff_.only_b);
    for (const Matching::Pair& pair : matching_.workflows) compare_ends(pair);
    compare_order(a_, b_, matching_, options_, diff_);
    compare_times(a_, b_, matching_, options_, diff_);
    return std::move(diff_);
  }

 private:
  template <typename Item>
  void add(Found<Item>& found, Item item) {
    ++found.count;
    if (found.examples.size() < options_.max_examples) found.examples.push_back(std::move(item));
  }

  std::string place_of(const RunView& run, const Graph::Node& node) const {
    return node.runtime == kNoRuntime ? std::string(to_string(node.kind))
                                      : run.runtimes()[node.runtime].name;
  }

  void compare_graphs(const Graph& a, const Graph& b, const NodeMatching& nodes) {
    const auto note = [&](std::string what) {
      add(diff_.definitions, {a.name(), std::move(what)});
    };
    if (a.version() != b.version())
      note(fmt::format("version '{}' became '{}'", a.version(), b.version()));
    for (const NodeIndex node : nodes.only_a)
      note(fmt::format("node '{}' is only in A", a.node(node).name));
    for (const NodeIndex node : nodes.only_b)
      note(fmt::format("node '{}' is only in B", b.node(node).name));
    for (NodeIndex node = 0; node < a.size(); ++node) {
      const NodeIndex other = nodes.b_of_a[node];
      if (other == kNoNode) continue;
      const Graph::Node& from = a.node(node);
      const Graph::Node& to = b.node(other);
      if (from.kind != to.kind) {
        note(fmt::format("node '{}' is a {} instead of a {}", from.name, to_string(to.kind),
                         to_string(from.kind)));
      } else if (place_of(a_, from) != place_of(b_, to)) {
        note(fmt::format("node '{}' runs on {} instead of {}", from.name, place_of(b_, to),
                         place_of(a_, from)));
      } else if (from.units != to.units) {
        note(
            fmt::format("node '{}' takes {} units instead of {}", from.name, to.units, from.units));
      }
    }
    compare_edges(a, b, nodes);
  }

  /// Of nodes that both have.
  void compare_edges(const Graph& a, const Graph& b, const NodeMatching& nodes) {
    const auto note = [&](const Graph& graph, NodeIndex from, NodeIndex to, char side) {
      add(diff_.definitions,
          {a.name(), fmt::format("edge '{}' -> '{}' is only in {}", graph.node(from).name,
                                 graph.node(to).name, side)});
    };
    std::vector<NodeIndex> a_of_b(b.size(), kNoNode);
    for (NodeIndex node = 0; node < a.size(); ++node) {
      if (nodes.b_of_a[node] != kNoNode) a_of_b[nodes.b_of_a[node]] = node;
    }
    const auto compare = [&](const Graph& graph, const Graph& other,
                             const std::vector<NodeIndex>& in_other, char side) {
      for (NodeIndex node = 0; node < graph.size(); ++node) {
        if (in_other[node] == kNoNode) continue;
        const auto dependents = other.dependents(in_other[node]);
        for (const NodeIndex next : graph.dependents(node)) {
          if (in_other[next] != kNoNode && !std::ranges::binary_search(dependents, in_other[next]))
            note(graph, node, next, side);
        }
      }
    };
    compare(a, b, nodes.b_of_a, 'A');
    compare(b, a, a_of_b, 'B');
  }

  void note_unmatched(const RunView& run, const std::vector<std::uint32_t>& positions,
                      Found<Diff::Workflow>& found) {
    for (const std::uint32_t position : positions) {
      const WorkflowView& workflow = run.workflows()[position];
      add(found, {workflow.row.id, run.graph_of(workflow).name()});
    }
  }

  void compare_ends(const Matching::Pair& pair) {
    const WorkflowView& workflow_a = a_.workflows()[pair.a];
    const WorkflowView& workflow_b = b_.workflows()[pair.b];
    const Graph& graph = a_.graph_of(workflow_a);
    const auto compare = [&](Found<Diff::End>& found, const auto& from, const auto& to, auto name) {
      if (word_of(from) == word_of(to) && from.error_class == to.error_class) return;
      const Payload& reason = to.reason.empty() ? from.reason : to.reason;
      add(found, {workflow_a.row.id, workflow_b.row.id, name(), word_of(from), word_of(to),
                  is_failure(state_of(to)), std::string(reason.text())});
    };
    compare(diff_.workflow_ends, workflow_a.row, workflow_b.row, [&] { return graph.name(); });
    const NodeMatching& nodes = matching_.nodes_of(a_, b_, pair);
    const auto rows_b = b_.nodes_of(workflow_b);
    for (const NodeRow& node : a_.nodes_of(workflow_a)) {
      const NodeIndex other = nodes.b_of_a[node.node];
      if (other == kNoNode) continue;
      ++diff_.matched_nodes;
      compare(diff_.node_ends, node, rows_b[other],
              [&] { return fmt::format("{}/{}", graph.name(), graph.node(node.node).name); });
    }
  }

  const RunView& a_;
  const RunView& b_;
  const DiffOptions& options_;
  Matching matching_;
  Diff diff_;
};

}  // namespace

bool Diff::equal() const {
  return definitions.count == 0 && only_a.count == 0 && only_b.count == 0 &&
         workflow_ends.count == 0 && node_ends.count == 0 && order.count == 0 &&
         makespans.count == 0 && node_times.count == 0 && shifts.count == 0;
}

Diff diff(const RunView& a, const RunView& b, const DiffOptions& options) {
  return Comparison(a, b, options).compare();
}

}  // namespace gnomon::reports
