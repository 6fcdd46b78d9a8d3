#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "reports/view/node_state.h"
#include "reports/view/run_view.h"
#include "reports/view/spans.h"

namespace gnomon::reports {

/// One workflow as it is drawn: its nodes, those of the sub-workflows that are shown with it, and
/// what became of each. A plain value; DOT, SVG and neighbourhoods are made from it.
struct Dag {
  struct Node {
    std::string name;
    NodeKind kind = NodeKind::kTask;
    NodeState state = NodeState::kPending;
    std::string runtime;
    std::string reason;  ///< why it did not succeed
    std::uint32_t attempts = 0;
    std::uint32_t cluster = 0;
    std::uint32_t stage = 0;     ///< edges in the longest path that leads to it
    std::uint32_t children = 0;  ///< sub-workflows that it started
    std::uint32_t hidden = 0;    ///< those of them that are not drawn
    bool critical = false;
    Spans spans;
  };
  struct Edge {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    bool critical = false;
    bool starts = false;        ///< `from` started the sub-workflow that begins with `to`
    std::uint32_t omitted = 0;  ///< of a part: this many nodes of the path lie between
  };
  /// The nodes of one workflow. Cluster 0 is the workflow itself; the others are its sub-workflows.
  struct Cluster {
    std::string label;
    NodeState state = NodeState::kRunning;
    std::uint32_t parent = 0;
  };

  std::string title;
  std::string subtitle;
  NodeState state = NodeState::kRunning;
  Duration makespan{};
  std::vector<Node> nodes;
  std::vector<Edge> edges;  ///< by (from, to)
  std::vector<Cluster> clusters;

  std::uint32_t stage_count() const;
  /// Sets the stage of every node; edges must be in order.
  void number_stages();
  /// How many nodes are in each state.
  std::array<std::uint32_t, kNodeStateCount> count_states() const;
};

/// `max_nested`: sub-workflows are drawn as long as their nodes number no more than that in all;
/// the others are counted at the node that started them.
Dag make_dag(const RunView& run, const WorkflowView& workflow, std::uint32_t max_nested = 400);

/// Failed nodes, the earliest first, with what they waited for and what waits for them; at most
/// `limit` nodes.
Dag part_around_failures(const Dag& dag, std::uint32_t limit);
/// The critical path, or its slowest nodes if it has more than half of `limit`, and what they
/// waited for besides; at most `limit` nodes.
Dag part_around_critical_path(const Dag& dag, std::uint32_t limit);

}  // namespace gnomon::reports
