#include <algorithm>
#include <utility>

#include "engine/base/ensure.h"
#include "engine/workflow/workflow_service.h"

namespace gnomon {

Expected<Instance*> WorkflowService::load(const StoredWorkflow& stored) {
  const WorkflowRow& row = stored.workflow;
  if (!catalog_.contains(row.definition)) {
    return invalid(fmt::format("workflow {} has definition {}, which is not stored",
                               value_of(row.id), row.definition));
  }
  const auto tenant = tenant_index(row.tenant);
  auto instance = std::make_unique<Instance>();
  instance->id = row.id;
  instance->definition = catalog_[row.definition].definition;
  instance->definition_id = row.definition;
  instance->tenant = tenant.value_or(0);
  instance->phase = row.phase;
  instance->outcome = static_cast<Outcome>(row.outcome);
  instance->error = static_cast<ErrorClass>(row.error_class);
  instance->cancel_requested = row.cancel_requested;
  instance->priority = row.priority;
  instance->run = row.run;
  instance->created_at = row.created_at;
  instance->finished_at = row.finished_at;
  instance->deadline = row.deadline;
  instance->progress_at = now_;
  instance->input = row.input;
  instance->output = row.output;
  instance->reason = row.reason;
  instance->labels = row.labels;
  instance->key = row.key;
  instance->parent = row.parent;
  instance->slot = row.slot;
  for (const SignalRow& signal : stored.signals) {
    instance->signals_received = std::max(instance->signals_received, signal.number);
    if (!signal.taken) instance->signals.push_back(signal);
    if (!signal.key.empty()) instance->signal_keys.push_back(signal.key);
  }
  std::ranges::sort(instance->signal_keys);
  instance->nodes.resize(instance->definition->node_count());
  for (const NodeRow& node : stored.nodes) {
    if (node.node >= instance->nodes.size()) {
      return invalid(
          fmt::format("workflow {} has a row for node {}, but its definition has {} nodes",
                      value_of(row.id), node.node, instance->nodes.size()));
    }
    NodeState& state = instance->nodes[node.node];
    state.attempt = node.attempts_before;
    state.phase = node.phase;
    state.outcome = static_cast<Outcome>(node.outcome);
    state.error = static_cast<ErrorClass>(node.error_class);
    if (node.phase == NodePhase::kPending) continue;
    if (node.phase == NodePhase::kFinished) {
      state.attempt = node.attempt;
      if (!node.output.empty()) instance->outputs[node.node] = node.output;
      if (!node.reason.empty() && state.outcome != Outcome::kSucceeded)
        instance->reasons[node.node] = node.reason;
      const bool failed = state.outcome == Outcome::kFailed || state.outcome == Outcome::kTimedOut;
      const FailurePolicy policy = instance->definition->spec(node.node).on_failure;
      if (failed && policy == FailurePolicy::kBlockDependents) ++instance->blocking;
      if (failed && policy == FailurePolicy::kCancelDependents) ++instance->cancelling;
      continue;
    }
    ActiveNode& active = activate(*instance, node.node);
    active.ready_at = node.ready_at;
    active.running_at = node.running_at;
    active.finishing_at = node.finishing_at;
    active.action.attempt = node.attempt;
    active.action.attempts_before = node.attempts_before;
    active.action.launched_at = node.launched_at;
    active.action.started_at = node.started_at;
    active.action.ended_at = node.ended_at;
    const bool task = instance->definition->spec(node.node).kind() == NodeKind::kTask;
    (task ? active.action.due_at : active.due_at) = node.due_at;
    active.output = node.output;
    (node.phase == NodePhase::kRunning && task ? active.action.reason : active.reason) =
        node.reason;
    active.cancel_requested = row.cancel_requested;
  }
  if (!row.key.empty()) keys_.emplace(row.key, row.id);
  const Instance* parent = find(row.parent.workflow);  // loaded before its children
  instance->entity = entity_of(*instance, parent == nullptr ? 0 : parent->entity);
  latest_ = instance.get();
  instances_[row.id] = std::move(instance);
  return latest_;
}

void WorkflowService::adopt_child(const Instance& child) {
  Instance* parent = lookup(child.parent.workflow);
  if (parent == nullptr || child.parent.node >= parent->nodes.size()) return;
  const NodeState& state = parent->nodes[child.parent.node];
  if (state.slot == kNoSlot) return;
  ActiveNode& active = active_[state.slot];
  if (active.children == nullptr) active.children = std::make_unique<ChildSet>();
  ChildSet& children = *active.children;
  const bool over = child.phase == WorkflowPhase::kFinished;
  const bool succeeded = child.outcome == Outcome::kSucceeded;
  if (child.slot >= kFirstAttachment) {
    if (over) {
      children.attachment_failed |= !succeeded;
    } else {
      ++children.attached;
      children.live.push_back(child.id);
    }
    return;
  }
  children.next = std::max(children.next, child.slot + 1);
  if (!over) {
    children.live.push_back(child.id);
    return;
  }
  if (children.outputs.size() <= child.slot) children.outputs.resize(child.slot + 1);
  if (succeeded) children.outputs[child.slot] = child.output;
  if (!succeeded) ++children.failed;
}

void WorkflowService::resume_nodes(Instance& instance) {
  for (NodeIndex node = 0; node < instance.nodes.size(); ++node) {
    const NodeState& state = instance.nodes[node];
    switch (state.phase) {
      case NodePhase::kReady: {
        const bool skip = state.outcome == Outcome::kSkipped;
        steps_.push_back({skip ? Step::Kind::kSkip : Step::Kind::kStart, {instance.id, node}, 0});
        break;
      }
      case NodePhase::kRunning: {
        RunningNode run = running(instance, node);
        // The input was not stored: it follows from what is.
        if (run.spec.input) {
          if (auto input = evaluate(run, *run.spec.input)) run.active.input = std::move(*input);
        }
        if (NodeExecutor* executor = executors_.find(run.spec)) {
          executor->recover(run, *this);
          if (run.active.cancel_requested && instance.nodes[node].phase == NodePhase::kRunning) {
            executor->cancel(run, *this);
          }
        }
        break;
      }
      case NodePhase::kFinishing: {
        const RunningNode run = running(instance, node);
        if (run.active.children == nullptr || run.active.children->attached == 0)
          complete(instance, node);
        break;
      }
      case NodePhase::kPending:
      case NodePhase::kFinished:
        break;
    }
  }
}

Expected<void> WorkflowService::restore(Instant now, const StoredShard& stored,
                                        const DefinitionDecoder& decode) {
  begin(now, kUnset);
  next_workflow_ = std::max(next_workflow_, stored.next_workflow);
  last_event_ = stored.last_event;
  for (const DefinitionRow& row : stored.definitions) {
    if (auto restored = catalog_.restore(row, decode); !restored) return restored;
  }
  for (const auto& [key, id] : stored.keys) keys_.emplace(key, id);
  std::vector<WorkflowId> live;
  for (const StoredWorkflow& workflow : stored.live) {
    const auto instance = load(workflow);
    if (!instance) return std::unexpected(instance.error());
    live.push_back((*instance)->id);
  }
  // A parent's id is lower than its children's, so parents are there first; a slot that a later
  // child has taken again after RetryWorkflow stands last.
  for (const WorkflowId id : live) {
    const Instance& instance = *lookup(id);
    if (instance.parent.workflow != WorkflowId::kNone) adopt_child(instance);
  }
  std::erase_if(live, [this](WorkflowId id) {
    if (lookup(id)->phase != WorkflowPhase::kFinished) return false;
    latest_ = nullptr;
    instances_.erase(id);
    return true;
  });
  for (const WorkflowId id : live) {
    Instance& instance = *lookup(id);
    ++live_;
    live_nodes_ += instance.nodes.size();
    if (instance.deadline != kNever) {
      timers_.push(instance.deadline, TimerKind::kDeadline, {id, kNoNode}, instance.run);
    }
    watch_progress(instance);
  }
  for (const WorkflowId id : live) {
    Instance& instance = *lookup(id);
    ++instance.active;  // a recovered node may end at once; the others have yet to be looked at
    resume_nodes(instance);
    NodeDecider::restore(instance, decisions_);
    decide(instance);
    --instance.active;
    end_if_over(instance);
  }
  return {};
}

Expected<WorkflowId> WorkflowService::retry(WorkflowId id,
                                            const std::vector<StoredWorkflow>& stored,
                                            std::uint32_t run) {
  if (const Instance* live = find_live(id)) {
    if (run > 0 && live->run > run) return id;
    return invalid(fmt::format("workflow {} is still running", value_of(id)));
  }
  if (stored.empty() || stored.front().workflow.id != id || shard_of(id) != settings_.shard) {
    return invalid(fmt::format("there is no workflow {}", value_of(id)));
  }
  const WorkflowRow& root = stored.front().workflow;
  if (run > 0 && root.run > run) return id;
  if (root.parent.workflow != WorkflowId::kNone) {
    return invalid(fmt::format("workflow {} is part of workflow {}: retry that one", value_of(id),
                               value_of(root.parent.workflow)));
  }
  if (static_cast<Outcome>(root.outcome) == Outcome::kSucceeded) {
    return invalid(
        fmt::format("workflow {} has succeeded: there is nothing to retry", value_of(id)));
  }
  std::vector<WorkflowId> family;
  for (const StoredWorkflow& workflow : stored) {
    const auto instance = load(workflow);
    if (!instance) {
      for (const WorkflowId loaded : family) instances_.erase(loaded);
      latest_ = nullptr;
      return std::unexpected(instance.error());
    }
    family.push_back(workflow.workflow.id);
    for (const NodeRow& row : workflow.nodes) {
      if (row.attempt <= row.attempts_before || Outcome{row.outcome} == Outcome::kSucceeded)
        continue;
      (*instance)->last_attempts[row.node] = {.key = {row.workflow, row.node, row.attempt},
                                              .outcome = row.outcome,
                                              .error_class = row.error_class,
                                              .launched_at = row.launched_at,
                                              .started_at = row.started_at,
                                              .ended_at = row.ended_at,
                                              .reason = row.reason};
    }
  }
  Instance& instance = *lookup(id);
  for (const StoredWorkflow& workflow : stored) {
    if (workflow.workflow.id == id) continue;
    dormant_[{workflow.workflow.parent, workflow.workflow.slot}] = workflow.workflow.id;
    instance.dormant.push_back(workflow.workflow.id);
  }
  revive(instance);
  return id;
}

}  // namespace gnomon
