#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Cancellation final : public Oracle {
 public:
  Cancellation() : Oracle("cancellation") {}

  void event(const History& history, const Event& event) override {
    const bool begins = event.kind == EventKind::kNodeReady && !is_being_ended(event);
    if (!begins && event.kind != EventKind::kActionLaunched) return;
    const WorkflowHistory* workflow = history.find(event.workflow);
    if (workflow == nullptr) return;
    if (workflow->over) {
      violated(event, begins ? "a node begins in a workflow that is over"
                             : "an attempt is launched in a workflow that is over");
    } else if (workflow->cancelled) {
      violated(event, begins ? "a node begins after the workflow was cancelled"
                             : "an attempt is launched after the workflow was cancelled");
    }
  }

  void commit(const History& history, const Commit& commit) override {
    for (const WorkflowRow& row : commit.workflows) {
      if (row.parent.workflow == WorkflowId::kNone || !seen_.insert(row.id).second) continue;
      children_[row.parent.workflow].push_back(row.id);
    }
    for (const Event& event : commit.events) {
      if (event.kind != EventKind::kWorkflowCancelRequested) continue;
      for (const WorkflowId id : children_[event.workflow]) {
        const WorkflowHistory* child = history.find(id);
        if (child == nullptr || child->over || child->cancelled) continue;
        violated(event, fmt::format("was cancelled, but not its sub-workflow {}", value_of(id)));
      }
    }
  }

 private:
  /// Nodes that are cancelled before they ran walk through their phases at one instant.
  static bool is_being_ended(const Event& event) {
    return static_cast<Outcome>(event.outcome) == Outcome::kCancelled;
  }

  std::unordered_map<WorkflowId, std::vector<WorkflowId>> children_;  // never iterated
  std::unordered_set<WorkflowId> seen_;
};

}  // namespace

std::unique_ptr<Oracle> cancellation() {
  return std::make_unique<Cancellation>();
}

}  // namespace gnomon::sim
