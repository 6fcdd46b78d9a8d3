#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/payload.h"
#include "engine/base/time.h"
#include "engine/record/event.h"

/// The rows of the run record. A production store has the same tables, so whatever reads a record
/// reads a live store too. docs: RECORD.md. Enumerations of engine/model stand here as their
/// number; the record spells them out.

namespace gnomon {

/// PENDING, READY, RUNNING, FINISHING, FINISHED, strictly in that order. How a node ended is its
/// Outcome.
enum class NodePhase : std::uint8_t { kPending, kReady, kRunning, kFinishing, kFinished };
std::string_view to_string(NodePhase phase);

enum class WorkflowPhase : std::uint8_t { kRunning, kPaused, kFinished };
std::string_view to_string(WorkflowPhase phase);

using DefinitionId = std::uint32_t;

struct DefinitionRow {
  DefinitionId id = 0;  ///< unique in its shard
  std::string name;
  std::string version;
  Payload source;         ///< JSON; see Definition::source
  bool uploaded = false;  ///< non-ephemeral: may be started by name
};

struct WorkflowRow {
  WorkflowId id{};
  DefinitionId definition = 0;
  std::string tenant;
  std::string key;  ///< the client's idempotency key; "" if none was given
  Payload labels;   ///< JSON object of strings
  NodeRef
      parent;  ///< the node that started it; none for a workflow started by a client or a schedule
  std::uint32_t slot = 0;  ///< which of the parent node's children: iteration, item, attachment
  std::uint32_t run = 1;   ///< counts RetryWorkflow
  WorkflowPhase phase{};
  bool cancel_requested = false;
  std::uint8_t outcome = 0;      ///< Outcome
  std::uint8_t error_class = 0;  ///< ErrorClass
  std::int16_t priority = 0;
  Payload input;
  Payload output;
  Payload reason;  ///< plain text: why it did not succeed
  Instant created_at = kUnset;
  Instant finished_at = kUnset;
  Instant deadline = kNever;
};

/// A node as it stands, with the latest attempt at its action. A node without a row is PENDING.
struct NodeRow {
  WorkflowId workflow{};
  NodeIndex node = kNoNode;
  NodePhase phase{};
  std::uint8_t outcome = 0;      ///< Outcome
  std::uint8_t error_class = 0;  ///< ErrorClass
  std::uint16_t runtime =
      0xffff;  ///< of a task: RuntimeIndex; not stored, it follows from the definition
  std::uint32_t attempt = 0;  ///< the latest; 0 if none was launched
  std::uint32_t attempts_before =
      0;  ///< attempts of earlier runs of the workflow, which retry policies leave out
  Instant ready_at = kUnset;
  Instant running_at = kUnset;
  Instant finishing_at = kUnset;
  Instant finished_at = kUnset;
  Instant launched_at = kUnset;  ///< the latest attempt was handed to its runtime
  Instant started_at = kUnset;   ///< a worker took it
  Instant ended_at = kUnset;     ///< the runtime's own word for when it ended
  Instant due_at =
      kUnset;  ///< of a wait: when it ends by itself; of a task between attempts: the next launch
  Payload output;
  Payload reason;  ///< plain text: why it did not succeed
};

/// An attempt that a later one replaced. (The latest one stands in its NodeRow.)
struct AttemptRow {
  ActionKey key;
  std::uint8_t outcome = 0;
  std::uint8_t error_class = 0;
  Instant launched_at = kUnset;
  Instant started_at = kUnset;
  Instant ended_at = kUnset;
  Payload reason;
};

/// A signal that no wait has taken yet; or one that was taken and has a key, which is kept so that
/// the same signal is not taken again.
struct SignalRow {
  WorkflowId workflow{};
  std::uint64_t number = 0;  ///< in the workflow, from 1
  std::string name;
  Payload payload;
  std::string key;       ///< idempotency key of the client, unique in the workflow; "" for none
  bool taken = false;    ///< by a wait, or by the end of the workflow
  bool removed = false;  ///< true: the row is to be deleted
};

struct ScheduleRow {
  std::string name;
  Payload
      definition;  ///< JSON: everything a schedule is (workflow, recurrence, zone, policy, input)
  Instant next_at = kNever;
  Instant last_at = kUnset;
  std::uint64_t fired = 0;
  std::uint64_t missed = 0;
  bool paused = false;
  bool removed = false;  ///< true: the row is to be deleted
};

/// How far a subscriber of EventRouter has got.
struct CursorRow {
  std::string subscriber;
  std::uint64_t delivered = 0;  ///< sequence of the last event it has taken
};

/// What somebody outside asks of a run, as it lies in the record's mailbox.
enum class CommandKind : std::uint8_t {
  kStart,
  kSignal,
  kCancel,
  kPause,
  kResume,
  kRetry,
  kPublish
};
inline constexpr std::size_t kCommandKindCount = 7;
std::string_view to_string(CommandKind kind);

/// A command that another process has put into the mailbox, and what became of it.
struct CommandRow {
  std::uint64_t number = 0;  ///< in the record, from 1, in the order in which they were sent
  CommandKind kind{};
  WorkflowId workflow{};  ///< which it is for; none for a start and a publish
  std::string name;       ///< of the workflow to start, or of the signal
  Payload payload;        ///< input of a start, payload of a signal, event of a publish
  std::string key;        ///< idempotency key of a start or a signal
  std::string tenant;     ///< of a start; and so are the next two
  Payload labels;
  std::int16_t priority = 0;
  Instant sent_at{};
  Instant answered_at = kUnset;
  WorkflowId result{};  ///< the workflow that was started, signalled, ...; none if refused
  std::string error;    ///< why it was refused; "" if it was carried out
};

/// The answer to one command of the mailbox. It stands in the commit that holds what the command
/// did, so that a command takes effect exactly once.
struct AnsweredRow {
  std::uint64_t number = 0;
  Instant at{};
  WorkflowId result{};
  std::string error;
};

/// What one commit changes, with the events that tell of it: all of it becomes durable, or none.
/// Each row stands for the whole row as it is after the batch; rows come at most once in a commit,
/// ordered as they were first touched.
struct Commit {
  ShardId shard = 0;
  std::uint64_t fence = 0;          ///< the owner's fencing token; a store refuses older ones
  std::uint64_t sequence = 0;       ///< counts the shard's commits under this token, from 1
  std::uint64_t next_workflow = 1;  ///< first sequence number that no workflow has
  std::vector<DefinitionRow> definitions;
  std::vector<WorkflowRow> workflows;
  std::vector<NodeRow> nodes;
  std::vector<AttemptRow> attempts;
  std::vector<SignalRow> signals;
  std::vector<ScheduleRow> schedules;
  std::vector<CursorRow> cursors;
  std::vector<AnsweredRow> answered;
  std::vector<Event> events;

  bool empty() const;
  void clear();  ///< keeps the capacity
};

/// How a commit travels: from the shard to its store and back, so that its memory is used again.
using CommitPtr = std::unique_ptr<Commit>;

}  // namespace gnomon
