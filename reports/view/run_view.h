#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/record/rows.h"
#include "reports/view/graph.h"

namespace gnomon::reports {

/// How people name a workflow: its number, with its shard in front unless that is 0: "12", "3-12".
std::string label_of(WorkflowId id);

struct RuntimeView {
  std::string name;
  std::optional<std::uint64_t> slots;  ///< units that can be held at once, if the record says so
  std::uint32_t workers = 1;           ///< machines that have equal parts of them
};

struct WorkflowView {
  WorkflowRow row;
  std::uint32_t graph = 0;
  std::size_t first_node = 0;  ///< position of its node 0 in RunView::nodes
};

/// One number that a run measured of itself: ("makespan", "train", "p95", 21.4).
struct Figure {
  std::string name;
  std::string label;
  std::string statistic;
  double value = 0;
};

/// Everything that happened in one run, as plain values. Filled by add_* and set_node, then closed
/// by finish().
///
/// Always holds: workflows ascend by id, and sub-workflows are younger than their parents, so that
/// they form trees; each has a row for every node of its graph, in the order of the graph; after
/// finish(), attempts ascend by key. Instants that did not come are kUnset.
class RunView {
 public:
  /// About 6 GB.
  static constexpr std::size_t kMaxNodes = 50'000'000;

  std::string source;  ///< where it was read from: a file name
  std::string title;   ///< of the scenario; may be empty
  std::string world;   ///< "simulated", "real" or "imported"; "" if the record does not say
  std::optional<std::uint64_t> seed;
  std::string digest;
  Instant started_at = kUnset;  ///< of the run, if the record says so
  Instant ended_at = kUnset;
  std::vector<std::string> overrides;  ///< of values of the scenario: "path=value"
  bool interrupted = false;            ///< a simulated run that was stopped on its way
  /// When processes went on with a run of the real world, ascending: nobody ran it just before.
  std::vector<Instant> resumed;
  /// What the run measured of itself; also there when its nodes were not kept.
  std::vector<Figure> figures;

  std::uint32_t add_runtime(std::string_view name,
                            std::optional<std::uint64_t> slots = std::nullopt);
  /// How many machines a runtime's slots are on; none if there is no such runtime.
  void set_workers(std::string_view runtime, std::uint32_t workers);
  std::uint32_t add_graph(Graph graph);
  /// Its nodes are PENDING until set_node tells what became of them. Fails (kInvalid) unless ids
  /// ascend and are higher than their parents', or if there would be more than kMaxNodes.
  Expected<void> add_workflow(WorkflowRow row, std::uint32_t graph);
  /// Fails (kInvalid) if there is no such workflow or node.
  Expected<void> set_node(NodeRow row);
  void add_attempt(AttemptRow row) { attempts_.push_back(std::move(row)); }
  /// To be called once, when all is there.
  void finish();

  const std::vector<RuntimeView>& runtimes() const { return runtimes_; }
  const std::vector<Graph>& graphs() const { return graphs_; }
  const std::vector<WorkflowView>& workflows() const { return workflows_; }
  const std::vector<NodeRow>& nodes() const { return nodes_; }
  const std::vector<AttemptRow>& attempts() const { return attempts_; }

  const Graph& graph_of(const WorkflowView& workflow) const { return graphs_[workflow.graph]; }
  std::span<const NodeRow> nodes_of(const WorkflowView& workflow) const {
    return {nodes_.data() + workflow.first_node, graph_of(workflow).size()};
  }
  /// The attempts that a later one replaced, in order.
  std::span<const AttemptRow> earlier_attempts(const NodeRow& node) const;
  const WorkflowView* find(WorkflowId id) const;
  const WorkflowView& workflow_of(const NodeRow& node) const;
  const Graph::Node& definition_of(const NodeRow& node) const;
  /// Positions in workflows() of those started by a node of `workflow`, by (node, slot).
  std::span<const std::uint32_t> children_of(const WorkflowView& workflow) const;

  /// First and last instant that the record tells of; both 0 if there is none.
  Instant began() const { return began_; }
  Instant ended() const { return ended_; }

 private:
  void index_children();
  void note_times();

  std::vector<RuntimeView> runtimes_;
  std::vector<Graph> graphs_;
  std::vector<WorkflowView> workflows_;
  std::vector<NodeRow> nodes_;
  std::vector<AttemptRow> attempts_;
  std::vector<std::uint32_t> children_;      // positions of workflows, grouped by their parent
  std::vector<std::size_t> children_begin_;  // workflows + 1
  Instant began_{};
  Instant ended_{};
};

}  // namespace gnomon::reports
