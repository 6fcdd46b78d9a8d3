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
      begins(*node, event);
      hold_to_policy(history, *node, event);
    } else if (event.attempt != node->attempt) {
      violated(event, fmt::format("attempt {} ends, but the latest is attempt {}", event.attempt,
                                  node->attempt));
    } else if (!node->attempt_is_open) {
      violated(event, fmt::format("attempt {} ends a second time", event.attempt));
    }
  }

  void commit(const History& history, const Commit& commit) override {
    for (const NodeRow& row : commit.nodes) {
      const NodeHistory* node = history.find(NodeRef{row.workflow, row.node});
      if (node == nullptr || row.attempt != node->attempt || node->launched_at == kUnset) continue;
      if (row.ended_at == kUnset || row.ended_at >= node->launched_at) continue;
      add({.oracle = std::string(name()),
           .what = fmt::format("attempt {} ended {} ns before it was launched", row.attempt,
                               (node->launched_at - row.ended_at).count()),
           .at = row.ended_at,
           .workflow = row.workflow,
           .node = row.node});
    }
  }

 private:
  /// A later attempt comes when the policy says; tenants' policies are not known here.
  void hold_to_policy(const History& history, const NodeHistory& node, const Event& event) {
    if (node.attempt <= node.attempts_before) return;  // the first of this run
    if (node.not_before != kUnset && event.at < node.not_before) {
      violated(event, fmt::format("attempt {} is launched {} ns before it is due", event.attempt,
                                  (node.not_before - event.at).count()));
    }
    const WorkflowHistory* workflow = history.find(event.workflow);
    if (!workflow->definition) return;
    const auto& retry = workflow->definition->spec(event.node).retry;
    if (!retry) return;
    if (event.attempt - node.attempts_before > retry->max_attempts) {
      violated(event, fmt::format("attempt {} is launched, but {} are allowed",
                                  event.attempt - node.attempts_before, retry->max_attempts));
    } else if (!retry->retries(node.error)) {
      violated(event, fmt::format("attempt {} is launched after an error of class {}",
                                  event.attempt, to_string(node.error)));
    }
  }

  void begins(const NodeHistory& node, const Event& event) {
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
