#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "reports/view/run_view.h"

namespace gnomon::reports {

/// Which nodes of two graphs stand for each other: those of one name.
struct NodeMatching {
  std::vector<NodeIndex> b_of_a;  ///< kNoNode: there is none in B
  std::vector<NodeIndex> only_a;
  std::vector<NodeIndex> only_b;
};
NodeMatching match_nodes(const Graph& a, const Graph& b);

/// Which workflows of two runs stand for each other. A workflow that no other started is matched by
/// its tenant and the client's key if it has one, else by its name and the order of start among
/// those of that name. Sub-workflows are matched under their parents: by the node that started
/// them, its slot (item, iteration), and the order of start.
struct Matching {
  struct Pair {
    std::uint32_t a = 0;  ///< positions in RunView::workflows()
    std::uint32_t b = 0;
  };
  std::vector<Pair> workflows;  ///< by a
  std::vector<std::uint32_t> only_a;
  std::vector<std::uint32_t> only_b;
  /// Of every pair of graphs that matched workflows have.
  std::map<std::pair<std::uint32_t, std::uint32_t>, NodeMatching> nodes;

  const NodeMatching& nodes_of(const RunView& run_a, const RunView& run_b, const Pair& pair) const {
    return nodes.at({run_a.workflows()[pair.a].graph, run_b.workflows()[pair.b].graph});
  }
};
Matching match_workflows(const RunView& a, const RunView& b);

}  // namespace gnomon::reports
