#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/ids.h"
#include "engine/base/payload.h"
#include "engine/base/time.h"
#include "engine/model/policy.h"
#include "engine/record/rows.h"

namespace gnomon {

/// A runtime has taken the attempt; a worker may still have to be found.
struct LaunchAccepted {
  ActionKey key;
  Instant at{};  ///< the runtime's own word for when it got the request
};
/// A runtime could not take it. `error.kind` tells whether it may have started all the same.
struct LaunchFailed {
  ActionKey key;
  Error error;
};
/// A worker has begun. Optional: runtimes that cannot know do not send it.
struct ActionStarted {
  ActionKey key;
  Instant started_at{};
};
/// The attempt has ended. Comes pushed or as the answer to a poll; may come twice, late, or for an
/// attempt that was given up long ago: the ActionService counts one of them.
struct ActionEnded {
  ActionKey key;
  Outcome outcome = Outcome::kSucceeded;  ///< succeeded, failed or cancelled
  ErrorClass error = ErrorClass::kNone;
  Instant started_at = kUnset;
  Instant ended_at = kUnset;
  Payload result;  ///< on success: JSON; otherwise plain text that says why
};
/// Answer to a poll: still waiting or running, or never heard of.
struct ActionStatus {
  ActionKey key;
  bool known = true;
};

/// Answer to Store::commit, in the order of the commits.
struct CommitDone {
  std::uint64_t sequence = 0;
  Expected<void> result;
  CommitPtr commit;  ///< handed back, so that its memory is used again, on the engine's thread
};

/// A finished workflow, read back for RetryWorkflow, with all that descends from it (parents
/// first).
struct StoredWorkflow {
  DefinitionRow definition;
  WorkflowRow workflow;
  std::vector<NodeRow> nodes;  ///< ascending by node; a node never touched has no row
  std::vector<SignalRow> signals;
};
struct WorkflowFetched {
  std::uint64_t ticket = 0;
  Expected<std::vector<StoredWorkflow>> result;
};

/// Events read back from the store for a subscriber that lags.
struct EventsRead {
  std::uint64_t after = 0;  ///< as asked
  Expected<std::vector<Event>> result;
  std::vector<WorkflowRow> workflows;  ///< those that the events speak of, ascending by id
};

/// Answer to EventSink::deliver.
struct Delivered {
  std::string subscriber;
  std::uint64_t upto = 0;  ///< sequence of the last event of the delivery
  Expected<void> result;
};

using Answer = std::variant<LaunchAccepted, LaunchFailed, ActionStarted, ActionEnded, ActionStatus,
                            CommitDone, WorkflowFetched, EventsRead, Delivered>;

/// Where ports put their answers: values, taken up by the host in the order in which they came,
/// never a call into engine state. Call it on the host's thread only; an adapter with threads of
/// its own goes through its EventLoop.
class Inbox {
 public:
  virtual void post(Answer answer) = 0;

 protected:
  ~Inbox() = default;
};

}  // namespace gnomon
