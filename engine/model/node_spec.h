#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/payload.h"
#include "engine/base/time.h"
#include "engine/expressions/expression.h"
#include "engine/model/policy.h"

namespace gnomon {

class Definition;
using DefinitionPtr = std::shared_ptr<const Definition>;

/// Work for a runtime, reached through the ActionService.
struct TaskSpec {
  std::string runtime;  ///< the pool or adapter that runs it: "gpu", "process"
  std::string action;   ///< what to run, in the runtime's own words: "train"
  Payload params;       ///< constant parameters for the runtime: argv, image, url
  std::uint32_t units =
      1;  ///< slots held at once while it runs (gang allocation: 8 GPUs, all or none)
  std::optional<Expression> units_expression;  ///< instead: over {"input": the node's input}

  static constexpr std::uint32_t kMaxUnits = 1'000'000;
  /// The units that it holds with this input: 1 to kMaxUnits.
  Expected<std::uint32_t> units_for(const Payload& input) const;
};

/// A workflow by name (the newest version unless one is given), or defined in place.
struct WorkflowTarget {
  std::string name;
  std::string version;
  DefinitionPtr definition;  ///< set: defined in place, and name and version are its own
};

/// Runs another workflow with the node's input as its input; its output is the node's.
struct SubworkflowSpec {
  WorkflowTarget workflow;
};

/// Ends at the first of: the interval has passed, the instant has come, the signal has arrived. The
/// output is the signal's payload, or null. With none of them given, the definition is invalid.
struct WaitSpec {
  std::optional<Duration> interval;
  std::optional<Instant> until;
  std::optional<Expression> until_expression;  ///< seconds since 1970 in UTC, as a number
  std::string signal;                          ///< "" waits for no signal
};

/// Succeeds at once, without output. Fans out and joins.
struct PassSpec {};

/// Chooses among the nodes that follow it: the first case whose `when` holds names those that may
/// run; without one, `otherwise`. Dependents that are named by another case, or only by
/// `otherwise`, are skipped.
struct ConditionSpec {
  struct Case {
    Expression when;
    std::vector<std::string> then;
  };
  std::vector<Case> cases;
  std::vector<std::string> otherwise;
};

/// Runs `body` again and again, one after the other, the output of one iteration being the input of
/// the next. Before each iteration, the first included, `while_expression` is asked over {"input":
/// the node's, "iteration": how many are over, "output": the last one's}; at most `max_iterations`
/// are run. The last output is the node's.
struct LoopSpec {
  WorkflowTarget body;
  std::optional<Expression> while_expression;  ///< absent: always max_iterations
  std::uint32_t max_iterations = 1;
};

/// Runs `body` once for each element of the list that `items` gives, at most `concurrency` at a
/// time (0: no limit). The node's output is the list of their outputs, in the order of the items;
/// with `reduce`, that list is the input of one more workflow, whose output is the node's
/// (map-reduce). Fails when more than `tolerated_failures` fail.
struct MapSpec {
  Expression items;
  WorkflowTarget body;
  std::uint32_t concurrency = 0;
  std::uint32_t tolerated_failures = 0;
  std::optional<WorkflowTarget> reduce;
};

/// A kind of node that the core does not know; a NodeExecutor registered under `kind` runs it.
struct CustomSpec {
  std::string kind;
  Payload params;
};

/// Order matters: NodeKind is the index.
using NodeWork = std::variant<TaskSpec, SubworkflowSpec, WaitSpec, PassSpec, ConditionSpec,
                              LoopSpec, MapSpec, CustomSpec>;
enum class NodeKind : std::uint8_t {
  kTask,
  kSubworkflow,
  kWait,
  kPass,
  kCondition,
  kLoop,
  kMap,
  kCustom
};
inline constexpr std::size_t kNodeKindCount = 8;
std::string_view to_string(NodeKind kind);

/// Everything about a node but its name and its edges; nodes that are alike share one.
///
/// Expressions are jq over {"input": the workflow's input, "nodes": {name: {"outcome", "output",
/// "error"} for each direct dependency}, "workflow": {"id", "name", "run"}}.
struct NodeSpec {
  NodeWork work = PassSpec{};
  std::optional<Expression> when;    ///< false or null: the node is skipped
  std::optional<Expression> input;   ///< absent: null
  std::optional<Expression> output;  ///< over {"input": the node's input, "result": what the work
                                     ///< gave}; absent: the result
  FailurePolicy on_failure = FailurePolicy::kBlockDependents;
  std::optional<RetryPolicy> retry;  ///< absent: the tenant's
  std::optional<Duration> timeout;   ///< of one attempt; absent: the tenant's
  std::int16_t priority = 0;  ///< added to the workflow's; higher runs first where runtimes queue

  NodeKind kind() const { return static_cast<NodeKind>(work.index()); }
};

}  // namespace gnomon
