#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.h"
#include "reports/view/node_state.h"
#include "reports/view/run_view.h"

namespace gnomon::reports {

struct DiffOptions {
  enum class Times : std::uint8_t {
    kEach,           ///< every node and every workflow is held against its counterpart
    kDistributions,  ///< only nodes that ran often, as distributions: for runs of different seeds
                     ///< or days
    kIgnored,
  };
  Times times = Times::kEach;
  /// Two durations are equal if they differ by at most the larger of these: a share of the longer,
  /// and a time.
  double relative_tolerance = 0.1;
  Duration absolute_tolerance = 1ms;
  /// A node needs so many runs in each record to be compared as a distribution.
  std::size_t least_samples = 20;
  std::size_t max_examples = 20;  ///< of each kind of difference; all are counted
};

/// A kind of difference: how often it occurs, and the first or largest cases.
template <typename Item>
struct Found {
  std::uint64_t count = 0;
  std::vector<Item> examples;
};

/// Everything in which run B differs from run A. Where a member says "from", it is A's; "to" is
/// B's.
struct Diff {
  struct Side {
    std::string source;
    std::string title;
    std::uint64_t workflows = 0;
    std::uint64_t nodes = 0;
  };
  /// A definition that matched workflows have, and that changed between the runs.
  struct Definition {
    std::string name;
    std::string what;  ///< "node 'x' only in B", "edge 'x' -> 'y' only in A", "node 'x' runs on gpu
                       ///< instead of cpu"
  };
  struct Workflow {
    WorkflowId id{};
    std::string name;
  };
  struct End {
    WorkflowId a{};
    WorkflowId b{};
    std::string name;       ///< of the workflow; of a node: "workflow/node"
    std::string_view from;  ///< see word_of
    std::string_view to;
    bool to_failure = false;
    std::string reason;  ///< why it did not succeed, from whichever side failed
  };
  /// See order.h.
  struct Order {
    enum class Forced : std::uint8_t { kByDependency, kByCapacity };
    Forced forced{};
    WorkflowId a{};  ///< that of the first node
    WorkflowId b{};
    std::string first;  ///< "workflow/node": came first in A
    std::string second;
    std::string runtime;       ///< of kByCapacity
    bool broken_in_a = false;  ///< of kByDependency: A is the one that did not keep it
  };
  struct Time {
    WorkflowId a{};
    WorkflowId b{};
    std::string name;
    Duration from{};
    Duration to{};
  };
  /// A node that ran often.
  struct Shift {
    std::string name;  ///< "workflow/node"
    std::uint64_t count_a = 0;
    std::uint64_t count_b = 0;
    Duration median_a{}, median_b{};
    Duration p95_a{}, p95_b{};
    double distance = 0;  ///< Kolmogorov and Smirnov's: the largest gap between the two
                          ///< distribution functions, 0 to 1
  };

  Side a;
  Side b;
  std::uint64_t matched_workflows = 0;
  std::uint64_t matched_nodes = 0;

  Found<Definition> definitions;
  Found<Workflow> only_a;
  Found<Workflow> only_b;
  Found<End> workflow_ends;
  Found<End> node_ends;
  std::uint64_t forced_pairs = 0;  ///< whose order was compared
  Found<Order> order;
  bool times_compared = true;
  std::uint64_t compared_times = 0;  ///< of nodes
  Found<Time> makespans;
  Found<Time> node_times;
  std::uint64_t compared_distributions = 0;
  Found<Shift> shifts;
  /// Of matched nodes that ran in both: everything they ran, and everything they waited for
  /// workers.
  Duration run_a{}, run_b{};
  Duration queue_a{}, queue_b{};

  /// Whether the runs are the same within tolerance. A program that prints a Diff exits with 0 if
  /// so, else with 1.
  bool equal() const;
};

/// Compares two runs. Linear in their sizes but for sorting: about a second for a million nodes.
Diff diff(const RunView& a, const RunView& b, const DiffOptions& options = {});

}  // namespace gnomon::reports
