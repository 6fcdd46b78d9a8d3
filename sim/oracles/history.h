#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <vector>

#include "engine/base/ids.h"
#include "engine/model/definition.h"
#include "engine/model/policy.h"
#include "engine/record/rows.h"

namespace gnomon::sim {

/// A node, as the durable events tell it.
struct NodeHistory {
  NodePhase phase = NodePhase::kPending;
  Outcome outcome = Outcome::kNone;
  bool may_restart = false;              ///< RetryWorkflow came after it ended without success
  bool attempt_is_open = false;          ///< launched, and its end has not counted yet
  std::uint32_t attempt = 0;             ///< the latest that was launched
  std::uint32_t attempts_before = 0;     ///< when it last became READY
  Instant launched_at = kUnset;          ///< when the latest attempt was decided
  Instant not_before = kUnset;           ///< the next attempt: when it is due
  ErrorClass error = ErrorClass::kNone;  ///< of the latest attempt that ended
  Instant due_at = kUnset;               ///< not to be woken before; of its row
};

/// A workflow, as the durable events tell it.
struct WorkflowHistory {
  WorkflowId id{};
  DefinitionPtr definition;               ///< null if nobody knows it
  WorkflowId parent = WorkflowId::kNone;  ///< of its row
  bool cancelled = false;                 ///< a cancel was requested in this run of it
  bool over = false;
  Outcome outcome = Outcome::kNone;
  std::uint32_t run = 1;
  std::uint32_t active = 0;  ///< nodes from READY to FINISHING
  std::vector<NodeHistory> nodes;
};

/// Finds the definition that a shard knows under a number.
using FindDefinition = std::function<DefinitionPtr(ShardId, DefinitionId)>;

/// What somebody knows of a run who has read nothing but its durable events, and of rows only what
/// no event tells: whose child a workflow is, when a wait is due, which nodes a retry has reset.
class History {
 public:
  explicit History(FindDefinition find) : find_definition_(std::move(find)) {}

  /// Null: no event has told of it.
  const WorkflowHistory* find(WorkflowId id) const;
  const NodeHistory* find(const NodeRef& node) const;

  std::uint64_t started() const { return workflows_.size(); }
  std::uint64_t live() const { return live_; }
  /// Those that are not over, in the order in which they were created.
  std::vector<const WorkflowHistory*> live_workflows() const;

  void add(const Event& event);
  void add(const NodeRow& row);
  void add(const WorkflowRow& row);

 private:
  NodeHistory* node_of(const Event& event);

  FindDefinition find_definition_;
  std::unordered_map<WorkflowId, WorkflowHistory> workflows_;  // never iterated
  std::vector<WorkflowId> created_;
  std::uint64_t live_ = 0;
};

}  // namespace gnomon::sim
