#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/ensure.h"
#include "engine/expressions/json.h"
#include "engine/workflow/workflow_service.h"

namespace gnomon {

Instance* WorkflowService::lookup(WorkflowId id) {
  if (latest_ != nullptr && latest_->id == id) return latest_;
  const auto found = instances_.find(id);
  if (found == instances_.end()) return nullptr;
  latest_ = found->second.get();
  return latest_;
}

Instance* WorkflowService::find_live(WorkflowId id) {
  Instance* instance = lookup(id);
  return instance == nullptr || instance->phase == WorkflowPhase::kFinished ? nullptr : instance;
}

const Instance* WorkflowService::find(WorkflowId id) const {
  const auto found = instances_.find(id);
  return found == instances_.end() ? nullptr : found->second.get();
}

std::vector<std::string> WorkflowService::known_keys() const {
  std::vector<std::string> keys;
  keys.reserve(keys_.size());
  for (const auto& [key, id] : keys_) keys.push_back(key);  // determinism: sorted below
  std::sort(keys.begin(), keys.end());
  return keys;
}

void WorkflowService::mark(Instance& instance) {
  if (instance.dirty) return;
  instance.dirty = true;
  dirty_workflows_.push_back(instance.id);
}

Expected<std::uint32_t> WorkflowService::tenant_index(std::string_view name) const {
  if (name.empty()) return 0;
  for (std::uint32_t i = 0; i < settings_.tenants.size(); ++i) {
    if (settings_.tenants[i].name == name) return i;
  }
  return invalid(fmt::format("there is no tenant named '{}'", name));
}

// --- beginnings
// -------------------------------------------------------------------------------------------------

Expected<WorkflowId> WorkflowService::upload(const DefinitionPtr& definition) {
  const std::size_t rows = decision_.commit->definitions.size();
  const auto id = catalog_.add(definition, true, decision_.commit->definitions);
  if (!id) return std::unexpected(id.error());
  if (decision_.commit->definitions.size() > rows) {
    event(EventKind::kDefinitionUploaded, WorkflowId::kNone, *id, Payload{definition->name()});
  }
  return WorkflowId::kNone;
}

Instance& WorkflowService::create(DefinitionId definition, std::uint32_t tenant) {
  auto instance = std::make_unique<Instance>();
  instance->id = make_workflow_id(settings_.shard, next_workflow_++);
  instance->definition = catalog_[definition].definition;
  instance->definition_id = definition;
  instance->tenant = tenant;
  instance->created_at = instance->progress_at = now_;
  instance->nodes.resize(instance->definition->node_count());
  if (const auto timeout = instance->definition->timeout())
    instance->deadline = saturating_add(now_, *timeout);
  latest_ = instance.get();
  instances_.emplace(instance->id, std::move(instance));
  return *latest_;
}

void WorkflowService::open(Instance& instance) {
  const Instance* parent = find(instance.parent.workflow);
  instance.entity = entity_of(instance, parent == nullptr ? 0 : parent->entity);
  ++live_;
  live_nodes_ += instance.nodes.size();
  mark(instance);
  event(EventKind::kWorkflowCreated, instance.id, static_cast<std::int64_t>(instance.definition_id),
        {});
  event(EventKind::kWorkflowStarted, instance.id, 0, {});
  if (instance.deadline != kNever)
    timers_.push(instance.deadline, TimerKind::kDeadline, {instance.id, kNoNode}, instance.run);
  watch_progress(instance);
  NodeDecider::restore(instance, decisions_);
  decide(instance);
  end_if_over(instance);
}

Expected<WorkflowId> WorkflowService::start(const StartRequest& request) {
  if (!request.key.empty()) {
    const auto known = keys_.find(request.key);
    if (known != keys_.end()) return known->second;
  }
  const auto tenant = tenant_index(request.tenant);
  if (!tenant) return std::unexpected(tenant.error());
  if (request.input.text().size() > settings_.payload_limit) {
    return invalid(fmt::format("the input has {} bytes; the limit is {}",
                               request.input.text().size(), settings_.payload_limit));
  }
  const auto definition = catalog_.resolve(request.workflow, decision_.commit->definitions);
  if (!definition) return std::unexpected(definition.error());
  Instance& instance = create(*definition, *tenant);
  instance.key = request.key;
  instance.labels = request.labels;
  instance.input = request.input;
  instance.priority = request.priority;
  if (!request.key.empty()) keys_.emplace(request.key, instance.id);
  const WorkflowId id = instance.id;
  open(instance);
  return id;
}

Expected<WorkflowId> WorkflowService::start_child(RunningNode parent, std::uint32_t slot,
                                                  const WorkflowTarget& target, Payload input) {
  if (parent.active.children == nullptr) parent.active.children = std::make_unique<ChildSet>();
  auto& live = parent.active.children->live;
  mark(parent.instance, parent.ref().node);
  const auto dormant = dormant_.find({parent.ref(), slot});
  if (dormant != dormant_.end()) {
    const WorkflowId id = dormant->second;
    dormant_.erase(dormant);
    Instance& child = *lookup(id);
    live.insert(std::upper_bound(live.begin(), live.end(), id), id);
    if (child.outcome == Outcome::kSucceeded) {
      ended_children_.push_back({id, slot, {Outcome::kSucceeded, ErrorClass::kNone, child.output}});
      steps_.push_back({Step::Kind::kChildEnded, parent.ref(),
                        static_cast<std::uint32_t>(ended_children_.size() - 1)});
      latest_ = nullptr;
      instances_.erase(id);
    } else {
      revive(child);
    }
    return id;
  }
  const auto definition = catalog_.resolve(target, decision_.commit->definitions);
  if (!definition) return std::unexpected(definition.error());
  constexpr std::uint32_t kMaxDepth = 64;
  std::uint32_t depth = 0;
  for (WorkflowId up = parent.instance.id; up != WorkflowId::kNone; ++depth) {
    const Instance* ancestor = find(up);
    up = ancestor == nullptr ? WorkflowId::kNone : ancestor->parent.workflow;
  }
  if (depth >= kMaxDepth)
    return invalid(fmt::format("sub-workflows are nested more than {} deep", kMaxDepth));
  Instance& child = create(*definition, parent.instance.tenant);
  child.parent = parent.ref();
  child.slot = slot;
  child.input = std::move(input);
  child.labels = parent.instance.labels;
  child.priority = static_cast<std::int16_t>(parent.instance.priority + parent.spec.priority);
  if (parent.spec.timeout)
    child.deadline = std::min(child.deadline, saturating_add(now_, *parent.spec.timeout));
  live.insert(std::upper_bound(live.begin(), live.end(), child.id), child.id);
  const WorkflowId id = child.id;
  open(child);
  return id;
}

Expected<WorkflowId> WorkflowService::attach(NodeRef parent, const WorkflowTarget& target,
                                             const std::string& key, const Payload& input) {
  Instance* instance = find_live(parent.workflow);
  if (instance == nullptr || parent.node >= instance->nodes.size() ||
      instance->nodes[parent.node].phase != NodePhase::kRunning) {
    return invalid(fmt::format("node {} of workflow {} is not running", parent.node,
                               value_of(parent.workflow)));
  }
  const std::string own_key =
      fmt::format("attach/{}/{}/{}", value_of(parent.workflow), parent.node, key);
  if (!key.empty()) {
    const auto known = keys_.find(own_key);
    if (known != keys_.end()) return known->second;
  }
  RunningNode node = running(*instance, parent.node);
  if (node.active.children == nullptr) node.active.children = std::make_unique<ChildSet>();
  std::uint32_t slot = kFirstAttachment;
  for (const WorkflowId child : node.active.children->live) {
    const Instance* other = find(child);
    if (other != nullptr && other->slot >= slot) slot = other->slot + 1;
  }
  auto id = start_child(node, slot, target, input);
  if (!id) return id;
  ++node.active.children->attached;
  if (!key.empty()) {
    keys_.emplace(own_key, *id);
    if (Instance* child = lookup(*id)) child->key = own_key;
  }
  return id;
}

// --- ends
// -------------------------------------------------------------------------------------------------------

void WorkflowService::end_if_over(Instance& instance) {
  if (instance.active > 0 || instance.phase == WorkflowPhase::kFinished) return;
  instance.outcome = NodeDecider::workflow_outcome(instance);
  if (instance.outcome == Outcome::kSucceeded) {
    auto output = workflow_output(instance);
    if (output) {
      instance.output = std::move(*output);
    } else {
      instance.outcome = Outcome::kFailed;
      instance.error = ErrorClass::kExpression;
      instance.reason = Payload{"output: " + output.error().message};
    }
  } else if (instance.reason.empty()) {
    NodeIndex first = kNoNode;
    for (NodeIndex node = 0; node < instance.nodes.size() && first == kNoNode; ++node) {
      const Outcome outcome = instance.nodes[node].outcome;
      if (outcome == Outcome::kFailed || outcome == Outcome::kTimedOut) first = node;
    }
    if (instance.timed_out) {
      instance.reason = Payload{"ran longer than its timeout"};
    } else if (instance.cancel_requested) {
      instance.reason = Payload{"it was cancelled"};
    } else if (first != kNoNode) {
      instance.error = instance.nodes[first].error;
      const auto reason = instance.reasons.find(first);
      instance.reason =
          Payload{fmt::format("{}: {}", instance.definition->node_name(first),
                              reason == instance.reasons.end() ? "failed" : reason->second.text())};
    }
  }
  instance.phase = WorkflowPhase::kFinished;
  instance.finished_at = now_;
  --live_;
  live_nodes_ -= instance.nodes.size();
  for (SignalRow& signal : instance.signals) drop_signal(std::move(signal));
  instance.signals.clear();
  for (const WorkflowId child : instance.dormant) {
    const auto found = instances_.find(child);
    if (found == instances_.end() || found->second->phase != WorkflowPhase::kFinished) continue;
    dormant_.erase({found->second->parent, found->second->slot});
    if (!found->second->dirty) {
      latest_ = nullptr;
      instances_.erase(found);
    }
  }
  instance.dormant.clear();
  mark(instance);
  event(EventKind::kWorkflowEnded, instance.id, 0, instance.reason, instance.outcome,
        instance.error);
  if (instance.parent.workflow != WorkflowId::kNone) {
    const bool succeeded = instance.outcome == Outcome::kSucceeded;
    ended_children_.push_back(
        {instance.id,
         instance.slot,
         {instance.outcome, succeeded ? ErrorClass::kNone : ErrorClass::kChild,
          succeeded ? instance.output : instance.reason}});
    steps_.push_back({Step::Kind::kChildEnded, instance.parent,
                      static_cast<std::uint32_t>(ended_children_.size() - 1)});
  }
}

void WorkflowService::cancel_all(Instance& instance) {
  instance.cancel_requested = true;
  instance.phase = WorkflowPhase::kRunning;
  mark(instance);
  ++instance.active;  // holds the workflow open until every node was asked
  const NodeResult cancelled{Outcome::kCancelled, ErrorClass::kNone,
                             Payload{"the workflow was cancelled"}};
  for (NodeIndex node = 0; node < instance.nodes.size(); ++node) {
    switch (instance.nodes[node].phase) {
      case NodePhase::kPending:
      case NodePhase::kReady:
        pass_through(instance, node, cancelled);
        break;
      case NodePhase::kRunning: {
        RunningNode run = running(instance, node);
        run.active.cancel_requested = true;
        executors_.find(run.spec)->cancel(run, *this);
        [[fallthrough]];
      }
      case NodePhase::kFinishing:
        if (instance.nodes[node].slot != kNoSlot &&
            active_[instance.nodes[node].slot].children != nullptr) {
          const std::vector<WorkflowId> live = active_[instance.nodes[node].slot].children->live;
          for (const WorkflowId child : live) cancel_child(child);
        }
        break;
      case NodePhase::kFinished:
        break;
    }
  }
  --instance.active;
  end_if_over(instance);
}

void WorkflowService::cancel_child(WorkflowId child) {
  Instance* instance = find_live(child);
  if (instance == nullptr || instance->cancel_requested) return;
  event(EventKind::kWorkflowCancelRequested, child, 0, {});
  cancel_all(*instance);
}

// --- commands
// ---------------------------------------------------------------------------------------------------

namespace {
std::unexpected<Error> not_live(WorkflowId id) {
  return invalid(fmt::format("workflow {} is not running", value_of(id)));
}
}  // namespace

Expected<WorkflowId> WorkflowService::signal(WorkflowId id, const std::string& name,
                                             const Payload& payload, const std::string& key) {
  Instance* instance = lookup(id);
  if (instance == nullptr) return not_live(id);
  auto& keys = instance->signal_keys;
  const auto place = std::ranges::lower_bound(keys, key);
  if (!key.empty() && place != keys.end() && *place == key) return id;
  if (instance->phase == WorkflowPhase::kFinished) return not_live(id);
  constexpr std::size_t kMaxWaitingSignals = 10'000;
  if (instance->signals.size() >= kMaxWaitingSignals) {
    return invalid(fmt::format("workflow {} has {} signals that nothing waits for", value_of(id),
                               kMaxWaitingSignals));
  }
  if (payload.text().size() > settings_.payload_limit)
    return invalid("the signal's payload is too large");
  if (!key.empty()) {
    constexpr std::size_t kMaxSignalKeys = 100'000;
    constexpr std::size_t kMaxSignalKeyBytes = 1024;
    if (key.size() > kMaxSignalKeyBytes)
      return invalid(fmt::format("a signal's key has at most {} bytes", kMaxSignalKeyBytes));
    if (keys.size() >= kMaxSignalKeys) {
      return invalid(
          fmt::format("workflow {} has had {} signals under keys", value_of(id), kMaxSignalKeys));
    }
    keys.insert(place, key);
  }
  event(EventKind::kSignalReceived, id, 0, Payload{name});
  SignalRow row{.workflow = id,
                .number = ++instance->signals_received,
                .name = name,
                .payload = payload,
                .key = key};
  decision_.commit->signals.push_back(row);
  instance->signals.push_back(std::move(row));
  instance->progress_at = now_;
  for (NodeIndex node = 0; node < instance->nodes.size() && !instance->signals.empty(); ++node) {
    if (instance->nodes[node].phase != NodePhase::kRunning) continue;
    RunningNode run = running(*instance, node);
    if (run.spec.kind() == NodeKind::kWait || run.spec.kind() == NodeKind::kCustom) {
      executors_.find(run.spec)->signal_received(run, *this);
    }
  }
  return id;
}

Expected<WorkflowId> WorkflowService::cancel(WorkflowId id) {
  Instance* instance = find_live(id);
  if (instance == nullptr) return not_live(id);
  if (!instance->cancel_requested) {
    event(EventKind::kWorkflowCancelRequested, id, 0, {});
    cancel_all(*instance);
  }
  return id;
}

Expected<WorkflowId> WorkflowService::pause(WorkflowId id) {
  Instance* instance = find_live(id);
  if (instance == nullptr) return not_live(id);
  if (instance->phase == WorkflowPhase::kRunning && !instance->cancel_requested) {
    instance->phase = WorkflowPhase::kPaused;
    mark(*instance);
    event(EventKind::kWorkflowPaused, id, 0, {});
  }
  return id;
}

Expected<WorkflowId> WorkflowService::resume(WorkflowId id) {
  Instance* instance = find_live(id);
  if (instance == nullptr) return not_live(id);
  if (instance->phase == WorkflowPhase::kPaused) {
    instance->phase = WorkflowPhase::kRunning;
    instance->progress_at = now_;
    mark(*instance);
    event(EventKind::kWorkflowResumed, id, 0, {});
    for (NodeIndex node = 0; node < instance->nodes.size(); ++node) {
      const NodeState& state = instance->nodes[node];
      if (state.phase != NodePhase::kReady) continue;
      const bool skip = state.outcome == Outcome::kSkipped;
      steps_.push_back({skip ? Step::Kind::kSkip : Step::Kind::kStart, {id, node}, 0});
    }
  }
  return id;
}

void WorkflowService::revive(Instance& instance) {
  const std::vector<NodeIndex> again = NodeDecider::nodes_to_retry(instance);
  ++instance.run;
  ++live_;
  live_nodes_ += instance.nodes.size();
  instance.phase = WorkflowPhase::kRunning;
  instance.outcome = Outcome::kNone;
  instance.error = ErrorClass::kNone;
  instance.reason = {};
  instance.finished_at = kUnset;
  instance.cancel_requested = instance.timed_out = false;
  instance.blocking = instance.cancelling = 0;
  instance.progress_at = now_;
  instance.deadline = kNever;
  if (const auto timeout = instance.definition->timeout()) {
    instance.deadline = saturating_add(now_, *timeout);
    timers_.push(instance.deadline, TimerKind::kDeadline, {instance.id, kNoNode}, instance.run);
  }
  for (const NodeIndex node : again) {
    NodeState& state = instance.nodes[node];
    if (state.phase != NodePhase::kPending) mark(instance, node);
    if (const auto last = instance.last_attempts.find(node); last != instance.last_attempts.end())
      superseded(std::move(last->second));
    state.phase = NodePhase::kPending;
    state.outcome = Outcome::kNone;
    state.error = ErrorClass::kNone;
    instance.outputs.erase(node);
    instance.reasons.erase(node);
  }
  instance.last_attempts.clear();
  mark(instance);
  event(EventKind::kWorkflowRetried, instance.id, instance.run, {});
  watch_progress(instance);
  NodeDecider::restore(instance, decisions_);
  decide(instance);
  end_if_over(instance);
}

// --- context and monitors
// ---------------------------------------------------------------------------------------

Payload WorkflowService::node_context(const Instance& instance, NodeIndex node) {
  std::string text = fmt::format(R"({{"input":{},"nodes":{{)", instance.input.json());
  const char* separator = "";
  const auto add = [&](NodeIndex other) {
    const auto output = instance.outputs.find(other);
    const auto reason = instance.reasons.find(other);
    const NodeState& state = instance.nodes[other];
    text += separator;
    text += json_string(instance.definition->node_name(other));
    text += fmt::format(
        R"(:{{"outcome":"{}","output":{},"error":{}}})", to_string(state.outcome),
        output == instance.outputs.end() ? std::string_view{"null"} : output->second.json(),
        reason == instance.reasons.end() ? std::string{"null"}
                                         : json_string(reason->second.text()));
    separator = ",";
  };
  if (node == kNoNode) {
    for (NodeIndex other = 0; other < instance.nodes.size(); ++other) add(other);
  } else {
    for (const NodeIndex other : instance.definition->dependencies(node)) add(other);
  }
  text += fmt::format(R"(}},"workflow":{{"id":{},"name":{},"run":{}}}}})", sequence_of(instance.id),
                      json_string(instance.definition->name()), instance.run);
  return Payload{text};
}

Expected<Payload> WorkflowService::workflow_output(const Instance& instance) {
  if (!instance.definition->output()) return Payload{};
  return instance.definition->output()->evaluate(node_context(instance, kNoNode));
}

void WorkflowService::watch_progress(Instance& instance) {
  const Duration limit = settings_.monitors.stuck_after;
  if (limit == Duration::max()) return;
  Instant due = saturating_add(instance.progress_at, limit);
  if (due <= now_) {
    if (instance.phase != WorkflowPhase::kPaused && instance.stuck_since != instance.progress_at) {
      instance.stuck_since = instance.progress_at;
      event(EventKind::kWorkflowStuck, instance.id, (now_ - instance.progress_at).count(), {});
    }
    due = saturating_add(now_, limit);
  }
  timers_.push(due, TimerKind::kProgress, {instance.id, kNoNode}, instance.run);
}

}  // namespace gnomon
