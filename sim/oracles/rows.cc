#include <fmt/format.h>

#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Rows final : public Oracle {
 public:
  Rows() : Oracle("rows") {}

  void commit(const History& history, const Commit& commit) override {
    for (const NodeRow& row : commit.nodes) {
      const NodeHistory* node = history.find(NodeRef{row.workflow, row.node});
      if (node == nullptr) {
        tell(row.workflow, row.node, "there is a row of a node of which no event tells");
      } else if (row.phase != node->phase &&
                 !(row.phase == NodePhase::kPending && node->may_restart)) {
        tell(row.workflow, row.node,
             fmt::format("its row says {}, its events say {}", to_string(row.phase),
                         to_string(node->phase)));
      } else if (row.phase == NodePhase::kFinished &&
                 static_cast<Outcome>(row.outcome) != node->outcome) {
        tell(row.workflow, row.node,
             fmt::format("its row says that it has {}, its events that it has {}",
                         to_string(static_cast<Outcome>(row.outcome)), to_string(node->outcome)));
      }
    }
    for (const WorkflowRow& row : commit.workflows) {
      const WorkflowHistory* workflow = history.find(row.id);
      if (workflow == nullptr) {
        tell(row.id, kNoNode, "there is a row of a workflow of which no event tells");
      } else if ((row.phase == WorkflowPhase::kFinished) != workflow->over) {
        tell(row.id, kNoNode,
             fmt::format("its row says {}, but its events that it {} over", to_string(row.phase),
                         workflow->over ? "is" : "is not"));
      } else if (row.run != workflow->run) {
        tell(row.id, kNoNode,
             fmt::format("its row says run {}, its events say run {}", row.run, workflow->run));
      }
    }
  }

 private:
  void tell(WorkflowId workflow, NodeIndex node, std::string what) {
    add({.oracle = std::string(name()),
         .what = std::move(what),
         .workflow = workflow,
         .node = node});
  }
};

}  // namespace

std::unique_ptr<Oracle> rows() {
  return std::make_unique<Rows>();
}

}  // namespace gnomon::sim
