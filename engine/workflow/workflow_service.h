#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/actions/action_service.h"
#include "engine/ports/effect.h"
#include "engine/ports/store.h"
#include "engine/timers/timer_queue.h"
#include "engine/workflow/catalog.h"
#include "engine/workflow/instance.h"
#include "engine/workflow/node_decider.h"
#include "engine/workflow/node_executor.h"

namespace gnomon {

/// Alarms on what users wait for (article A: "monitoring delay between node transitions, stuck
/// workflow detection").
struct MonitorSettings {
  /// A node that starts later than this after the end of the action that unlocked it raises
  /// node_delayed.
  Duration node_delay = Duration::max();
  /// A workflow to which nothing has happened for so long raises workflow_stuck, once until
  /// something happens.
  Duration stuck_after = Duration::max();
};

struct WorkflowSettings {
  ShardId shard = 0;
  KeyedRandom random;
  std::vector<Tenant>
      tenants;  ///< the first is the default tenant; what others leave open is as it has it
  std::vector<RuntimeEntry> runtimes;
  ActionSettings actions;
  MonitorSettings monitors;
  std::size_t payload_limit = 1 << 20;  ///< bytes of one input, output or signal
};

/// What one batch of inputs decided.
struct Decision {
  CommitPtr commit = std::make_unique<Commit>();  ///< never null
  std::vector<RuntimeCall> calls;                 ///< carried out once the commit is durable

  void clear() {
    commit->clear();
    calls.clear();
  }
};

/// A request to start a workflow, by a client, a schedule or a route.
struct StartRequest {
  WorkflowTarget workflow;
  std::string key;
  std::string tenant;
  Payload labels;
  Payload input;
  std::int16_t priority = 0;
};

/// Keeps the workflows of one shard, their state and the events in them, and determines what is
/// next (article A, "MWFS"). Called by the shard for one input after the other: begin(now), any of
/// the calls, settle(), and at the end of the batch collect().
///
/// Always holds: every call may be repeated without further effect; a node moves through its phases
/// in order and one at a time; `decision` holds all that changed, so that a store which applies it
/// is in the same state.
class WorkflowService final : private NodeServices, private ActionOutbox {
 public:
  WorkflowService(WorkflowSettings settings, const NodeExecutors& executors, TimerQueue& timers,
                  Decision& decision);
  WorkflowService(const WorkflowService&) = delete;
  WorkflowService& operator=(const WorkflowService&) = delete;

  /// Sets the time of the input to come. `cause_at` is when the world says it happened (kUnset: not
  /// known).
  void begin(Instant now, Instant cause_at);
  Instant now_of_input() const { return now_; }
  /// Carries through what follows from the calls so far, until nothing does.
  void settle();
  /// Moves the rows of all that changed since the last time into decision.commit, and forgets what
  /// is over.
  void collect();

  // Clients' commands.
  Expected<WorkflowId> upload(const DefinitionPtr& definition);
  Expected<WorkflowId> start(const StartRequest& request);
  /// Under a key that this workflow has had a signal under, nothing happens. A workflow that is
  /// over or retried still knows its keys, as long as it is in memory.
  Expected<WorkflowId> signal(WorkflowId id, const std::string& name, const Payload& payload,
                              const std::string& key = {});
  Expected<WorkflowId> cancel(WorkflowId id);
  Expected<WorkflowId> pause(WorkflowId id);
  Expected<WorkflowId> resume(WorkflowId id);
  Expected<WorkflowId> attach(NodeRef parent, const WorkflowTarget& target, const std::string& key,
                              const Payload& input);
  /// RetryWorkflow. `stored` is what Store::fetch gave for it: the workflow and its descendants. If
  /// it has had more runs than `run` (0: whatever it has had), nothing happens.
  Expected<WorkflowId> retry(WorkflowId id, const std::vector<StoredWorkflow>& stored,
                             std::uint32_t run = 0);

  // Answers of runtimes, and timers.
  void answer(const LaunchAccepted& answer);
  void answer(const LaunchFailed& answer);
  void answer(const ActionStarted& answer);
  void answer(const ActionEnded& answer);
  void answer(const ActionStatus& answer);
  void timer_fired(const Timer& timer);

  /// Rebuilds everything from what was durable; afterwards settle() and collect() give what is to
  /// be issued again.
  Expected<void> restore(Instant now, const StoredShard& stored, const DefinitionDecoder& decode);

  /// Writes an event that belongs to no node.
  void event(EventKind kind, WorkflowId workflow, std::int64_t detail, Payload text,
             Outcome outcome = Outcome::kNone, ErrorClass error = ErrorClass::kNone);

