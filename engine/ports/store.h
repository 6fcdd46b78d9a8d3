#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/error.h"
#include "engine/ports/inbox.h"
#include "engine/record/rows.h"

namespace gnomon {

/// A shard as it was last made durable: what is needed to go on.
struct StoredShard {
  std::uint64_t fence = 0;  ///< the new owner's token: higher than any before
  std::uint64_t next_workflow = 1;
  std::uint64_t last_event = 0;  ///< sequence of the last durable event
  std::vector<DefinitionRow> definitions;
  /// Every workflow that is not FINISHED, and the FINISHED children of such (a map goes on where it
  /// was), ascending by id. `definition` is left empty but for its id.
  std::vector<StoredWorkflow> live;
  std::vector<ScheduleRow> schedules;
  std::vector<CursorRow> cursors;
  /// Idempotency keys of FINISHED workflows (the newest kMaxKeys of them), so that a start that is
  /// asked for again long after a crash still gives the workflow it gave first.
  std::vector<std::pair<std::string, WorkflowId>> keys;
  static constexpr std::size_t kMaxKeys = 1'000'000;
};

/// Durable memory of shards. One Store object serves one shard.
///
/// Always holds: a commit is applied whole or not at all, and after every commit whose CommitDone
/// came before it; after open(), commits under an older token fail with kCannotHappen; CommitDone
/// with success means that the commit survives a crash of the machine; a commit that answers a
/// command of the mailbox which has its answer, or is not there, fails whole. An error of kind
/// kMayHaveHappened leaves the host only one way: open the shard again.
class Store {
 public:
  virtual ~Store() = default;
  /// Takes the shard over (a new fencing token) and reads it. Waits for the answer: called once at
  /// start, and after a crash.
  virtual Expected<StoredShard> open() = 0;
  /// Answered by CommitDone. May be called again before the answer has come; order is kept.
  virtual void commit(CommitPtr commit) = 0;
  /// Reads back a workflow and its descendants; answered by WorkflowFetched.
  virtual void fetch(WorkflowId workflow, std::uint64_t ticket) = 0;
  /// Reads at most `limit` events after number `after`; answered by EventsRead.
  virtual void read_events(std::uint64_t after, std::uint32_t limit) = 0;
};

}  // namespace gnomon
