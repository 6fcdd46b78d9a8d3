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

 private:
  /// Nodes that are cancelled before they ran walk through their phases at one instant.
  static bool is_being_ended(const Event& event) {
    return static_cast<Outcome>(event.outcome) == Outcome::kCancelled;
  }
};

}  // namespace

std::unique_ptr<Oracle> cancellation() {
  return std::make_unique<Cancellation>();
}

}  // namespace gnomon::sim
