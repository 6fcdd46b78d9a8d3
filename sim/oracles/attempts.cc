#include <fmt/format.h>

#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Attempts final : public Oracle {
 public:
  Attempts() : Oracle("attempts") {}

  void event(const History& history, const Event& event) override {
    if (event.kind != EventKind::kActionLaunched && event.kind != EventKind::kActionEnded) return;
    const NodeHistory* node = history.find(NodeRef{event.workflow, event.node});
    if (node == nullptr) return;
    if (event.kind == EventKind::kActionLaunched) {
      launched(*node, event);
    } else if (event.attempt != node->attempt) {
      violated(event, fmt::format("attempt {} ends, but the latest is attempt {}", event.attempt,
                                  node->attempt));
    } else if (!node->attempt_is_open) {
      violated(event, fmt::format("attempt {} ends a second time", event.attempt));
    }
  }

 private:
  void launched(const NodeHistory& node, const Event& event) {
    if (node.phase != NodePhase::kRunning) {
      violated(event, fmt::format("attempt {} is launched while its node is {}", event.attempt,
                                  to_string(node.phase)));
    } else if (node.attempt_is_open) {
      violated(event, fmt::format("attempt {} is launched, but attempt {} has not ended",
                                  event.attempt, node.attempt));
    } else if (event.attempt != node.attempt + 1) {
      violated(event,
               fmt::format("attempt {} is launched after attempt {}", event.attempt, node.attempt));
    }
  }
};

}  // namespace

std::unique_ptr<Oracle> attempts() {
  return std::make_unique<Attempts>();
}

}  // namespace gnomon::sim
