#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/model/node_spec.h"
#include "scenarios/language/object.h"
#include "scenarios/language/policy_types.h"
#include "scenarios/language/scalars.h"
#include "scenarios/language/workflow.h"
#include "scenarios/language/workload_types.h"

namespace gnomon::scenarios {

/// What is written of one node. What a node is apart from its place in the graph may be shared by
/// many nodes.
struct NodeText {
  NodeSpec spec;
  std::optional<sim::Behaviour> simulate;
  NodeBehaviours simulated;     ///< of nodes of definitions in place
  bool has_definition = false;  ///< it holds a definition in place, which is named after the node
  std::vector<NodeIndex> after;
};

/// The kinds of work, each under its own key.
Type<TaskSpec> task_type();
Type<WaitSpec> wait_type();
Type<ConditionSpec> condition_type();
Type<CustomSpec> custom_type();
/// A workflow by name, or in place.
struct TargetText {
  WorkflowTarget target;
  NodeBehaviours simulated;
};
Type<TargetText> target_type();
struct LoopText {
  LoopSpec loop;
  NodeBehaviours simulated;
};
Type<LoopText> loop_type();
struct MapText {
  MapSpec map;
  NodeBehaviours simulated;
};
Type<MapText> map_node_type();

/// Names of nodes of the definition that is being read.
Type<std::vector<NodeIndex>> node_references();

/// The keys under which they stand; a node has one of them.
const std::vector<std::string>& work_keys();

/// Adds to `object` the keys that a node has, and those that `generate:` gives to all its nodes.
template <typename T>
void add_node_fields(Object<T>& object) {
  const auto take_target = [](NodeText& node, TargetText text) {
    node.has_definition = text.target.definition != nullptr;
    node.simulated = std::move(text.simulated);
    node.spec.work = SubworkflowSpec{std::move(text.target)};
  };
  const auto take_loop = [](NodeText& node, LoopText text) {
    node.has_definition = text.loop.body.definition != nullptr;
    node.simulated = std::move(text.simulated);
    node.spec.work = std::move(text.loop);
  };
  const auto take_map = [](NodeText& node, MapText text) {
    const auto& reduce = text.map.reduce;
    node.has_definition =
        text.map.body.definition != nullptr || (reduce && reduce->definition != nullptr);
    node.simulated = std::move(text.simulated);
    node.spec.work = std::move(text.map);
  };
  const auto take_work = [](NodeText& node, auto work) { node.spec.work = std::move(work); };
  object.field("task", take_work, task_type(), "Work for a runtime.");
  object.field("subworkflow", take_target, target_type(),
               "Runs another workflow; its output is the node's.");
  object.field("wait", take_work, wait_type(),
               "Ends at the first of an interval, an instant, a signal.");
  object.field("pass", take_work,
               Object<PassSpec>("Pass", "Succeeds at once, without output.").type(),
               "Succeeds at once: fans out and joins.");
  object.field("condition", take_work, condition_type(), "Chooses among the nodes that follow it.");
  object.field("loop", take_loop, loop_type(), "Runs a workflow again and again.");
  object.field("map", take_map, map_node_type(), "Runs a workflow for each element of a list.");
  object.field("custom", take_work, custom_type(), "A kind of node that a plug-in brings.");
  object.exactly_one(work_keys());

  object.field(
      "when", [](NodeText& node, Expression when) { node.spec.when = std::move(when); },
      expression(node_sees()), "Where it gives false or null, the node is skipped.");
  object.field(
      "input", [](NodeText& node, Expression input) { node.spec.input = std::move(input); },
      computed(node_sees()),
      "What the work is given: a constant, or as a string jq over {input, nodes, workflow}.");
  object.field(
      "output", [](NodeText& node, Expression output) { node.spec.output = std::move(output); },
      expression({"input", "result"}),
      "Makes the node's output, over {input, result}; absent: the result.");
  object.field(
      "retry", [](NodeText& node, RetryPolicy retry) { node.spec.retry = retry; }, retry_type(),
      "When it is tried again; absent: as the tenant says.");
  object.field(
      "timeout", [](NodeText& node, Duration timeout) { node.spec.timeout = timeout; },
      duration(1ns),
      "Of one attempt, from its launch: waiting for a worker counts; absent: as the tenant says.");
  object
      .field(
          "on_failure", [](NodeText& node, FailurePolicy policy) { node.spec.on_failure = policy; },
          failure_policy_type(),
          "What its failure means for the nodes that depend on it, and for the workflow.")
      .by_default("BlockDependents");
  object
      .field(
          "priority", [](NodeText& node, std::int16_t priority) { node.spec.priority = priority; },
          priority_type(), "Added to the workflow's; higher runs first where runtimes queue.")
      .by_default("0");
}

}  // namespace gnomon::scenarios
