#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/stats/histogram.h"
#include "reports/view/node_state.h"
#include "reports/view/run_view.h"
#include "reports/view/spans.h"

namespace gnomon::reports {

using StateCounts = std::array<std::uint64_t, kNodeStateCount>;

/// What a run comes to: counts, distributions, utilisation, overhead, and where its time went. All
/// durations in nanoseconds; what had not ended when the record did counts until then, but not in
/// makespans.
struct Summary {
  struct OfWorkflow {
    std::string name;
    StateCounts states{};  ///< in kRunning: those that have not ended
    Histogram makespan;    ///< from creation to end
  };
  struct OfRuntime {
    std::string name;
    std::optional<std::uint64_t> slots;
    std::uint64_t attempts = 0;
    std::uint64_t failed = 0;  ///< attempts that did not succeed
    Histogram queue;           ///< handed to the runtime until a worker took it; per attempt
    Histogram run;             ///< on a worker; per attempt
    Int128 busy = 0;           ///< units x nanoseconds
    std::uint64_t peak = 0;    ///< units held at once, at most
    /// busy / (slots x length of the run), if the slots are known
    std::optional<double> utilisation;
  };
  /// A node's time, by what it waited for.
  struct Share {
    Histogram histogram;
    Int128 total = 0;
  };
  struct NodeTime {
    WorkflowId workflow{};
    std::string workflow_name;
    std::string name;
    NodeState state{};
    std::uint32_t attempts = 0;
    std::uint32_t depth = 0;  ///< in the critical path: how many sub-workflows it is inside of
    Spans spans;
  };
  struct Reason {
    std::string text;
    std::uint64_t count = 0;
  };

  std::string source;
  std::string title;
  std::string world;
  std::optional<std::uint64_t> seed;
  std::string digest;
  std::vector<std::string> overrides;  ///< "path=value"
  bool interrupted = false;
  Instant began{};
  Instant ended{};
  StateCounts workflows{};
  StateCounts nodes{};
  std::vector<OfWorkflow> by_workflow;  ///< the most frequent first
  Histogram makespan;                   ///< of workflows that no other started
  std::vector<OfRuntime> by_runtime;    ///< those that had work, as the record lists them

  Share pending;  ///< of all nodes, created until READY: waiting for other nodes
  // Of tasks (a sub-workflow's node has the time of its tasks, which would count twice), READY
  // until FINISHED; those on their way when the run was gone on with are left out, since nobody
  // knows how long nobody ran it:
  Share queue;  ///< waiting for a worker
  Share run;
  Share backoff;  ///< between attempts
  Share engine;   ///< deciding, launching, noticing the end, committing
  /// Engine time over the time from READY to FINISHED, over all of those tasks that ended.
  double overhead = 0;

  /// READY to FINISHED, at most kSlowest; none that only wait for sub-workflows
  std::vector<NodeTime> slowest;
  std::vector<Reason> reasons;      ///< why nodes failed, the most frequent first, at most kReasons
  std::uint64_t other_reasons = 0;  ///< those that are left out
  std::uint64_t of_other_reasons = 0;  ///< nodes that failed for them
  WorkflowId longest = WorkflowId::kNone;
  /// Of the longest workflow, into its sub-workflows (deep_critical_path).
  std::vector<NodeTime> critical_path;
  std::vector<Figure> figures;

  static constexpr std::size_t kSlowest = 10;
  static constexpr std::size_t kReasons = 5;
};

Summary summarise(const RunView& run);

}  // namespace gnomon::reports
