#include <unordered_set>

#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Pausing final : public Oracle {
 public:
  Pausing() : Oracle("pausing") {}

  void event(const History&, const Event& event) override {
    switch (event.kind) {
      case EventKind::kWorkflowPaused:
        paused_.insert(event.workflow);
        return;
      case EventKind::kWorkflowResumed:
      case EventKind::kWorkflowCancelRequested:
      case EventKind::kWorkflowEnded:
        paused_.erase(event.workflow);
        return;
      case EventKind::kNodeStarted:
        // Nodes that are skipped or cancelled walk through their phases at one instant.
        if (Outcome{event.outcome} == Outcome::kNone && paused_.contains(event.workflow))
          violated(event, "a node starts while the workflow is paused");
        return;
      default:
        return;
    }
  }

 private:
  std::unordered_set<WorkflowId> paused_;
};

}  // namespace

std::unique_ptr<Oracle> pausing() {
  return std::make_unique<Pausing>();
}

}  // namespace gnomon::sim
