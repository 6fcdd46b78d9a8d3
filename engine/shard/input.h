#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "engine/events/route.h"
#include "engine/model/definition.h"
#include "engine/ports/inbox.h"
#include "engine/timers/schedule.h"

namespace gnomon {

/// Names a client's request until it is answered by a Reply. 0: no answer is wanted.
///
/// Tickets with the highest bit set name commands of the world's mailbox (CommandRow) by their
/// number: what answers them is committed with what they did (Commit::answered).
using Ticket = std::uint64_t;
inline constexpr Ticket kMailboxTicket = Ticket{1} << 63;
constexpr bool is_from_mailbox(Ticket ticket) {
  return (ticket & kMailboxTicket) != 0;
}

/// Uploads a definition that can be started by name, again and again (non-ephemeral). The same
/// content under the same name and version is accepted again; another content is refused.
struct UploadDefinition {
  Ticket ticket = 0;
  DefinitionPtr definition;
};

/// Creates an instance and starts it. Asked for again under the same key, it changes nothing and
/// gives the first answer again.
struct StartWorkflow {
  Ticket ticket = 0;
  WorkflowTarget workflow;  ///< uploaded, by name; or a definition for this one run (ephemeral)
  std::string key;          ///< idempotency key of the client; "" for none
  std::string tenant;       ///< "" is the default tenant
  Payload labels;
  Payload input;
  std::int16_t priority = 0;
};

/// Asked for again under the same key, it changes nothing and is answered as the first time, also
/// after a crash, RetryWorkflow, and the end of the workflow. Every other signal is refused by a
/// workflow that is over.
struct SignalWorkflow {
  Ticket ticket = 0;
  WorkflowId workflow{};
  std::string name;
  Payload payload;
  std::string key;  ///< idempotency key of the client, unique in the workflow; "" for none
};

/// Ends a workflow: nothing new starts, what runs is asked to end, sub-workflows included.
struct CancelWorkflow {
  Ticket ticket = 0;
  WorkflowId workflow{};
};

/// Lets running nodes end and starts no further ones until ResumeWorkflow. Timers go on.
struct PauseWorkflow {
  Ticket ticket = 0;
  WorkflowId workflow{};
};
struct ResumeWorkflow {
  Ticket ticket = 0;
  WorkflowId workflow{};
};

/// Revives a workflow that ended without success: what did not succeed runs again, what did never
/// does. Asked for again under the same run, it changes nothing and is answered as the first time.
struct RetryWorkflow {
  Ticket ticket = 0;
  WorkflowId workflow{};
  std::uint32_t run = 0;  ///< idempotency key: nothing happens if WorkflowRow::run is more; 0: none
};

/// A running node creates a sub-workflow and attaches it to itself as parent: the node ends only
/// when it has ended, and fails if it does not succeed. Under one `key` (unique in the node) it
/// happens once.
struct AttachWorkflow {
  Ticket ticket = 0;
  NodeRef parent;
  WorkflowTarget workflow;
  std::string key;
  Payload input;
};

/// Sets a schedule of the TimerService, or replaces the one of that name.
struct PutSchedule {
  Ticket ticket = 0;
  Schedule schedule;
};
struct RemoveSchedule {
  Ticket ticket = 0;
  std::string name;
};
struct PauseSchedule {
  Ticket ticket = 0;
  std::string name;
  bool paused = true;
};
/// Runs a schedule for every instant of [from, to) at which it would have fired.
struct BackfillSchedule {
  Ticket ticket = 0;
  std::string name;
  Instant from{};
  Instant to{};
};

/// An event from outside, for EventRouter's routes: a file that has come, a row that has changed.
///
/// A publisher that has a name numbers its events, and each of them is taken in once, in their
/// order: one that comes again changes nothing, and one whose predecessor has not come is refused
/// (kDidNotHappen), to be sent again after it. An event that is no CloudEvent is refused for good
/// and counts as taken.
struct PublishEvent {
  Ticket ticket = 0;
  Payload event;             ///< CloudEvents 1.0 JSON
  std::string publisher;     ///< "" for none: then the event is taken in however often it comes
  std::uint64_t number = 0;  ///< among the publisher's, from 0
};

/// What a route of another shard asks of workflows in this one. It comes until it is answered, and
/// has its effect once: the cursor, "from/<shard>/<route>", is this shard's own.
struct RoutedFromShard {
  Ticket ticket = 0;
  ShardId to = 0;
  RoutedCommands routed;
};

/// A request that can be read but not carried out, so that it is answered like any other.
struct RefuseCommand {
  Ticket ticket = 0;
  std::string reason;
};

/// From the gateway, which alone sees all shards: this one carries so much, in percent of their
/// mean.
struct NoteHotShard {
  std::uint64_t percent = 0;
};

using Command = std::variant<UploadDefinition, StartWorkflow, SignalWorkflow, CancelWorkflow,
                             PauseWorkflow, ResumeWorkflow, RetryWorkflow, AttachWorkflow,
                             PutSchedule, RemoveSchedule, PauseSchedule, BackfillSchedule,
                             PublishEvent, RoutedFromShard, RefuseCommand, NoteHotShard>;

inline Ticket ticket_of(const Command& command) {
  return std::visit(
      [](const auto& each) -> Ticket {
        if constexpr (requires { each.ticket; }) {
          return each.ticket;
        } else {
          return 0;
        }
      },
      command);
}

/// What reaches a shard: a client's command, a port's answer, or what EventRouter asks for. (Timers
/// that are due are looked up by the shard itself, in apply_timers.)
using Input = std::variant<Command, Answer, RoutedCommands>;

/// Answer to a command; goes out when what was decided is durable. An error of kind kDidNotHappen
/// asks for the same command again, and is no answer to one of the mailbox, which stays open.
struct Reply {
  Ticket ticket = 0;
  Expected<WorkflowId> result;  ///< kNone where the command names no workflow
};

}  // namespace gnomon
