#include <algorithm>
#include <utility>

#include "engine/base/ensure.h"
#include "engine/expressions/json.h"
#include "engine/workflow/workflow_service.h"

namespace gnomon {
namespace {

/// The one place where a node changes its phase.
void advance(NodeState& state, NodePhase to) {
  ENSURE(static_cast<int>(to) == static_cast<int>(state.phase) + 1,
         "a node cannot go from {} to {}", to_string(state.phase), to_string(to));
  state.phase = to;
}

}  // namespace

void WorkflowService::mark(Instance& instance, NodeIndex node) {
  NodeState& state = instance.nodes[node];
  if (state.dirty) return;
  state.dirty = true;
  dirty_nodes_.push_back({instance.id, node});
}

void WorkflowService::node_event(EventKind kind, const Instance& instance, NodeIndex node,
                                 const Payload& text) {
  const NodeState& state = instance.nodes[node];
  Event& event = decision_.commit->events.emplace_back();
  event.sequence = ++last_event_;
  event.at = now_;
  event.workflow = instance.id;
  event.node = node;
  event.kind = kind;
  event.outcome = static_cast<std::uint8_t>(state.outcome);
  event.error_class = static_cast<std::uint8_t>(state.error);
  event.shard = settings_.shard;
  event.text = text;
}

ActiveNode& WorkflowService::activate(Instance& instance, NodeIndex node) {
  std::uint32_t slot = 0;
  if (free_slots_.empty()) {
    slot = static_cast<std::uint32_t>(active_.size());
    active_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  NodeState& state = instance.nodes[node];
  state.slot = slot;
  ActiveNode& active = active_[slot];
  active.ref = {instance.id, node};
  active.action.attempt = active.action.attempts_before = state.attempt;
  ++instance.active;
  return active;
}

RunningNode WorkflowService::running(Instance& instance, NodeIndex node) {
  const std::uint32_t slot = instance.nodes[node].slot;
  ENSURE(slot != kNoSlot, "node {} of workflow {} is not active", node, value_of(instance.id));
  return {instance, active_[slot], instance.definition->spec(node)};
}

void WorkflowService::make_ready(Instance& instance, NodeIndex node, Verdict verdict) {
  ActiveNode& active = activate(instance, node);
  NodeState& state = instance.nodes[node];
  if (verdict == Verdict::kSkip) state.outcome = Outcome::kSkipped;
  advance(state, NodePhase::kReady);
  active.ready_at = now_;
  mark(instance, node);
  node_event(EventKind::kNodeReady, instance, node);
  steps_.push_back(
      {verdict == Verdict::kSkip ? Step::Kind::kSkip : Step::Kind::kStart, active.ref, 0});
}

void WorkflowService::start_node(Instance& instance, NodeIndex node) {
  NodeState& state = instance.nodes[node];
  if (state.phase != NodePhase::kReady || instance.phase != WorkflowPhase::kRunning) return;
  RunningNode run = running(instance, node);
  if (run.spec.when) {
    const auto holds = evaluate(run, *run.spec.when);
    if (!holds) {
      pass_through(
          instance, node,
          {Outcome::kFailed, ErrorClass::kExpression, Payload{"when: " + holds.error().message}});
      return;
    }
    if (!json_is_true(*holds)) {
      pass_through(instance, node,
                   {Outcome::kSkipped, ErrorClass::kNone, Payload{"its 'when' does not hold"}});
      return;
    }
  }
  if (run.spec.input) {
    auto input = evaluate(run, *run.spec.input);
    if (!input) {
      pass_through(
          instance, node,
          {Outcome::kFailed, ErrorClass::kExpression, Payload{"input: " + input.error().message}});
      return;
    }
    run.active.input = std::move(*input);
  }
  NodeExecutor* executor = executors_.find(run.spec);
  if (executor == nullptr) {
    pass_through(instance, node,
                 {Outcome::kFailed, ErrorClass::kPermanent,
                  Payload{fmt::format("there is no kind of node named '{}'",
                                      std::get<CustomSpec>(run.spec.work).kind)}});
    return;
  }
  advance(state, NodePhase::kRunning);
  run.active.running_at = now_;
  mark(instance, node);
  node_event(EventKind::kNodeStarted, instance, node);
  if (cause_at_ != kUnset && now_ - cause_at_ > settings_.monitors.node_delay) {
    Event& alarm = decision_.commit->events.emplace_back();
    alarm.sequence = ++last_event_;
    alarm.at = now_;
    alarm.workflow = instance.id;
    alarm.node = node;
    alarm.kind = EventKind::kNodeDelayed;
    alarm.detail = (now_ - cause_at_).count();
    alarm.shard = settings_.shard;
  }
  executor->start(run, *this);
}

void WorkflowService::finish(RunningNode node, NodeResult result) {
  Instance& instance = node.instance;
  const NodeIndex index = node.ref().node;
  NodeState& state = instance.nodes[index];
  ENSURE(state.phase == NodePhase::kRunning, "node {} of workflow {} ends its work while {}", index,
         value_of(instance.id), to_string(state.phase));
  if (result.outcome == Outcome::kSucceeded && node.spec.output) {
    auto output = node.spec.output->evaluate(Payload{fmt::format(
        R"({{"input":{},"result":{}}})", node.active.input.json(), result.value.json())});
    result = output ? NodeResult{Outcome::kSucceeded, ErrorClass::kNone, std::move(*output)}
                    : NodeResult{Outcome::kFailed, ErrorClass::kExpression,
                                 Payload{"output: " + output.error().message}};
  }
  if (result.value.text().size() > settings_.payload_limit) {
    result = {Outcome::kFailed, ErrorClass::kPermanent,
              Payload{fmt::format("its output has {} bytes; the limit is {}",
                                  result.value.text().size(), settings_.payload_limit)}};
  }
  state.outcome = result.outcome;
  state.error = result.error;
  (result.outcome == Outcome::kSucceeded ? node.active.output : node.active.reason) =
      std::move(result.value);
  advance(state, NodePhase::kFinishing);
  node.active.finishing_at = now_;
  set_timer(node.ref(), kNever);
  mark(instance, index);
  node_event(EventKind::kNodeFinishing, instance, index);
  if (node.active.children == nullptr || node.active.children->attached == 0)
    complete(instance, index);
}

void WorkflowService::pass_through(Instance& instance, NodeIndex node, NodeResult result) {
  NodeState& state = instance.nodes[node];
  if (state.phase == NodePhase::kPending) {
    ActiveNode& active = activate(instance, node);
    state.outcome = result.outcome;
    advance(state, NodePhase::kReady);
    active.ready_at = now_;
    node_event(EventKind::kNodeReady, instance, node);
  }
  state.outcome = result.outcome;
  state.error = result.error;
  advance(state, NodePhase::kRunning);
  RunningNode run = running(instance, node);
  run.active.running_at = now_;
  node_event(EventKind::kNodeStarted, instance, node);
  finish(run, std::move(result));
}

void WorkflowService::complete(Instance& instance, NodeIndex node) {
  RunningNode run = running(instance, node);
  NodeState& state = instance.nodes[node];
  if (run.active.children != nullptr && run.active.children->attachment_failed &&
      state.outcome == Outcome::kSucceeded) {
    state.outcome = Outcome::kFailed;
    state.error = ErrorClass::kChild;
    run.active.output = {};
    run.active.reason = Payload{"an attached sub-workflow did not succeed"};
  }
  advance(state, NodePhase::kFinished);
  state.attempt = run.active.action.attempt;
  run.active.finished_at = now_;
  instance.progress_at = now_;
  mark(instance, node);
  if (!run.active.output.empty()) instance.outputs[node] = run.active.output;
  if (!run.active.reason.empty()) instance.reasons[node] = run.active.reason;
  node_event(EventKind::kNodeEnded, instance, node, run.active.reason);
  --instance.active;
  apply_failure_policy(instance, node);
  NodeDecider::unlock(instance, node, decisions_);
  decide(instance);
  end_if_over(instance);
}

void WorkflowService::apply_failure_policy(Instance& instance, NodeIndex node) {
  const Outcome outcome = instance.nodes[node].outcome;
  if (outcome != Outcome::kFailed && outcome != Outcome::kTimedOut) return;
  switch (instance.definition->spec(node).on_failure) {
    case FailurePolicy::kContinueProcessing:
      return;
    case FailurePolicy::kBlockDependents:
      ++instance.blocking;
      return;
    case FailurePolicy::kCancelDependents: {
      ++instance.cancelling;
      ++instance.active;  // holds the workflow open until all of them are through
      for (const NodeIndex dependent : NodeDecider::pending_descendants(instance, node)) {
        pass_through(
            instance, dependent,
            {Outcome::kCancelled, ErrorClass::kNone,
             Payload{fmt::format("'{}' did not succeed", instance.definition->node_name(node))}});
      }
      --instance.active;
      return;
    }
  }
}

void WorkflowService::decide(Instance& instance) {
  for (std::size_t i = 0; i < decisions_.size(); ++i) {
    make_ready(instance, decisions_[i].node, decisions_[i].verdict);
  }
  decisions_.clear();
}

void WorkflowService::child_ended(NodeRef parent, EndedChild child) {
  Instance* instance = lookup(parent.workflow);
  if (instance == nullptr || instance->nodes[parent.node].slot == kNoSlot) return;
  RunningNode node = running(*instance, parent.node);
  if (node.active.children == nullptr) return;
  ChildSet& children = *node.active.children;
  const auto found = std::lower_bound(children.live.begin(), children.live.end(), child.id);
  if (found == children.live.end() || *found != child.id) return;
  children.live.erase(found);
  const bool succeeded = child.result.outcome == Outcome::kSucceeded;
  instance->progress_at = now_;
  mark(*instance, parent.node);
  if (child.slot >= kFirstAttachment) {
    --children.attached;
    children.attachment_failed |= !succeeded;
    if (instance->nodes[parent.node].phase == NodePhase::kFinishing && children.attached == 0) {
      complete(*instance, parent.node);
    }
    return;
  }
  if (instance->nodes[parent.node].phase != NodePhase::kRunning) return;
  if (children.outputs.size() <= child.slot) children.outputs.resize(child.slot + 1);
  if (succeeded) children.outputs[child.slot] = child.result.value;
  if (!succeeded) ++children.failed;
  executors_.find(node.spec)->child_ended(node, child.slot, std::move(child.result), *this);
}

}  // namespace gnomon
