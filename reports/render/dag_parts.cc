#include <algorithm>

#include "reports/render/dag.h"

namespace gnomon::reports {
namespace {

/// A part of a Dag in the making: some of its nodes, the edges between them, and edges that stand
/// for more.
class Part {
 public:
  Part(const Dag& dag, std::uint32_t limit) : dag_(dag), keep_(dag.nodes.size()), room_(limit) {}

  bool is_full() const { return room_ == 0; }
  void add(std::uint32_t node) {
    if (keep_[node] || is_full()) return;
    keep_[node] = true;
    --room_;
  }
  void add_edge(Dag::Edge edge) { extra_edges_.push_back(edge); }

  Dag finish() const {
    Dag part;
    part.title = dag_.title;
    part.state = dag_.state;
    part.makespan = dag_.makespan;
    part.clusters.push_back(dag_.clusters.front());
    std::vector<std::uint32_t> number(dag_.nodes.size());
    for (std::size_t i = 0; i < dag_.nodes.size(); ++i) {
      if (!keep_[i]) continue;
      number[i] = static_cast<std::uint32_t>(part.nodes.size());
      part.nodes.push_back(dag_.nodes[i]);
      part.nodes.back().cluster = 0;
    }
    const auto add_edges = [&](const std::vector<Dag::Edge>& edges) {
      for (Dag::Edge edge : edges) {
        if (!keep_[edge.from] || !keep_[edge.to]) continue;
        edge.from = number[edge.from];
        edge.to = number[edge.to];
        part.edges.push_back(edge);
      }
    };
    add_edges(dag_.edges);
    add_edges(extra_edges_);
    std::ranges::sort(part.edges, {},
                      [](const Dag::Edge& edge) { return std::pair(edge.from, edge.to); });
    part.number_stages();
    return part;
  }

 private:
  const Dag& dag_;
  std::vector<bool> keep_;
  std::uint32_t room_;
  std::vector<Dag::Edge> extra_edges_;
};

}  // namespace

Dag part_around_failures(const Dag& dag, std::uint32_t limit) {
  std::vector<std::uint32_t> failed;
  for (std::uint32_t i = 0; i < dag.nodes.size(); ++i) {
    if (is_failure(dag.nodes[i].state)) failed.push_back(i);
  }
  std::ranges::stable_sort(failed, {}, [&](std::uint32_t i) { return dag.nodes[i].spans.end; });
  if (failed.size() > limit / 4 + 1) failed.resize(limit / 4 + 1);

  Part part(dag, limit);
  std::vector<bool> is_centre(dag.nodes.size());
  for (const std::uint32_t node : failed) {
    part.add(node);
    is_centre[node] = true;
  }
  for (const Dag::Edge& edge : dag.edges) {
    if (is_centre[edge.from]) part.add(edge.to);
    if (is_centre[edge.to]) part.add(edge.from);
  }
  return part.finish();
}

Dag part_around_critical_path(const Dag& dag, std::uint32_t limit) {
  std::vector<std::uint32_t> path;
  for (std::uint32_t i = 0; i < dag.nodes.size(); ++i) {
    if (dag.nodes[i].critical && dag.nodes[i].cluster == 0) path.push_back(i);
  }
  const auto begin = [&](std::uint32_t i) {
    return std::pair(dag.nodes[i].spans.begin, dag.nodes[i].stage);
  };
  std::ranges::stable_sort(path, {}, begin);
  std::vector<std::uint32_t> place(path.size());  // in the path, slowest first
  for (std::uint32_t i = 0; i < place.size(); ++i) place[i] = i;
  std::ranges::stable_sort(place, std::ranges::greater{},
                           [&](std::uint32_t i) { return dag.nodes[path[i]].spans.total(); });
  if (place.size() > limit / 2) place.resize(limit / 2);
  std::ranges::sort(place);

  Part part(dag, limit);
  std::vector<bool> is_centre(dag.nodes.size());
  for (std::size_t k = 0; k < place.size(); ++k) {
    part.add(path[place[k]]);
    is_centre[path[place[k]]] = true;
    if (k == 0 || place[k] == place[k - 1] + 1) continue;
    part.add_edge({.from = path[place[k - 1]],
                   .to = path[place[k]],
                   .critical = true,
                   .omitted = place[k] - place[k - 1] - 1});
  }
  for (const Dag::Edge& edge : dag.edges) {
    if (is_centre[edge.to] && !dag.nodes[edge.from].critical) part.add(edge.from);
  }
  return part.finish();
}

}  // namespace gnomon::reports
