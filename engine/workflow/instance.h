#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/actions/action_service.h"
#include "engine/base/ids.h"
#include "engine/base/payload.h"
#include "engine/base/time.h"
#include "engine/model/definition.h"
#include "engine/record/rows.h"

namespace gnomon {

inline constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};

/// Slots of a node's children count from 0; those of attached sub-workflows from here.
inline constexpr std::uint32_t kFirstAttachment = 0x8000'0000;

/// All that a node is while it waits, and once it is over: 16 bytes. What is needed only in between
/// stands in its ActiveNode.
struct NodeState {
  std::uint32_t waiting_for = 0;  ///< dependencies that have not let it pass yet
  std::uint32_t attempt =
      0;  ///< the latest of earlier runs, and once it is over; in between see Action
  std::uint32_t slot = kNoSlot;  ///< its ActiveNode, from READY until its last row is collected
  NodePhase phase = NodePhase::kPending;
  Outcome outcome = Outcome::kNone;
  ErrorClass error = ErrorClass::kNone;
  bool reached : 1 = false;  ///< a dependency ran and led here
  bool vetoed : 1 = false;   ///< a condition chose other nodes
  bool dirty : 1 = false;    ///< its row is to be collected
};
static_assert(sizeof(NodeState) == 16);

/// Sub-workflows that a node has started: iterations of a loop, items of a map, attachments.
struct ChildSet {
  std::vector<Payload> items;    ///< of a map: the inputs still to be given out are items[next...]
  std::vector<Payload> outputs;  ///< by slot
  std::vector<WorkflowId> live;  ///< ascending; running or paused
  std::uint32_t next = 0;        ///< slot of the next child
  std::uint32_t failed = 0;
  std::uint32_t attached = 0;  ///< attachments that still run
  bool attachment_failed = false;
  bool reducing = false;  ///< of a map: the reduce workflow runs
};

/// What a node needs between READY and the collection of its last row. Slots are reused.
struct ActiveNode {
  NodeRef ref;
  Instant ready_at = kUnset;
  Instant running_at = kUnset;
  Instant finishing_at = kUnset;
  Instant finished_at = kUnset;
  Action action;            ///< of a task
  Instant due_at = kUnset;  ///< of a wait: when it ends by itself
  Payload input;
  Payload output;
  Payload reason;
  std::unique_ptr<ChildSet> children;
  std::uint32_t timer = 0;  ///< names the one timer of the node that is not outdated; 0: none
  bool has_timer = false;
  bool cancel_requested = false;
};

/// One run of a workflow: arrays indexed by node number beside what the workflow itself is.
///
/// Always holds: `active` counts the nodes from READY to FINISHING; a workflow that is not paused
/// and has none of them is over, because every node whose dependencies let it pass has left PENDING
/// in the same input.
struct Instance {
  WorkflowId id{};
  DefinitionPtr definition;
  DefinitionId definition_id = 0;
  std::uint64_t entity = 0;  ///< see Launch::entity
  std::uint32_t tenant = 0;  ///< index into the shard's tenants
  WorkflowPhase phase = WorkflowPhase::kRunning;
  Outcome outcome = Outcome::kNone;
  ErrorClass error = ErrorClass::kNone;
  bool cancel_requested = false;
  bool timed_out = false;
  bool dirty = false;
  std::int16_t priority = 0;
  std::uint32_t run = 1;
  NodeIndex active = 0;
  NodeIndex blocking = 0;    ///< nodes that failed under BlockDependents
  NodeIndex cancelling = 0;  ///< nodes that failed under CancelDependents
  Instant created_at = kUnset;
  Instant finished_at = kUnset;
  Instant deadline = kNever;
  Instant progress_at = kUnset;  ///< something last happened to it
  Instant stuck_since = kUnset;  ///< the progress_at of which workflow_stuck has told
  Payload input;
  Payload output;
  Payload reason;
  Payload labels;
  std::string key;
  NodeRef parent;
  std::uint32_t slot = 0;
  std::uint64_t signals_received = 0;
  std::vector<NodeState> nodes;
  std::unordered_map<NodeIndex, Payload>
      outputs;  ///< of FINISHED nodes that gave one; never iterated
  std::unordered_map<NodeIndex, Payload>
      reasons;                           ///< of FINISHED nodes that did not succeed; never iterated
  std::vector<SignalRow> signals;        ///< received, not taken by a wait yet
  std::vector<std::string> signal_keys;  ///< of all signals ever received under one, ascending
  std::vector<WorkflowId>
      dormant;  ///< after RetryWorkflow: children of earlier runs, until they are taken up
  /// After RetryWorkflow: the latest attempts of nodes that did not succeed, until those are reset.
  std::map<NodeIndex, AttemptRow> last_attempts;
};

/// The name under which random draws know a workflow: what its key says, or which child of which
/// workflow it is; and only of a workflow without either, its id.
std::uint64_t entity_of(const Instance& instance, std::uint64_t parent_entity);

}  // namespace gnomon
