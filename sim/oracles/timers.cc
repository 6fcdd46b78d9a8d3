#include <fmt/format.h>

#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Timers final : public Oracle {
 public:
  Timers() : Oracle("timers") {}

  void event(const History& history, const Event& event) override {
    if (event.kind == EventKind::kScheduleFired && event.at < from_ns(event.detail)) {
      violated(event, fmt::format("a schedule fires {} ns before its instant",
                                  (from_ns(event.detail) - event.at).count()));
    }
    if (event.kind != EventKind::kTimerFired) return;
    const auto index = static_cast<NodeIndex>(event.detail);
    const NodeHistory* node = history.find(NodeRef{event.workflow, index});
    if (node == nullptr) {
      violated(event, "a timer fires for a node that is not there");
    } else if (node->due_at != kUnset && event.at < node->due_at) {
      violated(event, fmt::format("a wait ends {} ns before it is due",
                                  (node->due_at - event.at).count()));
    }
  }
};

}  // namespace

std::unique_ptr<Oracle> timers() {
  return std::make_unique<Timers>();
}

}  // namespace gnomon::sim
