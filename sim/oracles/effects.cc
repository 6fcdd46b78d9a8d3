#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Effects final : public Oracle {
 public:
  Effects() : Oracle("effects") {}

  void launched(const History& history, const ActionKey& key, Instant at) override {
    const NodeHistory* node = history.find(NodeRef{key.workflow, key.node});
    if (node != nullptr && key.attempt <= node->attempt) return;
    tell(key.workflow, key.node, at,
         fmt::format("attempt {} is handed to its runtime before it is durable", key.attempt));
  }

  void answered(const History& history, WorkflowId workflow, Instant at) override {
    if (history.find(workflow) != nullptr) return;
    tell(workflow, kNoNode, at, "a client is told of it before it is durable");
  }

 private:
  void tell(WorkflowId workflow, NodeIndex node, Instant at, std::string what) {
    add({.oracle = std::string(name()),
         .what = std::move(what),
         .at = at,
         .workflow = workflow,
         .node = node});
  }
};

}  // namespace

std::unique_ptr<Oracle> effects() {
  return std::make_unique<Effects>();
}

}  // namespace gnomon::sim
