#include "engine/model/cycles.h"

#include <algorithm>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>
#include <iterator>
#include <ranges>

namespace gnomon {
namespace {

using Graph =
    boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                       boost::no_property, NodeIndex, std::uint32_t>;
constexpr std::size_t kNoPath = ~std::size_t{0};

auto dependents(NodeIndex node, const Graph& graph) {
  const auto [first, last] = adjacent_vertices(node, graph);
  return std::ranges::subrange(first, last);
}

bool is_acyclic(const Graph& graph) {
  std::vector<NodeIndex> order;
  order.reserve(num_vertices(graph));
  try {
    boost::topological_sort(graph, std::back_inserter(order));
    return true;
  } catch (const boost::not_a_dag&) {
    return false;
  }
}

/// The knot of each node: nodes that can reach each other have the same.
std::vector<NodeIndex> knots_of(const Graph& graph, NodeIndex node_count) {
  std::vector<NodeIndex> knots(node_count);
  boost::strong_components(
      graph, boost::make_iterator_property_map(knots.begin(), get(boost::vertex_index, graph)));
  return knots;
}

/// A shortest way from `start` back to itself inside its knot, or nothing if there is none.
/// `previous` holds kNoNode everywhere outside of knots that were searched before.
std::vector<NodeIndex> cycle_through(NodeIndex start, const Graph& graph,
                                     const std::vector<NodeIndex>& knots,
                                     std::vector<NodeIndex>& previous) {
  std::vector<NodeIndex> reached{start};
  for (std::size_t next = 0; next < reached.size(); ++next) {
    const NodeIndex node = reached[next];
    for (const NodeIndex to : dependents(node, graph)) {
      if (to == start) {
        std::vector<NodeIndex> path;
        for (NodeIndex step = node; step != start; step = previous[step]) path.push_back(step);
        path.push_back(start);
        std::reverse(path.begin(), path.end());
        return path;
      }
      if (knots[to] != knots[start] || previous[to] != kNoNode) continue;
      previous[to] = node;
      reached.push_back(to);
    }
  }
  return {};
}

std::vector<Cycles::Follower> followers_of(const std::vector<std::size_t>& path_of_knot,
                                           const Graph& graph,
                                           const std::vector<NodeIndex>& knots) {
  std::vector<std::size_t> follows(knots.size(), kNoPath);
  std::vector<NodeIndex> reached;
  for (NodeIndex node = 0; node < knots.size(); ++node) {
    follows[node] = path_of_knot[knots[node]];
    if (follows[node] != kNoPath) reached.push_back(node);
  }
  const std::size_t in_knots = reached.size();
  for (std::size_t next = 0; next < reached.size(); ++next) {
    for (const NodeIndex to : dependents(reached[next], graph)) {
      if (follows[to] != kNoPath) continue;
      follows[to] = follows[reached[next]];
      reached.push_back(to);
    }
  }
  std::sort(reached.begin() + static_cast<std::ptrdiff_t>(in_knots), reached.end());
  std::vector<Cycles::Follower> followers;
  for (std::size_t i = in_knots; i < reached.size(); ++i)
    followers.push_back({reached[i], follows[reached[i]]});
  return followers;
}

}  // namespace

Cycles find_cycles(NodeIndex node_count, std::span<const Edge> edges, std::size_t limit) {
  const Graph graph(boost::edges_are_sorted, edges.begin(), edges.end(), node_count);
  if (is_acyclic(graph)) return {};

  const std::vector<NodeIndex> knots = knots_of(graph, node_count);
  std::vector<std::size_t> path_of_knot(node_count, kNoPath);
  std::vector<bool> searched(node_count);
  std::vector<NodeIndex> previous(node_count, kNoNode);
  Cycles cycles;
  for (NodeIndex node = 0; node < node_count && cycles.paths.size() < limit; ++node) {
    if (searched[knots[node]]) continue;
    searched[knots[node]] = true;
    std::vector<NodeIndex> path = cycle_through(node, graph, knots, previous);
    if (path.empty()) continue;
    path_of_knot[knots[node]] = cycles.paths.size();
    cycles.paths.push_back(std::move(path));
  }
  cycles.followers = followers_of(path_of_knot, graph, knots);
  return cycles;
}

}  // namespace gnomon
