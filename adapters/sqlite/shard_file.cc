#include "adapters/sqlite/shard_file.h"

#include <fmt/format.h>

#include "adapters/sqlite/event_batch.h"
#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/shard_reader.h"

namespace gnomon::adapters {
namespace {

// 16 MB of log between checkpoints: enough that a page which is written again and again is copied
// back once, short enough that a checkpoint delays a commit by a few milliseconds only.
constexpr const char* kSettings = R"sql(
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 4000;
PRAGMA journal_size_limit = 67108864;
PRAGMA cache_size = -65536;
PRAGMA temp_store = MEMORY;
PRAGMA trusted_schema = OFF;
)sql";
constexpr int kBusyTimeoutMs = 10'000;

Expected<void> use_log(Database& database) {
  auto mode = database.prepare("PRAGMA journal_mode = WAL");
  if (!mode) return std::unexpected(mode.error());
  const auto row = mode->step();
  if (!row) return std::unexpected(row.error());
  if (!*row || mode->text(0) != "wal") {
    return fail(ErrorKind::kCannotHappen, "this file system does not allow a write-ahead log");
  }
  return {};
}

}  // namespace

Expected<std::unique_ptr<ShardFile>> ShardFile::open(const std::string& path, ShardId shard,
                                                     const std::string& vfs) {
  if (shard > kMaxShard) {
    return invalid(fmt::format("{}: shard {}; the last is {}", path, shard, kMaxShard));
  }
  auto database = Database::open(path, {.vfs = vfs, .busy_timeout_ms = kBusyTimeoutMs});
  if (!database) return std::unexpected(database.error());
  std::unique_ptr<ShardFile> file(new ShardFile(shard));
  file->database_ = std::move(*database);
  if (auto done = file->prepare(); !done) {
    return fail(done.error().kind, fmt::format("{}: {}", path, done.error().message));
  }
  return file;
}

ShardFile::~ShardFile() {
  // The log goes, so that the file can be copied, and read where nothing can be written. Not if
  // somebody else has it open.
  if (!database_.handle()) return;
  sqlite3_busy_timeout(database_.handle(), 0);
  sqlite3_exec(database_.handle(), "PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr);
}

Expected<void> ShardFile::prepare() {
  // Before anything else, because even the journal mode of somebody else's file is not ours to
  // change.
  auto done = migrate(database_, migrations());
  if (done) done = check_schema(database_);
  if (done) done = use_log(database_);
  if (done) done = database_.execute(kSettings);
  if (!done) return done;
  auto rows = RowWriter::create(database_);
  if (!rows) return std::unexpected(rows.error());
  rows_ = std::move(*rows);
  const std::pair<Statement*, const char*> statements[] = {
      {&begin_, "BEGIN IMMEDIATE"},
      {&commit_, "COMMIT"},
      {&read_fence_, "SELECT fence FROM shard WHERE shard = ?"},
      {&write_next_, "UPDATE shard SET next_workflow = ?2 WHERE shard = ?1"}};
  for (const auto& [statement, sql] : statements) {
    auto prepared = database_.prepare(sql);
    if (!prepared) return std::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  return {};
}

Expected<StoredShard> ShardFile::take_over() {
  auto take = database_.prepare(
      "INSERT INTO shard (shard, fence, next_workflow) VALUES (?1, 1, 1) "
      "ON CONFLICT (shard) DO UPDATE SET fence = fence + 1 RETURNING fence");
  if (!take) return std::unexpected(take.error());
  auto done = begin_.run();
  if (!done) return std::unexpected(done.error());
  const auto row = take->bind(0, std::int64_t{shard_}).step();
  const auto fence = row && *row ? static_cast<std::uint64_t>(take->integer(0)) : 0;
  if (row) {
    done = take->run();
  } else {
    done = std::unexpected(row.error());
  }
  // Read in the same transaction: nobody else's commit can come in between.
  Expected<StoredShard> shard;
  if (done) shard = read_shard(database_, shard_);
  if (done && !shard) done = std::unexpected(shard.error());
  if (done) done = commit_.run(Stage::kCommit);
  if (!done) {
    database_.rollback();
    return std::unexpected(done.error());
  }
  shard->fence = fence_ = fence;
  sequence_ = 0;
  next_workflow_ = shard->next_workflow;
  lost_.reset();
  return shard;
}

std::optional<Error> ShardFile::refuse(const Commit& commit, std::uint64_t follows_on) const {
  if (lost_) return lost_;
  if (commit.shard != shard_ || commit.fence != fence_) {
    return Error{ErrorKind::kCannotHappen,
                 fmt::format("shard {} under token {}: this store serves shard {} under token {}",
                             commit.shard, commit.fence, shard_, fence_)};
  }
  if (commit.sequence != follows_on + 1) {
    return Error{ErrorKind::kDidNotHappen, fmt::format("commit {} does not follow on commit {}",
                                                       commit.sequence, follows_on)};
  }
  return std::nullopt;
}

std::vector<Expected<void>> ShardFile::commit(std::span<const Commit* const> commits) {
  std::vector<Expected<void>> results(commits.size());
  std::vector<const Commit*> good;
  for (std::size_t i = 0; i < commits.size(); ++i) {
    if (auto error = refuse(*commits[i], sequence_ + good.size())) {
      results[i] = std::unexpected(std::move(*error));
    } else {
      good.push_back(commits[i]);
    }
  }
  if (good.empty()) return results;
  const Expected<void> done = write(good);
  if (done) {
    sequence_ += good.size();
    return results;
  }
  for (Expected<void>& result : results) {
    if (result) result = done;
  }
  return results;
}

Expected<void> ShardFile::write(std::span<const Commit* const> commits) {
  auto done = begin_.run();
  if (done) done = check_fence();
  for (const Commit* commit : commits) {
    if (done) done = rows_->write(*commit);
  }
  const std::uint64_t next_workflow = commits.back()->next_workflow;
  if (done && next_workflow != next_workflow_) {
    done = write_next_.bind(0, std::int64_t{shard_})
               .bind(1, static_cast<std::int64_t>(next_workflow))
               .run();
  }
  if (done) {
    done = commit_.run(Stage::kCommit);
    if (!done && done.error().kind == ErrorKind::kMayHaveHappened) {
      lost_ = Error{ErrorKind::kCannotHappen,
                    "it is unknown what became of an earlier commit; open the shard again"};
    }
  }
  if (done) {
    next_workflow_ = next_workflow;
  } else {
    database_.rollback();
  }
  return done;
}

Expected<void> ShardFile::check_fence() {
  const auto row = read_fence_.bind(0, std::int64_t{shard_}).step();
  if (!row) return std::unexpected(row.error());
  const std::uint64_t fence = *row ? static_cast<std::uint64_t>(read_fence_.integer(0)) : 0;
  read_fence_.reset();
  if (fence == fence_ && fence != 0) return {};
  lost_ = Error{ErrorKind::kCannotHappen,
                fmt::format("shard {} has another owner by now: its token is {}, ours {}", shard_,
                            fence, fence_)};
  return std::unexpected(*lost_);
}

Expected<std::vector<StoredWorkflow>> ShardFile::read_family(WorkflowId workflow) {
  return adapters::read_family(database_, workflow);
}

EventsRead ShardFile::read_events(std::uint64_t after, std::uint32_t limit) {
  return adapters::read_events(database_, shard_, after, limit);
}

}  // namespace gnomon::adapters