  const Instance* find(WorkflowId id) const;
  /// Every idempotency key that was taken, in ascending order.
  std::vector<std::string> known_keys() const;
  const Catalog& catalog() const { return catalog_; }
  const std::vector<Tenant>& tenants() const { return settings_.tenants; }
  std::uint64_t live_workflows() const { return live_; }
  std::uint64_t live_nodes() const { return live_nodes_; }
  /// Bytes held for one node of an instance, for the planner and the benchmarks.
  static constexpr std::size_t kBytesPerPendingNode = sizeof(NodeState);

 private:
  /// Something that follows from what was decided; done one after the other, so that long chains
  /// need no stack.
  struct Step {
    enum class Kind : std::uint8_t { kStart, kSkip, kChildEnded } kind;
    NodeRef ref;
    std::uint32_t child = 0;  ///< of kChildEnded: index into ended_children_
  };
  struct EndedChild {
    WorkflowId id{};
    std::uint32_t slot = 0;
    NodeResult result;
  };

  // NodeServices
  Instant now() const override { return now_; }
  void launch_action(RunningNode node) override;
  void cancel_action(RunningNode node) override;
  void wake_at(RunningNode node, Instant at) override;
  Expected<WorkflowId> start_child(RunningNode parent, std::uint32_t slot,
                                   const WorkflowTarget& target, Payload input) override;
  void cancel_child(WorkflowId child) override;
  bool take_signal(RunningNode node, std::string_view name, Payload& payload) override;
  void drop_signal(SignalRow signal);
  Expected<Payload> evaluate(RunningNode node, const Expression& expression) override;
  void finish(RunningNode node, NodeResult result) override;

  // ActionOutbox
  void launch(RuntimeIndex runtime, Launch launch) override;
  void poll(RuntimeIndex runtime, const ActionKey& key) override;
  void cancel(RuntimeIndex runtime, const ActionKey& key) override;
  void set_timer(NodeRef node, Instant at) override;
  void event(NodeRef node, EventKind kind, const Action& action, std::int64_t detail,
             const Payload& text) override;
  void superseded(AttemptRow attempt) override;

  // node_life.cc
  void make_ready(Instance& instance, NodeIndex node, Verdict verdict);
  void start_node(Instance& instance, NodeIndex node);
  void pass_through(Instance& instance, NodeIndex node, NodeResult result);
  void complete(Instance& instance, NodeIndex node);
  void apply_failure_policy(Instance& instance, NodeIndex node);
  void decide(Instance& instance);
  void child_ended(NodeRef parent, EndedChild child);
  void node_event(EventKind kind, const Instance& instance, NodeIndex node,
                  const Payload& text = {});
  void mark(Instance& instance, NodeIndex node);
  ActiveNode& activate(Instance& instance, NodeIndex node);
  RunningNode running(Instance& instance, NodeIndex node);
  ActionRef action_ref(RunningNode node);
  void action_over(RunningNode node, std::optional<ActionResult> result);

  // workflow_life.cc
  Instance& create(DefinitionId definition, std::uint32_t tenant);
  void open(Instance& instance);
  void end_if_over(Instance& instance);
  void cancel_all(Instance& instance);
  void revive(Instance& instance);
  void mark(Instance& instance);
  Instance* find_live(WorkflowId id);
  Instance* lookup(WorkflowId id);
  Expected<std::uint32_t> tenant_index(std::string_view name) const;
  void watch_progress(Instance& instance);
  bool wanted(const Timer& timer);
  Payload node_context(const Instance& instance, NodeIndex node);
  Expected<Payload> workflow_output(const Instance& instance);

  // workflow_recovery.cc
  Expected<Instance*> load(const StoredWorkflow& stored);
  void adopt_child(const Instance& child);
  void resume_nodes(Instance& instance);

  WorkflowSettings settings_;
  const NodeExecutors& executors_;
  TimerQueue& timers_;
  Decision& decision_;
  ActionService actions_;
  Catalog catalog_;

  Instant now_{};
  Instant cause_at_ = kUnset;
  std::uint64_t next_workflow_ = 1;
  std::uint64_t last_event_ = 0;
  std::uint32_t last_timer_ =
      0;  ///< no two timers of nodes are named alike, whatever slot they had
  std::uint64_t live_ = 0;
  std::uint64_t live_nodes_ = 0;

  std::unordered_map<WorkflowId, std::unique_ptr<Instance>> instances_;  // never iterated
  Instance* latest_ = nullptr;                                           // the last one looked up
  std::unordered_map<std::string, WorkflowId> keys_;                     // never iterated
  std::map<std::pair<NodeRef, std::uint32_t>, WorkflowId> dormant_;
  std::deque<ActiveNode> active_;  // addresses stay
  std::vector<std::uint32_t> free_slots_;

  std::deque<Step> steps_;
  std::vector<EndedChild> ended_children_;
  std::vector<NodeDecider::Decision> decisions_;
  std::vector<NodeRef> dirty_nodes_;
  std::vector<WorkflowId> dirty_workflows_;
};

}  // namespace gnomon
