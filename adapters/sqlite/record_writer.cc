#include "adapters/sqlite/record_writer.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "adapters/sqlite/event_batch.h"
#include "adapters/sqlite/mailbox.h"
#include "adapters/sqlite/record_reader.h"
#include "adapters/sqlite/schema.h"

namespace gnomon::adapters {
namespace {

constexpr std::size_t kWaitingNodes = 65'536;
constexpr std::size_t kWaitingWorkflows = 16'384;
constexpr std::size_t kWaitingAttempts = 16'384;
constexpr std::size_t kEventsInBatch = 4'096;

// Nobody sees the file before it is whole, so it needs no journal, no lock and no fsync.
constexpr const char* kSettings = R"sql(
PRAGMA page_size = 8192;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA cache_size = -65536;
)sql";

}  // namespace

Expected<std::unique_ptr<RecordWriter>> RecordWriter::create(const std::string& path) {
  std::unique_ptr<RecordWriter> writer(new RecordWriter);
  writer->path_ = without_links(path);
  // With the process's number, so that two runs which are told the same name do not write into one
  // file.
  writer->temporary_ = fmt::format("{}.{}.tmp", writer->path_, getpid());
  std::remove(writer->temporary_.c_str());
  auto done = writer->prepare();
  if (!done)
    return fail(done.error().kind, fmt::format("cannot write {}: {}", path, done.error().message));
  return writer;
}

Expected<void> RecordWriter::prepare() {
  auto database = Database::open(temporary_, {});
  if (!database) return std::unexpected(database.error());
  database_ = std::move(*database);
  auto done = database_->execute(kSettings);
  if (done) done = migrate(*database_, migrations());
  if (!done) return done;
  auto rows = RowWriter::create(*database_);
  if (!rows) return std::unexpected(rows.error());
  rows_ = std::move(*rows);
  return database_->execute("BEGIN");
}

RecordWriter::~RecordWriter() {
  rows_.reset();
  if (!database_) return;
  database_.reset();
  std::remove(temporary_.c_str());
}

Expected<void> RecordWriter::write(const Commit& commit) {
  if (state_) state_ = take(commit);
  return state_;
}

Expected<void> RecordWriter::take(const Commit& commit) {
  if (commit.shard > kMaxShard) {
    return invalid(
        fmt::format("shard {}; the last that a record can hold is {}", commit.shard, kMaxShard));
  }
  nodes_.insert(nodes_.end(), commit.nodes.begin(), commit.nodes.end());
  workflows_.insert(workflows_.end(), commit.workflows.begin(), commit.workflows.end());
  attempts_.insert(attempts_.end(), commit.attempts.begin(), commit.attempts.end());
  Expected<void> done;
  if (!commit.events.empty()) {
    std::vector<Event>& events = events_[commit.shard];
    events.insert(events.end(), commit.events.begin(), commit.events.end());
    if (events.size() >= kEventsInBatch) {
      done = rows_->write_events(events);
      events.clear();
    }
  }
  if (done && nodes_.size() >= kWaitingNodes) done = write_waiting_nodes();
  if (done && workflows_.size() >= kWaitingWorkflows) done = write_waiting_workflows();
  if (done && attempts_.size() >= kWaitingAttempts) {
    done = rows_->write_attempts(attempts_);
    attempts_.clear();
  }
  if (done) done = rows_->write_definitions(commit.shard, commit.definitions);
  if (done) done = rows_->write_signals(commit.signals);
  if (done) done = rows_->write_schedules(commit.shard, commit.schedules);
  if (done) done = rows_->write_cursors(commit.shard, commit.cursors);
  return done;
}

void RecordWriter::sort_places() {
  std::ranges::sort(places_);
  order_.clear();
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const bool replaced = i + 1 < places_.size() &&
                          places_[i + 1].workflow == places_[i].workflow &&
                          places_[i + 1].node == places_[i].node;
    if (!replaced) order_.push_back(places_[i].place);
  }
}

Expected<void> RecordWriter::write_waiting_nodes() {
  places_.clear();
  for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
    places_.push_back({value_of(nodes_[i].workflow), nodes_[i].node, i});
  }
  sort_places();
  auto done = rows_->write_nodes(nodes_, order_);
  nodes_.clear();
  return done;
}

Expected<void> RecordWriter::write_waiting_workflows() {
  places_.clear();
  for (std::uint32_t i = 0; i < workflows_.size(); ++i) {
    places_.push_back({value_of(workflows_[i].id), 0, i});
  }
  sort_places();
  auto done = rows_->write_workflows(workflows_, order_);
  workflows_.clear();
  return done;
}

Expected<void> RecordWriter::write_everything(const RunSummary& summary) {
  auto done = write_waiting_workflows();
  if (done) done = write_waiting_nodes();
  if (done) done = rows_->write_attempts(attempts_);
  for (const auto& [shard, events] : events_) {
    if (done) done = rows_->write_events(events);
  }
  if (done) done = write_summary(*database_, summary);
  if (done) done = database_->execute("COMMIT");
  return done;
}

Expected<void> RecordWriter::make_room() {
  std::error_code error;
  if (std::filesystem::exists(path_, error) && !RecordReader::is_blank(path_)) {
    const auto fate = Mailbox::make_way(path_);
    if (!fate) return std::unexpected(fate.error());
    if (fate->stays)
      return invalid(fmt::format("{} was sent commands meanwhile, so it stays", path_));
    earlier_kept_as_ = fate->kept_as;
  }
  // The log of a store that is gone would be taken for the new record's.
  for (const char* suffix : {"-wal", "-shm"}) {
    std::filesystem::remove(path_ + suffix, error);
    if (error)
      return invalid(fmt::format("cannot remove {}{}: {}", path_, suffix, error.message()));
  }
  return {};
}

Expected<void> RecordWriter::finish(const RunSummary& summary, const std::string& path) {
  if (!path.empty()) path_ = without_links(path);
  if (state_) state_ = write_everything(summary);
  if (state_) state_ = make_room();
  if (!state_) return state_;
  rows_.reset();
  database_.reset();
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    state_ = fail(ErrorKind::kCannotHappen,
                  fmt::format("cannot name the record {}: {}", path_, std::strerror(errno)));
    std::remove(temporary_.c_str());
  }
  return state_;
}

}  // namespace gnomon::adapters
