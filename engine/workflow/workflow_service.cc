#include "engine/workflow/workflow_service.h"

#include <algorithm>
#include <utility>

#include "engine/base/ensure.h"

namespace gnomon {

WorkflowService::WorkflowService(WorkflowSettings settings, const NodeExecutors& executors,
                                 TimerQueue& timers, Decision& decision)
    : settings_(std::move(settings)),
      executors_(executors),
      timers_(timers),
      decision_(decision),
      actions_(settings_.runtimes, settings_.actions, settings_.random, *this),
      catalog_(actions_) {
  if (settings_.tenants.empty()) settings_.tenants.emplace_back();
  const Tenant defaults = settings_.tenants.front();
  for (Tenant& tenant : settings_.tenants) {
    if (!tenant.retry) tenant.retry = defaults.retry.value_or(RetryPolicy{});
    if (!tenant.timeout) tenant.timeout = defaults.timeout;
    if (!tenant.priority) tenant.priority = defaults.priority.value_or(0);
  }
}

void WorkflowService::begin(Instant now, Instant cause_at) {
  now_ = now;
  cause_at_ = cause_at;
}

void WorkflowService::settle() {
  while (!steps_.empty()) {
    const Step step = steps_.front();
    steps_.pop_front();
    if (step.kind == Step::Kind::kChildEnded) {
      child_ended(step.ref, std::move(ended_children_[step.child]));
      continue;
    }
    Instance* instance = find_live(step.ref.workflow);
    if (instance == nullptr || instance->nodes[step.ref.node].phase != NodePhase::kReady) continue;
    if (step.kind == Step::Kind::kStart) {
      start_node(*instance, step.ref.node);
    } else {
      pass_through(
          *instance, step.ref.node,
          {Outcome::kSkipped, ErrorClass::kNone, Payload{"nothing that it depends on led to it"}});
    }
  }
  ended_children_.clear();
}

void WorkflowService::collect() {
  Commit& commit = *decision_.commit;
  commit.shard = settings_.shard;
  commit.next_workflow = next_workflow_;
  for (const NodeRef& ref : dirty_nodes_) {
    Instance* instance = lookup(ref.workflow);
    if (instance == nullptr) continue;
    NodeState& state = instance->nodes[ref.node];
    if (!state.dirty) continue;
    state.dirty = false;
    NodeRow& row = commit.nodes.emplace_back();
    row.workflow = ref.workflow;
    row.node = ref.node;
    row.phase = state.phase;
    row.outcome = static_cast<std::uint8_t>(state.outcome);
    row.error_class = static_cast<std::uint8_t>(state.error);
    row.runtime = catalog_[instance->definition_id]
                      .runtime_of_spec[instance->definition->spec_index(ref.node)];
    row.attempt = row.attempts_before = state.attempt;
    if (state.slot == kNoSlot) continue;  // PENDING again
    ActiveNode& active = active_[state.slot];
    const Action& action = active.action;
    row.attempt = action.attempt;
    row.attempts_before = action.attempts_before;
    row.ready_at = active.ready_at;
    row.running_at = active.running_at;
    row.finishing_at = active.finishing_at;
    row.finished_at = active.finished_at;
    row.launched_at = action.launched_at;
    row.started_at = action.started_at;
    row.ended_at = action.ended_at;
    row.due_at = action.due_at != kUnset ? action.due_at : active.due_at;
    row.output = active.output;
    row.reason = active.reason.empty() ? action.reason : active.reason;
    if (state.phase == NodePhase::kFinished) {
      active = ActiveNode{};
      free_slots_.push_back(state.slot);
      state.slot = kNoSlot;
    }
  }
  dirty_nodes_.clear();
  for (const WorkflowId id : dirty_workflows_) {
    Instance* instance = lookup(id);
    if (instance == nullptr || !instance->dirty) continue;
    instance->dirty = false;
    WorkflowRow& row = commit.workflows.emplace_back();
    row.id = id;
    row.definition = instance->definition_id;
    row.tenant = settings_.tenants[instance->tenant].name;
    row.key = instance->key;
    row.labels = instance->labels;
    row.parent = instance->parent;
    row.slot = instance->slot;
    row.run = instance->run;
    row.phase = instance->phase;
    row.cancel_requested = instance->cancel_requested;
    row.outcome = static_cast<std::uint8_t>(instance->outcome);
    row.error_class = static_cast<std::uint8_t>(instance->error);
    row.priority = instance->priority;
    row.input = instance->input;
    row.output = instance->output;
    row.reason = instance->reason;
    row.created_at = instance->created_at;
    row.finished_at = instance->finished_at;
    row.deadline = instance->deadline;
    if (instance->phase == WorkflowPhase::kFinished) {
      latest_ = nullptr;
      instances_.erase(id);
    }
  }
  dirty_workflows_.clear();
}

void WorkflowService::event(EventKind kind, WorkflowId workflow, std::int64_t detail, Payload text,
                            Outcome outcome, ErrorClass error) {
  Event& event = decision_.commit->events.emplace_back();
  event.sequence = ++last_event_;
  event.at = now_;
  event.workflow = workflow;
  event.detail = detail;
  event.kind = kind;
  event.outcome = static_cast<std::uint8_t>(outcome);
  event.error_class = static_cast<std::uint8_t>(error);
  event.shard = settings_.shard;
  event.text = std::move(text);
}

// --- what executors ask for
// -----------------------------------------------------------------------------------

ActionRef WorkflowService::action_ref(RunningNode node) {
  const Tenant& tenant = settings_.tenants[node.instance.tenant];
  const NodeSpec& spec = node.spec;
  const auto& entry = catalog_[node.instance.definition_id];
  return {.node = node.ref(),
          .action = node.active.action,
          .task = std::get<TaskSpec>(spec.work),
          .definition = *node.instance.definition,
          .definition_id = node.instance.definition_id,
          .entity = node.instance.entity,
          .tenant = tenant.name,
          .retry = spec.retry ? *spec.retry : *tenant.retry,
          .timeout = spec.timeout ? *spec.timeout : tenant.timeout.value_or(Duration::max()),
          .priority = std::int32_t{node.instance.priority} + spec.priority + *tenant.priority,
          .input = node.active.input,
          .runtime = entry.runtime_of_spec[node.instance.definition->spec_index(node.ref().node)]};
}

void WorkflowService::action_over(RunningNode node, std::optional<ActionResult> result) {
  mark(node.instance, node.ref().node);
  if (!result) return;
  NodeResult end{result->outcome, result->error, std::move(result->value)};
  if (end.outcome == Outcome::kCancelled && !node.active.cancel_requested) {
    // Somebody else ended it, in the runtime: to the workflow that is a failure like any other.
    end.outcome = Outcome::kFailed;
    end.error = ErrorClass::kPermanent;
    if (end.value.empty()) end.value = Payload{"cancelled in its runtime"};
  }
  executors_.find(node.spec)->action_ended(node, std::move(end), *this);
}

void WorkflowService::launch_action(RunningNode node) {
  ActionRef ref = action_ref(node);
  const bool known = ref.action.attempt > ref.action.attempts_before;
  action_over(node, known ? actions_.recover(now_, ref) : actions_.start(now_, ref));
}

void WorkflowService::cancel_action(RunningNode node) {
  action_over(node, actions_.cancel(now_, action_ref(node)));
}

void WorkflowService::wake_at(RunningNode node, Instant at) {
  node.active.due_at = at;
  mark(node.instance, node.ref().node);
  set_timer(node.ref(), at);
}

void WorkflowService::drop_signal(SignalRow signal) {
  signal.taken = true;
  signal.removed = signal.key.empty();
  if (!signal.removed) signal.payload = {};
  decision_.commit->signals.push_back(std::move(signal));
}

bool WorkflowService::take_signal(RunningNode node, std::string_view name, Payload& payload) {
  auto& signals = node.instance.signals;
  const auto found = std::find_if(signals.begin(), signals.end(),
                                  [&](const SignalRow& row) { return row.name == name; });
  if (found == signals.end()) return false;
  payload = found->payload;
  drop_signal(std::move(*found));
  signals.erase(found);
  return true;
}

Expected<Payload> WorkflowService::evaluate(RunningNode node, const Expression& expression) {
  return expression.evaluate(node_context(node.instance, node.ref().node));
}

// --- what the ActionService asks for
// --------------------------------------------------------------------------

void WorkflowService::launch(RuntimeIndex runtime, Launch launch) {
  decision_.calls.emplace_back(LaunchAction{runtime, std::move(launch)});
}
void WorkflowService::poll(RuntimeIndex runtime, const ActionKey& key) {
  decision_.calls.emplace_back(PollAction{runtime, key});
}
void WorkflowService::cancel(RuntimeIndex runtime, const ActionKey& key) {
  decision_.calls.emplace_back(CancelAction{runtime, key});
}

void WorkflowService::set_timer(NodeRef node, Instant at) {
  Instance* instance = lookup(node.workflow);
  ActiveNode& active = active_[instance->nodes[node.node].slot];
  active.timer = ++last_timer_;
  if (active.has_timer) timers_.outdated([this](const Timer& timer) { return wanted(timer); });
  active.has_timer = at != kNever;
  if (active.has_timer) timers_.push(at, TimerKind::kNode, node, active.timer);
}

void WorkflowService::event(NodeRef node, EventKind kind, const Action& action, std::int64_t detail,
                            const Payload& text) {
  Event& event = decision_.commit->events.emplace_back();
  event.sequence = ++last_event_;
  event.at = now_;
  event.workflow = node.workflow;
  event.detail = detail;
  event.node = node.node;
  event.attempt = action.attempt;
  event.kind = kind;
  event.outcome = static_cast<std::uint8_t>(action.outcome);
  event.error_class = static_cast<std::uint8_t>(action.error);
  event.shard = settings_.shard;
  event.text = text;
}

void WorkflowService::superseded(AttemptRow attempt) {
  decision_.commit->attempts.push_back(std::move(attempt));
}

// --- answers and timers
// -----------------------------------------------------------------------------------------

namespace {
/// Only a task between RUNNING and FINISHING has ears for its runtime.
bool listens(const Instance* instance, NodeIndex node) {
  return instance != nullptr && node < instance->nodes.size() &&
         instance->nodes[node].slot != kNoSlot &&
         instance->nodes[node].phase == NodePhase::kRunning &&
         instance->definition->spec(node).kind() == NodeKind::kTask;
}
}  // namespace

void WorkflowService::answer(const LaunchAccepted& answer) {
  Instance* instance = lookup(answer.key.workflow);
  if (!listens(instance, answer.key.node)) return;
  instance->progress_at = now_;
  // Not marked: nothing is lost with it, and a commit for it alone would double the number of
  // commits a step.
  actions_.accepted(now_, action_ref(running(*instance, answer.key.node)), answer);
}

void WorkflowService::answer(const LaunchFailed& answer) {
  Instance* instance = lookup(answer.key.workflow);
  if (!listens(instance, answer.key.node)) return;
  RunningNode node = running(*instance, answer.key.node);
  action_over(node, actions_.launch_failed(now_, action_ref(node), answer));
}

void WorkflowService::answer(const ActionStarted& answer) {
  Instance* instance = lookup(answer.key.workflow);
  if (!listens(instance, answer.key.node)) return;
  instance->progress_at = now_;
  mark(*instance, answer.key.node);
  actions_.started(now_, action_ref(running(*instance, answer.key.node)), answer);
}

void WorkflowService::answer(const ActionEnded& answer) {
  Instance* instance = lookup(answer.key.workflow);
  if (!listens(instance, answer.key.node)) {
    Action ignored;
    ignored.attempt = answer.key.attempt;
    ignored.outcome = answer.outcome;
    ignored.error = answer.error;
    event({answer.key.workflow, answer.key.node}, EventKind::kAnswerIgnored, ignored, 0, {});
    return;
  }
  RunningNode node = running(*instance, answer.key.node);
  instance->progress_at = now_;
  action_over(node, actions_.ended(now_, action_ref(node), answer));
}

void WorkflowService::answer(const ActionStatus& answer) {
  Instance* instance = lookup(answer.key.workflow);
  if (!listens(instance, answer.key.node)) return;
  instance->progress_at = now_;
  if (answer.known) return;
  RunningNode node = running(*instance, answer.key.node);
  action_over(node, actions_.status(now_, action_ref(node), answer));
}

bool WorkflowService::wanted(const Timer& timer) {
  const auto found = instances_.find(timer.ref.workflow);
  if (found == instances_.end() || found->second->phase == WorkflowPhase::kFinished) return false;
  if (timer.kind != TimerKind::kNode) return timer.generation == found->second->run;
  const std::uint32_t slot = found->second->nodes[timer.ref.node].slot;
  return slot != kNoSlot && active_[slot].timer == timer.generation;
}

void WorkflowService::timer_fired(const Timer& timer) {
  if (!wanted(timer)) return;
  Instance& instance = *lookup(timer.ref.workflow);
  switch (timer.kind) {
    case TimerKind::kDeadline:
      if (instance.deadline > now_) return;  // revived since, with another deadline
      instance.timed_out = true;
      cancel_all(instance);
      return;
    case TimerKind::kProgress:
      watch_progress(instance);
      return;
    case TimerKind::kNode:
      break;
  }
  RunningNode node = running(instance, timer.ref.node);
  node.active.has_timer = false;
  if (node.spec.kind() == NodeKind::kTask) {
    action_over(node, actions_.timer_fired(now_, action_ref(node)));
    return;
  }
  event(EventKind::kTimerFired, instance.id, static_cast<std::int64_t>(timer.ref.node), {});
  instance.progress_at = now_;
  executors_.find(node.spec)->timer_fired(node, *this);
}

}  // namespace gnomon
