#pragma once

#include "engine/workflow/node_executor.h"

/// The kinds of nodes that every shard knows. Article A names the first four; loop, map and
/// condition are what it leaves to the future.

namespace gnomon {

/// Launches a task through the ActionService; fails if it cannot be launched or is reported as
/// failed.
class TaskExecutor : public NodeExecutor {
 public:
  void start(RunningNode node, NodeServices& services) override;
  void recover(RunningNode node, NodeServices& services) override;
  void cancel(RunningNode node, NodeServices& services) override;
  void action_ended(RunningNode node, NodeResult result, NodeServices& services) override;
};

/// Runs a sub-workflow; fails if it cannot be created or does not succeed.
class WorkflowNodeExecutor : public NodeExecutor {
 public:
  void start(RunningNode node, NodeServices& services) override;
  void recover(RunningNode node, NodeServices& services) override;
  void cancel(RunningNode node, NodeServices& services) override;
  void child_ended(RunningNode node, std::uint32_t slot, NodeResult result,
                   NodeServices& services) override;
};

/// Ends at the first of interval, instant and signal.
class WaitExecutor : public NodeExecutor {
 public:
  void start(RunningNode node, NodeServices& services) override;
  void recover(RunningNode node, NodeServices& services) override;
  void timer_fired(RunningNode node, NodeServices& services) override;
  void signal_received(RunningNode node, NodeServices& services) override;
};

/// Succeeds at once, without output.
class PassExecutor : public NodeExecutor {
 public:
  void start(RunningNode node, NodeServices& services) override;
  void recover(RunningNode node, NodeServices& services) override;
};

/// Succeeds at once; its output names the branch that is taken.
class ConditionExecutor : public NodeExecutor {
 public:
  void start(RunningNode node, NodeServices& services) override;
  void recover(RunningNode node, NodeServices& services) override;
};

/// Runs its body one iteration after the other; slot n is iteration n, from 0.
class LoopExecutor : public NodeExecutor {
 public:
  void start(RunningNode node, NodeServices& services) override;
  void recover(RunningNode node, NodeServices& services) override;
  void cancel(RunningNode node, NodeServices& services) override;
  void child_ended(RunningNode node, std::uint32_t slot, NodeResult result,
                   NodeServices& services) override;

 private:
  void iterate(RunningNode node, Payload previous, NodeServices& services);
};

/// Runs its body once for each item; slot n is item n, and the slot after the last item is the
/// reduce workflow.
class MapExecutor : public NodeExecutor {
 public:
  void start(RunningNode node, NodeServices& services) override;
  void recover(RunningNode node, NodeServices& services) override;
  void cancel(RunningNode node, NodeServices& services) override;
  void child_ended(RunningNode node, std::uint32_t slot, NodeResult result,
                   NodeServices& services) override;

 private:
  bool read_items(RunningNode node, NodeServices& services);
  void go_on(RunningNode node, NodeServices& services);
};

}  // namespace gnomon
