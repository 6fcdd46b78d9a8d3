#pragma once

#include <vector>

#include "engine/workflow/instance.h"

namespace gnomon {

/// What is to become of a node that nothing holds back any more.
enum class Verdict : std::uint8_t { kRun, kSkip };

/// Decides which nodes may go on, from the state of an instance and its definition, and nothing
/// else (article A, "NodeDecider"): it keeps no state, so deciding twice changes nothing, and it
/// never leaves its instance.
class NodeDecider {
 public:
  /// A node that is to be started, skipped or cancelled.
  struct Decision {
    NodeIndex node;
    Verdict verdict;
  };

  /// Whether dependents of `node`, which is FINISHED, may go on as far as it is concerned.
  static bool lets_pass(const Instance& instance, NodeIndex node);

  /// Notes that `node` is FINISHED and appends what follows from it, in ascending order of nodes.
  static void unlock(Instance& instance, NodeIndex node, std::vector<Decision>& decisions);

  /// All nodes that depend on `node`, directly or not, and are still PENDING; in ascending order.
  /// What CancelDependents cancels.
  static std::vector<NodeIndex> pending_descendants(const Instance& instance, NodeIndex node);

  /// Computes waiting_for, reached and vetoed of every PENDING node from the states of the others,
  /// as after a recovery or RetryWorkflow, and appends the nodes that nothing holds back.
  static void restore(Instance& instance, std::vector<Decision>& decisions);

  /// RetryWorkflow's choice, ascending: nodes to be PENDING again. Never one that succeeded, nor a
  /// failure that ContinueProcessing has passed over; skipped nodes only where they follow one that
  /// runs again.
  static std::vector<NodeIndex> nodes_to_retry(const Instance& instance);

  /// How the workflow ends, now that nothing is left to run.
  static Outcome workflow_outcome(const Instance& instance);

 private:
  static bool chosen(const Instance& instance, NodeIndex condition, NodeIndex dependent);
};

}  // namespace gnomon
