#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/workflow/instance.h"

namespace gnomon {

/// How the work of a node ended: on success `value` is its result (JSON), otherwise a plain text
/// that says why.
struct NodeResult {
  Outcome outcome = Outcome::kSucceeded;
  ErrorClass error = ErrorClass::kNone;
  Payload value;
};

/// A node from READY to FINISHING, as its executor sees it.
struct RunningNode {
  Instance& instance;
  ActiveNode& active;
  const NodeSpec& spec;
  NodeRef ref() const { return active.ref; }
};

/// What executors may ask of the shard. Nothing here takes effect outside before the present input
/// is durable.
class NodeServices {
 public:
  virtual Instant now() const = 0;
  /// Hands the task to the ActionService, which answers through NodeExecutor::action_ended once
  /// attempts and retries are over.
  virtual void launch_action(RunningNode node) = 0;
  virtual void cancel_action(RunningNode node) = 0;
  /// NodeExecutor::timer_fired comes at `at`, also after a crash; one timer a node.
  virtual void wake_at(RunningNode node, Instant at) = 0;
  /// Starts a workflow whose parent is this node. It lives in the same shard. After RetryWorkflow,
  /// the child that the slot had in an earlier run is taken up instead: revived if it did not
  /// succeed, or reported again as it ended.
  virtual Expected<WorkflowId> start_child(RunningNode parent, std::uint32_t slot,
                                           const WorkflowTarget& target, Payload input) = 0;
  virtual void cancel_child(WorkflowId child) = 0;
  /// Takes the oldest signal of that name which the workflow has received.
  virtual bool take_signal(RunningNode node, std::string_view name, Payload& payload) = 0;
  /// Evaluates over the node's context (see NodeSpec) with "input" being the workflow's.
  virtual Expected<Payload> evaluate(RunningNode node, const Expression& expression) = 0;
  /// RUNNING is over. Called exactly once a node and run.
  virtual void finish(RunningNode node, NodeResult result) = 0;

 protected:
  ~NodeServices() = default;
};

/// Does what is particular to one kind of node, between RUNNING and FINISHING (article A,
/// "NodeExecutor"). Has no state of its own: all of it is in the instance, so that it survives a
/// crash.
///
/// A new kind is a class of its own, registered under its name in NodeExecutors; the core does not
/// change.
class NodeExecutor {
 public:
  virtual ~NodeExecutor() = default;
  /// The node has become RUNNING; its input is in `active.input`. May finish it at once.
  virtual void start(RunningNode node, NodeServices& services) = 0;
  /// The node was RUNNING when the host crashed: take up again what was under way. `active` holds
  /// what its row held, and ChildSet the children there are.
  virtual void recover(RunningNode node, NodeServices& services) = 0;
  /// The workflow was cancelled: bring the node to its end. The default: at once, as cancelled.
  virtual void cancel(RunningNode node, NodeServices& services);
  virtual void action_ended(RunningNode node, NodeResult result, NodeServices& services);
  virtual void timer_fired(RunningNode node, NodeServices& services);
  virtual void signal_received(RunningNode node, NodeServices& services);
  /// A child of that slot has ended. It is no more among ChildSet::live.
  virtual void child_ended(RunningNode node, std::uint32_t slot, NodeResult result,
                           NodeServices& services);
};

/// All kinds of nodes that a shard can run.
class NodeExecutors {
 public:
  /// The kinds of NodeKind.
  NodeExecutors();
  /// Adds a kind for CustomSpec::kind. The name must be new.
  void add(std::string kind, std::unique_ptr<NodeExecutor> executor);
  /// Null for a custom kind that was not added.
  NodeExecutor* find(const NodeSpec& spec) const;

 private:
  std::vector<std::unique_ptr<NodeExecutor>> core_;
  std::vector<std::pair<std::string, std::unique_ptr<NodeExecutor>>> custom_;
};

}  // namespace gnomon
