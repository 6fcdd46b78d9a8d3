#include "engine/workflow/node_decider.h"

#include <algorithm>

#include "engine/base/ensure.h"
#include "engine/workflow/branch.h"

namespace gnomon {

bool NodeDecider::lets_pass(const Instance& instance, NodeIndex node) {
  const NodeState& state = instance.nodes[node];
  switch (state.outcome) {
    case Outcome::kSucceeded:
    case Outcome::kSkipped:
      return true;
    case Outcome::kFailed:
    case Outcome::kTimedOut:
      return instance.definition->spec(node).on_failure == FailurePolicy::kContinueProcessing;
    case Outcome::kCancelled:
    case Outcome::kNone:
      return false;
  }
  return false;
}

bool NodeDecider::chosen(const Instance& instance, NodeIndex condition, NodeIndex dependent) {
  const auto branches = instance.definition->branches(condition);
  const auto holds = [&](const std::vector<NodeIndex>& branch) {
    return std::binary_search(branch.begin(), branch.end(), dependent);
  };
  const auto output = instance.outputs.find(condition);
  const std::size_t taken =
      output == instance.outputs.end() ? branches.size() : taken_branch(output->second);
  if (taken < branches.size() && holds(branches[taken])) return true;
  // A dependent that no case names runs whatever is chosen.
  return std::none_of(branches.begin(), branches.end(), holds);
}

void NodeDecider::unlock(Instance& instance, NodeIndex node, std::vector<Decision>& decisions) {
  if (!lets_pass(instance, node)) return;
  const bool ran = instance.nodes[node].outcome != Outcome::kSkipped;
  const bool conditional = ran && instance.definition->spec(node).kind() == NodeKind::kCondition;
  for (const NodeIndex dependent : instance.definition->dependents(node)) {
    NodeState& state = instance.nodes[dependent];
    if (state.phase != NodePhase::kPending) continue;
    if (conditional && !chosen(instance, node, dependent)) {
      state.vetoed = true;
    } else if (ran) {
      state.reached = true;
    }
    ENSURE(state.waiting_for > 0, "node {} of workflow {} was unlocked twice", dependent,
           value_of(instance.id));
    if (--state.waiting_for == 0) {
      decisions.push_back(
          {dependent, state.reached && !state.vetoed ? Verdict::kRun : Verdict::kSkip});
    }
  }
}

std::vector<NodeIndex> NodeDecider::pending_descendants(const Instance& instance, NodeIndex node) {
  std::vector<NodeIndex> found;
  std::vector<bool> seen(instance.nodes.size());
  std::vector<NodeIndex> open{node};
  while (!open.empty()) {
    const NodeIndex at = open.back();
    open.pop_back();
    for (const NodeIndex dependent : instance.definition->dependents(at)) {
      if (seen[dependent] || instance.nodes[dependent].phase != NodePhase::kPending) continue;
      seen[dependent] = true;
      found.push_back(dependent);
      open.push_back(dependent);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

void NodeDecider::restore(Instance& instance, std::vector<Decision>& decisions) {
  const Definition& definition = *instance.definition;
  for (NodeIndex node = 0; node < definition.node_count(); ++node) {
    NodeState& state = instance.nodes[node];
    if (state.phase != NodePhase::kPending) continue;
    state.waiting_for = 0;
    state.reached = definition.dependencies(node).empty();
    state.vetoed = false;
    for (const NodeIndex dependency : definition.dependencies(node)) {
      const NodeState& upstream = instance.nodes[dependency];
      if (upstream.phase != NodePhase::kFinished || !lets_pass(instance, dependency)) {
        ++state.waiting_for;
        continue;
      }
      if (upstream.outcome == Outcome::kSkipped) continue;
      if (definition.spec(dependency).kind() == NodeKind::kCondition &&
          !chosen(instance, dependency, node)) {
        state.vetoed = true;
      } else {
        state.reached = true;
      }
    }
    if (state.waiting_for == 0) {
      decisions.push_back({node, state.reached && !state.vetoed ? Verdict::kRun : Verdict::kSkip});
    }
  }
}

std::vector<NodeIndex> NodeDecider::nodes_to_retry(const Instance& instance) {
  const Definition& definition = *instance.definition;
  std::vector<bool> again(instance.nodes.size());
  std::vector<NodeIndex> open;
  for (NodeIndex node = 0; node < definition.node_count(); ++node) {
    const NodeState& state = instance.nodes[node];
    if (state.phase != NodePhase::kFinished || !lets_pass(instance, node)) {
      again[node] = true;
      open.push_back(node);
    }
  }
  while (!open.empty()) {
    const NodeIndex at = open.back();
    open.pop_back();
    for (const NodeIndex dependent : definition.dependents(at)) {
      if (again[dependent] || instance.nodes[dependent].outcome != Outcome::kSkipped) continue;
      again[dependent] = true;
      open.push_back(dependent);
    }
  }
  std::vector<NodeIndex> nodes;
  for (NodeIndex node = 0; node < definition.node_count(); ++node) {
    if (again[node]) nodes.push_back(node);
  }
  return nodes;
}

Outcome NodeDecider::workflow_outcome(const Instance& instance) {
  if (instance.timed_out) return Outcome::kTimedOut;
  if (instance.cancel_requested) return Outcome::kCancelled;
  if (instance.blocking > 0) return Outcome::kFailed;
  if (instance.cancelling > 0) return Outcome::kCancelled;
  return Outcome::kSucceeded;
}

}  // namespace gnomon
