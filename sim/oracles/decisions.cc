#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "sim/oracles/lets_pass.h"
#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Decisions final : public Oracle {
 public:
  Decisions() : Oracle("decisions") {}

  void commit(const History& history, const Commit& commit) override {
    for (const NodeRow& row : commit.nodes) note_branch(row);
    for (const NodeRow& row : commit.nodes) {
      const WorkflowHistory* workflow = history.find(row.workflow);
      if (row.phase != NodePhase::kFinished || workflow == nullptr || !workflow->definition)
        continue;
      judge(*workflow, row);
    }
    for (const Event& event : commit.events) {
      if (event.kind != EventKind::kWorkflowEnded) continue;
      const WorkflowHistory* workflow = history.find(event.workflow);
      // One that was revived in the same commit has another end to come.
      if (workflow != nullptr && workflow->definition && workflow->over) ends(*workflow, event);
    }
  }

 private:
  /// Which case a condition has chosen: `{"branch":1}`.
  void note_branch(const NodeRow& row) {
    constexpr std::string_view kPrefix = R"({"branch":)";
    const std::string_view text = row.output.text();
    if (row.phase != NodePhase::kFinished || !text.starts_with(kPrefix)) return;
    std::size_t branch = 0;
    const auto parsed =
        std::from_chars(text.data() + kPrefix.size(), text.data() + text.size(), branch);
    if (parsed.ec == std::errc{}) taken_[NodeRef{row.workflow, row.node}] = branch;
  }

  bool chooses(const WorkflowHistory& workflow, NodeIndex condition, NodeIndex dependent) const {
    const auto branches = workflow.definition->branches(condition);
    const auto names = [&](const std::vector<NodeIndex>& branch) {
      return std::ranges::binary_search(branch, dependent);
    };
    const auto taken = taken_.find(NodeRef{workflow.id, condition});
    const bool succeeded = workflow.nodes[condition].outcome == Outcome::kSucceeded;
    if (succeeded && taken != taken_.end() && taken->second < branches.size() &&
        names(branches[taken->second]))
      return true;
    return std::ranges::none_of(branches, names);
  }

  /// A node runs if something that it depends on has run, and no condition has chosen others.
  void judge(const WorkflowHistory& workflow, const NodeRow& row) {
    const Definition& definition = *workflow.definition;
    const Outcome outcome{row.outcome};
    if (outcome == Outcome::kCancelled) return;
    bool reached = definition.dependencies(row.node).empty();
    bool vetoed = false;
    for (const NodeIndex dependency : definition.dependencies(row.node)) {
      if (workflow.nodes[dependency].outcome == Outcome::kSkipped) continue;
      const bool conditional = definition.spec(dependency).kind() == NodeKind::kCondition;
      (conditional && !chooses(workflow, dependency, row.node) ? vetoed : reached) = true;
    }
    const bool should_run = reached && !vetoed;
    if (outcome == Outcome::kSkipped && should_run && !definition.spec(row.node).when) {
      tell(workflow.id, row.node, "is skipped, though something that it depends on led to it");
    } else if (outcome != Outcome::kSkipped && !should_run) {
      tell(workflow.id, row.node,
           vetoed ? "runs, though a condition chose others" : "runs, though nothing led to it");
    }
  }

  void ends(const WorkflowHistory& workflow, const Event& event) {
    if (workflow.active > 0) return;  // that it ends at all is the mistake
    const Definition& definition = *workflow.definition;
    const Outcome outcome{event.outcome};
    bool blocks = false;
    bool cancels = false;
    for (NodeIndex node = 0; node < workflow.nodes.size(); ++node) {
      const NodeHistory& each = workflow.nodes[node];
      if (each.phase != NodePhase::kFinished) {
        not_run(workflow, node, outcome, event);
        continue;
      }
      if (each.outcome != Outcome::kFailed && each.outcome != Outcome::kTimedOut) continue;
      const FailurePolicy policy = definition.spec(node).on_failure;
      blocks |= policy == FailurePolicy::kBlockDependents;
      cancels |= policy == FailurePolicy::kCancelDependents;
    }
    if (outcome == Outcome::kTimedOut) return;
    const Outcome expected = workflow.cancelled ? Outcome::kCancelled
                             : blocks           ? Outcome::kFailed
                             : cancels          ? Outcome::kCancelled
                                                : Outcome::kSucceeded;
    // Its output may be an expression that fails.
    const bool no_output = expected == Outcome::kSucceeded && outcome == Outcome::kFailed &&
                           ErrorClass{event.error_class} == ErrorClass::kExpression;
    if (outcome == expected || no_output) return;
    violated(event, fmt::format("ends as {}; after what became of its nodes it is {}",
                                to_string(outcome), to_string(expected)));
  }

  /// A node that is still PENDING at the end must be one that nothing lets begin.
  void not_run(const WorkflowHistory& workflow, NodeIndex node, Outcome outcome,
               const Event& event) {
    const Definition& definition = *workflow.definition;
    const std::string_view name = definition.node_name(node);
    if (workflow.cancelled || outcome == Outcome::kTimedOut) {
      violated(event,
               fmt::format("ends as {}, but '{}' was never ended", to_string(outcome), name));
      return;
    }
    bool waits = false;
    for (const NodeIndex dependency : definition.dependencies(node)) {
      const NodeHistory& each = workflow.nodes[dependency];
      if (lets_pass(each, definition.spec(dependency))) continue;
      waits = true;
      if (each.phase != NodePhase::kFinished) continue;
      if (each.outcome == Outcome::kCancelled ||
          definition.spec(dependency).on_failure == FailurePolicy::kCancelDependents) {
        violated(event, fmt::format("ends, but '{}' was not cancelled after '{}'", name,
                                    definition.node_name(dependency)));
        return;
      }
    }
    if (!waits) violated(event, fmt::format("ends, though '{}' could still run", name));
  }

  void tell(WorkflowId workflow, NodeIndex node, std::string what) {
    add({.oracle = std::string(name()),
         .what = std::move(what),
         .workflow = workflow,
         .node = node});
  }

  std::map<NodeRef, std::size_t> taken_;
};

}  // namespace

std::unique_ptr<Oracle> decisions() {
  return std::make_unique<Decisions>();
}

}  // namespace gnomon::sim
