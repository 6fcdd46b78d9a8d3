#include <fmt/format.h>

#include <unordered_set>

#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Termination final : public Oracle {
 public:
  Termination() : Oracle("termination") {}

  void event(const History&, const Event& event) override {
    if (event.kind == EventKind::kWorkflowPaused) paused_.insert(event.workflow);
    if (event.kind == EventKind::kWorkflowResumed) paused_.erase(event.workflow);
  }

  void end(const History& history, const Ending& ending) override {
    if (!ending.calm) return;
    for (const WorkflowHistory* workflow : history.live_workflows()) {
      if (paused_.contains(workflow->id) || waits_for_somebody(history, *workflow)) continue;
      add({.oracle = std::string(name()),
           .property = Property::kLiveness,
           .what = fmt::format("is still not over; {} of its nodes are at work", workflow->active),
           .at = ending.at,
           .workflow = workflow->id});
    }
  }

 private:
  /// A node waits for a signal that nobody sent, without an end of its own; or for a child.
  static bool waits_for_somebody(const History&, const WorkflowHistory& workflow) {
    if (!workflow.definition) return true;
    for (NodeIndex node = 0; node < workflow.nodes.size(); ++node) {
      if (workflow.nodes[node].phase != NodePhase::kRunning) continue;
      const NodeSpec& spec = workflow.definition->spec(node);
      if (spec.kind() != NodeKind::kTask && workflow.nodes[node].due_at == kUnset) return true;
    }
    return false;
  }

  std::unordered_set<WorkflowId> paused_;
};

}  // namespace

std::unique_ptr<Oracle> termination() {
  return std::make_unique<Termination>();
}

std::vector<std::unique_ptr<Oracle>> all_oracles() {
  std::vector<std::unique_ptr<Oracle>> oracles;
  for (const auto make :
       {node_life, dependencies, decisions, pausing, cancellation, attempts, timers, outcomes,
        children, outputs, keys, signals, effects, subscribers, ownership, rows, termination})
    oracles.push_back(make());
  return oracles;
}

}  // namespace gnomon::sim
