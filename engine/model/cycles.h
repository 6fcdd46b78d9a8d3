#pragma once

#include <span>
#include <utility>
#include <vector>

#include "engine/base/ids.h"

namespace gnomon {

using Edge = std::pair<NodeIndex, NodeIndex>;  ///< second waits for first

/// Why a graph is not a workflow.
struct Cycles {
  /// One shortest cycle for each knot of cycles, from its lowest node; [a, b, c] stands for a -> b
  /// -> c -> a.
  std::vector<std::vector<NodeIndex>> paths;
  /// A node outside all knots that can never start, and the entry of `paths` that it follows;
  /// ascending by node.
  struct Follower {
    NodeIndex node;
    std::size_t path;
  };
  std::vector<Follower> followers;
  bool empty() const { return paths.empty(); }
};

/// Finds the cycles among `edges`, which are sorted and unique. Linear in nodes and edges
/// (Boost.Graph's topological sort; Tarjan's strong components only where that fails); at most
/// `limit` paths.
Cycles find_cycles(NodeIndex node_count, std::span<const Edge> edges, std::size_t limit);

}  // namespace gnomon
