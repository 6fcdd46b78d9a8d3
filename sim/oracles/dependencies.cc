#include <fmt/format.h>

#include "sim/oracles/lets_pass.h"
#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Dependencies final : public Oracle {
 public:
  Dependencies() : Oracle("dependencies") {}

  void event(const History& history, const Event& event) override {
    if (event.kind != EventKind::kNodeReady) return;
    // It walks through its phases only to be ended.
    if (static_cast<Outcome>(event.outcome) == Outcome::kCancelled) return;
    const WorkflowHistory* workflow = history.find(event.workflow);
    if (workflow == nullptr || !workflow->definition || event.node >= workflow->nodes.size())
      return;
    const Definition& definition = *workflow->definition;
    for (const NodeIndex dependency : definition.dependencies(event.node)) {
      const NodeHistory& node = workflow->nodes[dependency];
      if (lets_pass(node, definition.spec(dependency))) continue;
      violated(event,
               fmt::format("'{}' begins, but '{}', on which it depends, is {}",
                           definition.node_name(event.node), definition.node_name(dependency),
                           node.phase == NodePhase::kFinished ? to_string(node.outcome)
                                                              : to_string(node.phase)));
      return;
    }
  }
};

}  // namespace

std::unique_ptr<Oracle> dependencies() {
  return std::make_unique<Dependencies>();
}

}  // namespace gnomon::sim
