#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/model/node_spec.h"

namespace gnomon {

/// A workflow as its users define it: nodes, edges, and what each node is. Explicit data, never
/// code. Immutable and shared by all instances; edges are compressed sparse rows, so that a node
/// with three edges costs about 50 bytes.
///
/// Always holds: there is a node; the graph is acyclic; names are unique; every edge and branch
/// names a node that is there; the nodes that a condition's branches name depend on it.
class Definition : public std::enable_shared_from_this<Definition> {
 public:
  const std::string& name() const { return name_; }
  const std::string& version() const { return version_; }
  /// The text it was built from, as JSON, so that it can be stored and built again; empty if built
  /// by a program.
  const Payload& source() const { return source_; }
  std::optional<Duration> timeout() const { return timeout_; }
  const std::optional<Expression>& output() const { return output_; }

  NodeIndex node_count() const { return static_cast<NodeIndex>(spec_of_.size()); }
  std::size_t edge_count() const { return targets_.size(); }
  const NodeSpec& spec(NodeIndex node) const { return specs_[spec_of_[node]]; }
  /// Names the node's spec among the definition's; nodes that are alike have the same.
  std::uint32_t spec_index(NodeIndex node) const { return spec_of_[node]; }
  std::uint32_t spec_count() const { return static_cast<std::uint32_t>(specs_.size()); }
  std::string_view node_name(NodeIndex node) const;
  std::optional<NodeIndex> find(std::string_view name) const;

  /// Nodes that wait for `node`, in ascending order.
  std::span<const NodeIndex> dependents(NodeIndex node) const;
  /// Nodes that `node` waits for, in ascending order.
  std::span<const NodeIndex> dependencies(NodeIndex node) const;
  /// Of a condition node: for each case in order, and last for "otherwise", the nodes chosen by it,
  /// ascending.
  std::span<const std::vector<NodeIndex>> branches(NodeIndex node) const;
  /// Nodes without dependencies, in ascending order.
  std::span<const NodeIndex> roots() const { return roots_; }

 private:
  friend class DefinitionBuilder;
  Definition() = default;

  std::string name_;
  std::string version_;
  Payload source_;
  std::optional<Duration> timeout_;
  std::optional<Expression> output_;
  std::vector<NodeSpec> specs_;
  std::vector<std::uint32_t> spec_of_;
  std::string names_;                      // all names, one after the other
  std::vector<std::uint32_t> name_begin_;  // node_count + 1 offsets into names_
  std::vector<NodeIndex> by_name_;         // nodes in the order of their names
  std::vector<std::uint32_t> target_begin_;
  std::vector<NodeIndex> targets_;
  std::vector<std::uint32_t> source_begin_;
  std::vector<NodeIndex> sources_;
  std::vector<NodeIndex> roots_;
  std::map<NodeIndex, std::vector<std::vector<NodeIndex>>> branches_;
};

/// One mistake in a definition, told in the user's words. `node` says where ("" is the workflow
/// itself).
struct DefinitionProblem {
  std::string node;
  std::string message;
};

/// Collects nodes and edges, and checks them: duplicate and unknown names (with the nearest name
/// that is there), cycles (named by their path), nodes that can never start because they follow a
/// cycle, work that says too little (a wait that waits for nothing), sizes over the bounds below. A
/// condition's branches are edges of their own accord: the nodes they name wait for the condition.
class DefinitionBuilder {
 public:
  static constexpr NodeIndex kMaxNodes = 4'000'000;
  static constexpr std::size_t kMaxEdges = 64'000'000;
  static constexpr std::size_t kMaxNameBytes = 256;
  /// Problems told at once; one more says how many others there are.
  static constexpr std::size_t kMaxProblems = 100;

  explicit DefinitionBuilder(std::string name, std::string version = "1");

  void set_version(std::string version);
  void set_source(Payload source);
  void set_timeout(Duration timeout);
  void set_output(Expression output);

  /// Adds what nodes can be; the result is given to add_node, for one node or for many.
  std::uint32_t add_spec(NodeSpec spec);
  const NodeSpec& spec(std::uint32_t index) const { return draft_->specs_[index]; }
  NodeIndex add_node(std::string_view name, std::uint32_t spec);
  NodeIndex add_node(std::string_view name, NodeSpec spec) {
    return add_node(name, add_spec(std::move(spec)));
  }
  /// `to` waits for `from`. Edges that are given twice count once.
  void add_edge(NodeIndex from, NodeIndex to);
  /// The same by name, which may be that of a node still to come.
  void add_dependency(NodeIndex node, std::string_view on);

  /// The definition, or everything that is wrong with it. The builder is empty afterwards.
  std::expected<DefinitionPtr, std::vector<DefinitionProblem>> build();

 private:
  struct NamedEdge {
    NodeIndex node;
    std::string on;
  };
  void add_problem(NodeIndex node, std::string message);
  void sort_names();
  void resolve_dependencies();
  void resolve_branches();
  void check_specs();
  void check_cycles();
  void compress_edges();
  NodeIndex resolve(NodeIndex node, std::string_view name, std::string_view role);

  std::unique_ptr<Definition> draft_;
  std::vector<std::pair<NodeIndex, NodeIndex>> edges_;
  std::vector<NamedEdge> named_edges_;
  std::vector<DefinitionProblem> problems_;
  std::size_t problem_count_ = 0;
};

}  // namespace gnomon
