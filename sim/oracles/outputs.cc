#include <fmt/format.h>

#include <map>
#include <unordered_map>

#include "engine/expressions/json.h"
#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Outputs final : public Oracle {
 public:
  Outputs() : Oracle("outputs") {}

  void commit(const History& history, const Commit& commit) override {
    for (const NodeRow& row : commit.nodes) {
      if (row.phase != NodePhase::kFinished) continue;
      const WorkflowHistory* workflow = history.find(row.workflow);
      if (workflow == nullptr || !workflow->definition || !workflow->definition->output()) continue;
      nodes_[row.workflow][row.node] = {row.output, row.reason};
    }
    for (const WorkflowRow& row : commit.workflows) {
      const WorkflowHistory* workflow = history.find(row.id);
      if (row.phase != WorkflowPhase::kFinished || workflow == nullptr) continue;
      if (Outcome{row.outcome} == Outcome::kSucceeded && nodes_.contains(row.id))
        hold(*workflow, row);
      if (Outcome{row.outcome} == Outcome::kSucceeded) nodes_.erase(row.id);
    }
  }

 private:
  struct Result {
    Payload output;
    Payload reason;
  };

  void hold(const WorkflowHistory& workflow, const WorkflowRow& row) {
    const auto expected = workflow.definition->output()->evaluate(context(workflow, row));
    if (!expected || expected->json() == row.output.json()) return;
    constexpr std::size_t kShown = 200;
    add({.oracle = std::string(name()),
         .what =
             fmt::format("gives {}, but its nodes make it {}", row.output.json().substr(0, kShown),
                         expected->json().substr(0, kShown)),
         .at = row.finished_at,
         .workflow = row.id});
  }

  /// What the output of a workflow is made of (docs/SCENARIO.md): {input, nodes, workflow}.
  Payload context(const WorkflowHistory& workflow, const WorkflowRow& row) {
    const Definition& definition = *workflow.definition;
    const auto& results = nodes_[row.id];
    std::string nodes;
    for (NodeIndex node = 0; node < workflow.nodes.size(); ++node) {
      const auto result = results.find(node);
      const bool has_reason = result != results.end() && !result->second.reason.empty();
      nodes += fmt::format(
          R"({}{}:{{"outcome":"{}","output":{},"error":{}}})", nodes.empty() ? "" : ",",
          json_string(definition.node_name(node)), to_string(workflow.nodes[node].outcome),
          result == results.end() ? std::string_view{"null"} : result->second.output.json(),
          has_reason ? json_string(result->second.reason.text()) : "null");
    }
    return Payload{fmt::format(
        R"({{"input":{},"nodes":{{{}}},"workflow":{{"id":{},"name":{},"run":{}}}}})",
        row.input.json(), nodes, sequence_of(row.id), json_string(definition.name()), row.run)};
  }

  std::unordered_map<WorkflowId, std::map<NodeIndex, Result>> nodes_;  // never iterated
};

}  // namespace

std::unique_ptr<Oracle> outputs() {
  return std::make_unique<Outputs>();
}

}  // namespace gnomon::sim
