#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/row_writer.h"
#include "engine/ports/inbox.h"
#include "engine/ports/store.h"

namespace gnomon::adapters {

/// One shard in one SQLite file (several shards may share a file; they then take turns to write).
/// WAL with synchronous=FULL: a commit is one append to the log and one fsync, and readers never
/// wait. One thread at a time.
class ShardFile {
 public:
  /// Opens the file or makes it; kInvalid if it is some other file, or for
  /// a shard over kMaxShard. `vfs`: "" is SQLite's default.
  static Expected<std::unique_ptr<ShardFile>> open(const std::string& path, ShardId shard,
                                                   const std::string& vfs = {});

  ~ShardFile();
  ShardFile(const ShardFile&) = delete;
  ShardFile& operator=(const ShardFile&) = delete;

  /// Takes the shard over under a new fencing token, so that every other owner's commits fail, and
  /// reads it.
  Expected<StoredShard> take_over();

  /// Makes the commits durable in one transaction, one result each. Those that are not of this
  /// owner's token (kCannotHappen), or do not follow on the last durable one (kDidNotHappen), are
  /// refused by themselves; so when a commit fails, those that were already on their way behind it
  /// fail too, and all can be tried again in order.
  std::vector<Expected<void>> commit(std::span<const Commit* const> commits);

  Expected<std::vector<StoredWorkflow>> read_family(WorkflowId workflow);
  EventsRead read_events(std::uint64_t after, std::uint32_t limit);

 private:
  explicit ShardFile(ShardId shard) : shard_(shard) {}
  Expected<void> prepare();
  std::optional<Error> refuse(const Commit& commit, std::uint64_t follows_on) const;
  Expected<void> write(std::span<const Commit* const> commits);
  Expected<void> check_fence();

  ShardId shard_;
  Database database_;
  std::optional<RowWriter> rows_;
  Statement begin_, commit_, read_fence_, write_next_;
  std::uint64_t fence_ = 0;
  std::uint64_t sequence_ = 0;  ///< of the last durable commit
  std::uint64_t next_workflow_ = 1;
  /// Set for good (until take_over) when the shard is lost, or when it is unknown what became of a
  /// commit.
  std::optional<Error> lost_;
};

}  // namespace gnomon::adapters
