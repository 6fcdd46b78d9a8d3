#include "reports/view/graph.h"

#include <fmt/format.h>

#include <algorithm>

namespace gnomon::reports {

Expected<Graph> Graph::make(std::string name, std::string version, std::vector<Node> nodes,
                            std::vector<Edge> edges) {
  Graph graph;
  graph.name_ = std::move(name);
  graph.version_ = std::move(version);
  graph.nodes_ = std::move(nodes);
  const std::size_t size = graph.nodes_.size();
  for (const auto& [from, to] : edges) {
    if (from >= size || to >= size) {
      return invalid(
          fmt::format("workflow '{}' has an edge from node {} to node {}, but only {} nodes",
                      graph.name_, from, to, size));
    }
  }
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());

  graph.target_begin_.assign(size + 1, 0);
  graph.source_begin_.assign(size + 1, 0);
  for (const auto& [from, to] : edges) {
    ++graph.target_begin_[from + 1];
    ++graph.source_begin_[to + 1];
  }
  for (std::size_t i = 0; i < size; ++i) {
    graph.target_begin_[i + 1] += graph.target_begin_[i];
    graph.source_begin_[i + 1] += graph.source_begin_[i];
  }
  graph.targets_.resize(edges.size());
  graph.sources_.resize(edges.size());
  std::vector<std::size_t> next_source(graph.source_begin_.begin(), graph.source_begin_.end() - 1);
  for (std::size_t i = 0; i < edges.size(); ++i) {
    graph.targets_[i] = edges[i].second;
    graph.sources_[next_source[edges[i].second]++] = edges[i].first;
  }
  if (!graph.number_stages()) return invalid(fmt::format("workflow '{}' has a cycle", graph.name_));
  return graph;
}

bool Graph::number_stages() {
  stages_.assign(nodes_.size(), 0);
  std::vector<std::size_t> waiting_for(nodes_.size());
  std::vector<NodeIndex> order;
  order.reserve(nodes_.size());
  for (NodeIndex node = 0; node < size(); ++node) {
    waiting_for[node] = dependencies(node).size();
    if (waiting_for[node] == 0) order.push_back(node);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    const NodeIndex node = order[i];
    stage_count_ = std::max(stage_count_, stages_[node] + 1);
    for (const NodeIndex next : dependents(node)) {
      stages_[next] = std::max(stages_[next], stages_[node] + 1);
      if (--waiting_for[next] == 0) order.push_back(next);
    }
  }
  return order.size() == nodes_.size();
}

}  // namespace gnomon::reports
