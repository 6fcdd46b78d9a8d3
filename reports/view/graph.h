#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/ids.h"
#include "engine/model/node_spec.h"

namespace gnomon::reports {

inline constexpr std::uint32_t kNoRuntime = ~std::uint32_t{0};

/// A definition as reports need it: names, kinds and edges, read from a record.
///
/// Always holds: the edges name nodes that are there, none is given twice, and they form no cycle.
class Graph {
 public:
  struct Node {
    std::string name;
    NodeKind kind = NodeKind::kTask;
    std::uint32_t runtime = kNoRuntime;  ///< of a task: position in RunView::runtimes
    std::uint32_t units = 1;             ///< of a task: slots held at once
    std::int16_t priority = 0;           ///< added to the workflow's
    std::string action;                  ///< of a task: what it runs
    bool operator==(const Node&) const = default;
  };
  /// `second` waits for `first`.
  using Edge = std::pair<NodeIndex, NodeIndex>;

  /// Fails (kInvalid) if an edge names no node, or if the edges form a cycle. Edges given twice
  /// count once.
  static Expected<Graph> make(std::string name, std::string version, std::vector<Node> nodes,
                              std::vector<Edge> edges);

  const std::string& name() const { return name_; }
  const std::string& version() const { return version_; }
  NodeIndex size() const { return static_cast<NodeIndex>(nodes_.size()); }
  std::size_t edge_count() const { return targets_.size(); }
  const Node& node(NodeIndex node) const { return nodes_[node]; }
  const std::vector<Node>& nodes() const { return nodes_; }

  /// Ascending.
  std::span<const NodeIndex> dependents(NodeIndex node) const {
    return {targets_.data() + target_begin_[node], target_begin_[node + 1] - target_begin_[node]};
  }
  /// Ascending.
  std::span<const NodeIndex> dependencies(NodeIndex node) const {
    return {sources_.data() + source_begin_[node], source_begin_[node + 1] - source_begin_[node]};
  }

  /// Length of the longest path that leads to the node: 0 for those that wait for nothing.
  std::uint32_t stage(NodeIndex node) const { return stages_[node]; }
  std::uint32_t stage_count() const { return stage_count_; }

 private:
  Graph() = default;
  bool number_stages();

  std::string name_;
  std::string version_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> target_begin_;
  std::vector<NodeIndex> targets_;
  std::vector<std::size_t> source_begin_;
  std::vector<NodeIndex> sources_;
  std::vector<std::uint32_t> stages_;
  std::uint32_t stage_count_ = 0;
};

}  // namespace gnomon::reports
