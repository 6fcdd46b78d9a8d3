#include <fmt/format.h>

#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class NodeLife final : public Oracle {
 public:
  NodeLife() : Oracle("node_life") {}

  void event(const History& history, const Event& event) override {
    const auto next = phase_after(event.kind);
    if (!next) return;
    const NodeHistory* node = history.find(NodeRef{event.workflow, event.node});
    if (node == nullptr) {
      violated(event, fmt::format("{} of a node that is not there", to_string(event.kind)));
      return;
    }
    const bool is_next = static_cast<int>(*next) == static_cast<int>(node->phase) + 1;
    const bool restarts = *next == NodePhase::kReady && node->may_restart;
    if (is_next || restarts) return;
    violated(event,
             fmt::format("becomes {}, but was {}{}", to_string(*next), to_string(node->phase),
                         node->phase == NodePhase::kFinished
                             ? fmt::format(" ({})", to_string(node->outcome))
                             : ""));
  }

 private:
  static std::optional<NodePhase> phase_after(EventKind kind) {
    switch (kind) {
      case EventKind::kNodeReady:
        return NodePhase::kReady;
      case EventKind::kNodeStarted:
        return NodePhase::kRunning;
      case EventKind::kNodeFinishing:
        return NodePhase::kFinishing;
      case EventKind::kNodeEnded:
        return NodePhase::kFinished;
      default:
        return std::nullopt;
    }
  }
};

}  // namespace

std::unique_ptr<Oracle> node_life() {
  return std::make_unique<NodeLife>();
}

}  // namespace gnomon::sim
