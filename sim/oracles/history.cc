#include "sim/oracles/history.h"

namespace gnomon::sim {

const WorkflowHistory* History::find(WorkflowId id) const {
  const auto found = workflows_.find(id);
  return found == workflows_.end() ? nullptr : &found->second;
}

const NodeHistory* History::find(const NodeRef& node) const {
  const WorkflowHistory* workflow = find(node.workflow);
  return workflow == nullptr || node.node >= workflow->nodes.size() ? nullptr
                                                                    : &workflow->nodes[node.node];
}

NodeHistory* History::node_of(const Event& event) {
  return const_cast<NodeHistory*>(find(NodeRef{event.workflow, event.node}));
}

void History::add(const Event& event) {
  if (event.kind == EventKind::kWorkflowCreated) {
    WorkflowHistory& workflow = workflows_[event.workflow];
    if (workflow.id == WorkflowId::kNone) created_.push_back(event.workflow);
    workflow.id = event.workflow;
    workflow.definition = find_definition_(event.shard, static_cast<DefinitionId>(event.detail));
    if (workflow.definition) workflow.nodes.resize(workflow.definition->node_count());
    ++live_;
    return;
  }
  const auto found = workflows_.find(event.workflow);
  if (found == workflows_.end()) return;
  WorkflowHistory& workflow = found->second;
  NodeHistory* node = node_of(event);
  const auto enter = [&](NodePhase phase) {
    if (node != nullptr) node->phase = phase;
  };
  switch (event.kind) {
    case EventKind::kWorkflowCancelRequested:
      workflow.cancelled = true;
      break;
    case EventKind::kWorkflowEnded:
      workflow.over = true;
      workflow.outcome = static_cast<Outcome>(event.outcome);
      --live_;
      break;
    case EventKind::kWorkflowRetried:
      workflow.over = workflow.cancelled = false;
      workflow.outcome = Outcome::kNone;
      ++workflow.run;
      ++live_;
      for (NodeHistory& each : workflow.nodes)
        each.may_restart =
            each.phase == NodePhase::kFinished && each.outcome != Outcome::kSucceeded;
      break;
    case EventKind::kNodeReady:
      enter(NodePhase::kReady);
      if (node != nullptr) {
        node->may_restart = false;
        node->attempts_before = node->attempt;
        node->not_before = kUnset;
      }
      ++workflow.active;
      break;
    case EventKind::kNodeStarted:
      enter(NodePhase::kRunning);
      break;
    case EventKind::kNodeFinishing:
      enter(NodePhase::kFinishing);
      break;
    case EventKind::kNodeEnded:
      enter(NodePhase::kFinished);
      --workflow.active;
      if (node != nullptr) node->outcome = static_cast<Outcome>(event.outcome);
      break;
    case EventKind::kActionLaunched:
      if (node == nullptr) break;
      node->attempt = event.attempt;
      node->attempt_is_open = true;
      node->launched_at = event.at;
      break;
    case EventKind::kActionEnded:
      if (node == nullptr) break;
      node->attempt_is_open = false;
      node->error = static_cast<ErrorClass>(event.error_class);
      break;
    case EventKind::kActionRetryScheduled:
      if (node != nullptr) node->not_before = saturating_add(event.at, Duration{event.detail});
      break;
    default:
      break;
  }
}

std::vector<const WorkflowHistory*> History::live_workflows() const {
  std::vector<const WorkflowHistory*> live;
  for (const WorkflowId id : created_) {
    const WorkflowHistory& workflow = workflows_.at(id);
    if (!workflow.over) live.push_back(&workflow);
  }
  return live;
}

void History::add(const NodeRow& row) {
  NodeHistory* node = const_cast<NodeHistory*>(find(NodeRef{row.workflow, row.node}));
  if (node == nullptr) return;
  node->due_at = row.due_at;
  if (row.phase != NodePhase::kPending || !node->may_restart) return;
  node->phase = NodePhase::kPending;
  node->outcome = Outcome::kNone;
}

void History::add(const WorkflowRow& row) {
  const auto found = workflows_.find(row.id);
  if (found != workflows_.end()) found->second.parent = row.parent.workflow;
}

}  // namespace gnomon::sim
