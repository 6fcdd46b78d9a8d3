// NodeDecider against a model: what it notes step by step, what it finds from nothing but the
// states, and what the words of the article say are the same, in whatever order nodes end.

#include "engine/workflow/node_decider.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace gnomon {
namespace {

constexpr int kNodes = 9;

DefinitionPtr any_graph() {
  DefinitionBuilder builder("any");
  for (int i = 0; i < kNodes; ++i) {
    NodeSpec spec{.work = PassSpec{}};
    spec.on_failure =
        *rc::gen::element(FailurePolicy::kContinueProcessing, FailurePolicy::kBlockDependents,
                          FailurePolicy::kCancelDependents);
    builder.add_node(fmt::format("n{}", i), spec);
  }
  for (NodeIndex to = 1; to < kNodes; ++to) {
    for (NodeIndex from = 0; from < to; ++from) {
      if (*rc::gen::inRange(0, 3) == 0) builder.add_edge(from, to);
    }
  }
  return *builder.build();
}

Instance fresh(const DefinitionPtr& definition, std::vector<NodeDecider::Decision>& decisions) {
  Instance instance;
  instance.id = make_workflow_id(0, 1);
  instance.definition = definition;
  instance.nodes.resize(definition->node_count());
  NodeDecider::restore(instance, decisions);
  return instance;
}

/// What dependencies say of a node, in the words of the article: it may go on once each of them is
/// FINISHED and lets it pass; it runs if one of them ran, or if it has none.
std::optional<Verdict> by_the_book(const Instance& instance, NodeIndex node) {
  const auto dependencies = instance.definition->dependencies(node);
  bool ran = dependencies.empty();
  for (const NodeIndex dependency : dependencies) {
    const NodeState& state = instance.nodes[dependency];
    const bool failed = state.outcome == Outcome::kFailed;
    const bool passes = state.phase == NodePhase::kFinished &&
                        state.outcome != Outcome::kCancelled &&
                        (!failed || instance.definition->spec(dependency).on_failure ==
                                        FailurePolicy::kContinueProcessing);
    if (!passes) return std::nullopt;
    ran = ran || state.outcome != Outcome::kSkipped;
  }
  return ran ? Verdict::kRun : Verdict::kSkip;
}

std::set<NodeIndex> nodes_of(const std::vector<NodeDecider::Decision>& decisions) {
  std::set<NodeIndex> nodes;
  for (const NodeDecider::Decision& decision : decisions) nodes.insert(decision.node);
  return nodes;
}

RC_GTEST_PROP(NodeDecider, DecidesEachNodeOnceAndByTheBook, ()) {
  const DefinitionPtr definition = any_graph();
  std::vector<NodeDecider::Decision> open;
  Instance instance = fresh(definition, open);
  std::set<NodeIndex> decided = nodes_of(open);
  while (!open.empty()) {
    const auto next = open.begin() + *rc::gen::inRange<std::ptrdiff_t>(0, std::ssize(open));
    const NodeDecider::Decision decision = *next;
    open.erase(next);
    RC_ASSERT(by_the_book(instance, decision.node) == decision.verdict);

    NodeState& state = instance.nodes[decision.node];
    state.phase = NodePhase::kFinished;
    state.outcome = decision.verdict == Verdict::kSkip
                        ? Outcome::kSkipped
                        : *rc::gen::element(Outcome::kSucceeded, Outcome::kSucceeded,
                                            Outcome::kFailed, Outcome::kCancelled);
    std::vector<NodeDecider::Decision> more;
    NodeDecider::unlock(instance, decision.node, more);
    for (const NodeDecider::Decision& found : more) {
      RC_ASSERT(decided.insert(found.node).second);
      open.push_back(found);
    }
  }
  for (NodeIndex node = 0; node < kNodes; ++node)
    RC_ASSERT(decided.contains(node) == by_the_book(instance, node).has_value());
}

RC_GTEST_PROP(NodeDecider, DecidesTheSameAgainFromNothingButTheStates, ()) {
  const DefinitionPtr definition = any_graph();
  std::vector<NodeDecider::Decision> open;
  Instance instance = fresh(definition, open);
  const int steps = *rc::gen::inRange(0, kNodes);
  for (int i = 0; i < steps && !open.empty(); ++i) {
    const NodeDecider::Decision decision = open.back();
    open.pop_back();
    NodeState& state = instance.nodes[decision.node];
    state.phase = NodePhase::kFinished;
    state.outcome = decision.verdict == Verdict::kSkip
                        ? Outcome::kSkipped
                        : *rc::gen::element(Outcome::kSucceeded, Outcome::kFailed);
    NodeDecider::unlock(instance, decision.node, open);
  }
  // Invoked again, and again after that, as after a crash: what is open is decided, and no more.
  for (int i = 0; i < 2; ++i) {
    Instance recovered = instance;
    for (NodeState& state : recovered.nodes) state.waiting_for = 0xdead;
    std::vector<NodeDecider::Decision> again;
    NodeDecider::restore(recovered, again);
    RC_ASSERT(nodes_of(again) == nodes_of(open));
    for (NodeIndex node = 0; node < kNodes; ++node) {
      if (instance.nodes[node].phase == NodePhase::kPending)
        RC_ASSERT(recovered.nodes[node].waiting_for == instance.nodes[node].waiting_for);
    }
    instance = std::move(recovered);
  }
}

}  // namespace
}  // namespace gnomon
