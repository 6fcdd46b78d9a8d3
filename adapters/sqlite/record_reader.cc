#include "adapters/sqlite/record_reader.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "adapters/sqlite/event_batch.h"
#include "adapters/sqlite/read_rows.h"
#include "adapters/sqlite/schema.h"
#include "engine/record/event_node.h"

namespace gnomon::adapters {
namespace {

// A sound row takes some 40 steps and 20 bytes at least.
constexpr std::uint64_t kStepsPerByte = 100;
constexpr std::uint64_t kStepsAtLeast = 10'000'000;
constexpr int kStepsBetweenLooks = 100'000;
constexpr int kBusyTimeoutMs = 10'000;

std::int64_t key_of(WorkflowId id) {
  return static_cast<std::int64_t>(value_of(id));
}

bool lets_through(const EventFilter& filter, const Event& event) {
  return (!filter.workflow || event.workflow == *filter.workflow) &&
         (!filter.node || node_of(event) == *filter.node) &&
         (!filter.kind || event.kind == *filter.kind);
}

/// Opens the file to write, and reads it: that undoes what a writer that died left half written.
Expected<Database> undo_half_written(const std::string& path) {
  auto database = Database::open(
      path, {.access = Database::Access::kReadWrite, .busy_timeout_ms = kBusyTimeoutMs});
  if (!database) return database;
  if (auto read = database->number("PRAGMA user_version"); !read) {
    return std::unexpected(read.error());
  }
  return database;
}

}  // namespace

bool RecordReader::is_blank(const std::string& path) {
  auto database = undo_half_written(path);
  if (!database) return false;
  for (const char* sql :
       {"PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_schema"}) {
    const auto number = database->number(sql);
    if (!number || *number != 0) return false;
  }
  return true;
}

Expected<RecordReader> RecordReader::open(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return invalid(fmt::format("{}: {}", path, error ? error.message() : "not a file"));
  }
  const auto has = [file = without_links(path)](const char* suffix) {
    std::error_code ignored;
    return std::filesystem::exists(file + suffix, ignored);
  };
  // What a writer that died left half written can be undone only by one that may write.
  if (has("-journal")) static_cast<void>(undo_half_written(path));
  Expected<void> done;
  // A store on a medium that cannot be written has no way to share its log; nobody can be changing
  // it either, unless there is a log or a journal.
  for (const bool immutable : {false, true}) {
    if (immutable && (has("-wal") || has("-journal"))) break;
    auto database = Database::open(path, {.access = Database::Access::kReadOnly,
                                          .busy_timeout_ms = kBusyTimeoutMs,
                                          .immutable = immutable});
    if (!database) {
      done = std::unexpected(database.error());
      continue;
    }
    RecordReader reader;
    reader.path_ = path;
    reader.database_ = std::move(*database);
    reader.budget_->limit = kStepsAtLeast;
    done = reader.prepare();
    // Within the read, which keeps writers without a log from changing the file.
    const auto size = std::filesystem::file_size(path, error);
    reader.budget_->limit += (error ? 0 : size) * kStepsPerByte;
    if (done && !has("-wal")) done = reader.check_size(size);
    if (done) return reader;
    if (done.error().kind == ErrorKind::kInvalid) break;
  }
  return invalid(fmt::format("{}: {}", path, done.error().message));
}

Expected<void> RecordReader::prepare() {
  sqlite3_progress_handler(
      database_.handle(), kStepsBetweenLooks,
      [](void* state) {
        auto* budget = static_cast<Budget*>(state);
        budget->steps += kStepsBetweenLooks;
        return budget->steps > budget->limit ? 1 : 0;
      },
      budget_.get());
  sqlite3_db_config(database_.handle(), SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  auto done = database_.execute(
      "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA cache_size = -65536; "
      "BEGIN");
  // The first read of all: here it shows whether the file can be read.
  if (done) done = database_.execute("PRAGMA application_id");
  if (!done && done.error().kind == ErrorKind::kInvalid) return invalid("not a run record");
  if (!done) return done;
  done = check_schema(database_);
  if (!done) return done;
  const auto version = database_.number("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  has_commands_ = *version >= kFirstWithCommands;
  return {};
}

Expected<void> RecordReader::check_size(std::uint64_t bytes) {
  const auto pages = database_.number("PRAGMA page_count");
  const auto page_size = database_.number("PRAGMA page_size");
  if (!pages) return std::unexpected(pages.error());
  if (!page_size) return std::unexpected(page_size.error());
  const auto expected = static_cast<std::uint64_t>(*pages * *page_size);
  if (bytes == expected) return {};
  return invalid(
      fmt::format("a damaged record: it has {} bytes and should have {}", bytes, expected));
}

Expected<Statement> RecordReader::query(const std::string& sql) {
  budget_->steps = 0;
  auto statement = database_.prepare(sql);
  if (!statement) return std::unexpected(explain(statement.error()));
  return statement;
}

Error RecordReader::explain(const Error& error) const {
  return {ErrorKind::kInvalid,
          fmt::format("{}: {}", path_,
                      budget_->steps > budget_->limit
                          ? "a damaged record: reading it does not come to an end"
                          : error.message)};
}

template <typename Row>
Expected<void> RecordReader::read(Statement& statement, const Take<Row>& take) {
  auto done = for_each_row<Row>(statement, take);
  if (!done) return std::unexpected(explain(done.error()));
  return {};
}

template <typename Row>
Expected<std::vector<Row>> RecordReader::read_all(Expected<Statement> statement) {
  if (!statement) return std::unexpected(statement.error());
  auto rows = all_rows<Row>(*statement);
  if (!rows) return std::unexpected(explain(rows.error()));
  return rows;
}

Expected<RunFacts> RecordReader::facts() {
  budget_->steps = 0;
  auto facts = read_facts(database_);
  if (!facts) return std::unexpected(explain(facts.error()));
  return facts;
}

Expected<Instant> RecordReader::latest() {
  auto statement =
      query(fmt::format("SELECT max(at) FROM (SELECT max(until) AS at FROM event_batch "
                        "UNION ALL SELECT max(at) FROM series WHERE name = '{}' "
                        "UNION ALL SELECT CAST(value AS INTEGER) FROM meta WHERE name IN "
                        "('ended_at', 'ended_before'))",
                        kResumed));
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(explain(row.error()));
  return statement->is_null(0) ? kUnset : from_ns(statement->integer(0));
}

Expected<std::vector<ShardDefinition>> RecordReader::definitions() {
  auto statement = query(fmt::format("SELECT {}, shard FROM definition ORDER BY shard, id",
                                     column_names<DefinitionRow>()));
  if (!statement) return std::unexpected(statement.error());
  std::vector<ShardDefinition> definitions;
  const auto shard_column = static_cast<int>(columns<DefinitionRow>().names.size());
  auto done = read<DefinitionRow>(*statement, [&](DefinitionRow&& row) {
    const auto shard = static_cast<ShardId>(statement->integer(shard_column));
    definitions.push_back({shard, std::move(row)});
    return true;
  });
  if (!done) return std::unexpected(done.error());
  return definitions;
}

Expected<std::uint64_t> RecordReader::count(const char* table) {
  budget_->steps = 0;
  const auto rows = database_.number(fmt::format("SELECT count(*) FROM {}", table));
  if (!rows) return std::unexpected(explain(rows.error()));
  return static_cast<std::uint64_t>(*rows);
}

Expected<std::uint64_t> RecordReader::workflow_count() {
  return count("workflow");
}

Expected<void> RecordReader::workflows(const WorkflowFilter& filter,
                                       const Take<WorkflowRow>& take) {
  std::string where = "true";
  if (!filter.name.empty()) {
    where +=
        " AND EXISTS (SELECT 1 FROM definition WHERE definition.shard = workflow.id >> 48 "
        "AND definition.id = workflow.definition AND definition.name = ?1)";
  }
  if (!filter.tenant.empty()) where += " AND tenant = ?2";
  if (filter.phase) where += " AND state = ?3";
  if (filter.outcome) where += " AND outcome IS ?4";
  if (filter.parent) where += " AND parent_workflow = ?5";
  if (!filter.label.empty()) {
    where +=
        " AND json_valid(labels) AND EXISTS (SELECT 1 FROM json_each(labels) AS label "
        "WHERE label.key = ?6 AND label.value = ?7)";
  }
  auto statement = query(fmt::format("SELECT {} FROM workflow WHERE {} ORDER BY id",
                                     column_names<WorkflowRow>("workflow."), where));
  if (!statement) return std::unexpected(statement.error());
  statement->bind(0, std::string_view{filter.name}).bind(1, std::string_view{filter.tenant});
  if (filter.phase) statement->bind(2, to_string(*filter.phase));
  if (filter.outcome && *filter.outcome != Outcome::kNone)
    statement->bind(3, to_string(*filter.outcome));
  if (filter.parent) statement->bind(4, key_of(*filter.parent));
  statement->bind(5, std::string_view{filter.label}).bind(6, std::string_view{filter.label_value});
  return read(*statement, take);
}

Expected<std::optional<WorkflowRow>> RecordReader::workflow(WorkflowId id) {
  auto statement =
      query(fmt::format("SELECT {} FROM workflow WHERE id = ?", column_names<WorkflowRow>()));
  if (statement) statement->bind(0, key_of(id));
  auto rows = read_all<WorkflowRow>(std::move(statement));
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return std::nullopt;
  return std::move(rows->front());
}

Expected<std::vector<NodeRow>> RecordReader::nodes(WorkflowId workflow) {
  auto statement = query(
      fmt::format("SELECT {} FROM node WHERE workflow = ? ORDER BY node", column_names<NodeRow>()));
  if (statement) statement->bind(0, key_of(workflow));
  return read_all<NodeRow>(std::move(statement));
}

Expected<void> RecordReader::all_nodes(const Take<NodeRow>& take) {
  auto statement =
      query(fmt::format("SELECT {} FROM node ORDER BY workflow, node", column_names<NodeRow>()));
  if (!statement) return std::unexpected(statement.error());
  return read(*statement, take);
}

Expected<std::vector<AttemptRow>> RecordReader::attempts(WorkflowId workflow) {
  auto statement =
      query(fmt::format("SELECT {} FROM attempt WHERE workflow = ? ORDER BY node, attempt",
                        column_names<AttemptRow>()));
  if (statement) statement->bind(0, key_of(workflow));
  return read_all<AttemptRow>(std::move(statement));
}

Expected<void> RecordReader::all_attempts(const Take<AttemptRow>& take) {
  auto statement = query(fmt::format("SELECT {} FROM attempt ORDER BY workflow, node, attempt",
                                     column_names<AttemptRow>()));
  if (!statement) return std::unexpected(statement.error());
  return read(*statement, take);
}

Expected<std::vector<ScheduleRow>> RecordReader::schedules() {
  return read_all<ScheduleRow>(query(
      fmt::format("SELECT {} FROM schedule ORDER BY shard, name", column_names<ScheduleRow>())));
}

Expected<std::vector<ShardCursor>> RecordReader::cursors() {
  auto statement = query(fmt::format(
      "SELECT {}, shard, (SELECT last FROM event_batch WHERE id >> 48 = shard "
      "AND id BETWEEN shard << 48 AND (shard << 48) + 0xffffffffffff ORDER BY id DESC LIMIT 1) "
      "FROM cursor ORDER BY subscriber, shard",
      column_names<CursorRow>()));
  if (!statement) return std::unexpected(statement.error());
  std::vector<ShardCursor> cursors;
  const auto own = static_cast<int>(columns<CursorRow>().names.size());
  auto done = read<CursorRow>(*statement, [&](CursorRow&& row) {
    cursors.push_back({static_cast<ShardId>(statement->integer(own)), std::move(row),
                       static_cast<std::uint64_t>(statement->integer(own + 1))});
    return true;
  });
  if (!done) return std::unexpected(done.error());
  return cursors;
}

Expected<void> RecordReader::commands(const Take<CommandRow>& take) {
  if (!has_commands_) return {};
  auto statement =
      query(fmt::format("SELECT {} FROM command ORDER BY number", column_names<CommandRow>()));
  if (!statement) return std::unexpected(statement.error());
  return read(*statement, take);
}

Expected<std::uint64_t> RecordReader::command_count() {
  if (!has_commands_) return 0;
  return count("command");
}

Expected<void> RecordReader::events(const EventFilter& filter, const Take<Event>& take) {
  // A workflow has no events from before it was made, and all are of its shard.
  auto shard = filter.shard;
  Instant since = kUnset;
  if (filter.workflow) {
    shard = shard_of(*filter.workflow);
    const auto row = workflow(*filter.workflow);
    if (!row) return std::unexpected(row.error());
    if (*row) since = (*row)->created_at;
  }
  auto batches = query(
      "SELECT id, last, at, until, body FROM event_batch "
      "WHERE id BETWEEN ?1 AND ?2 AND until >= ?3 ORDER BY id");
  if (!batches) return std::unexpected(batches.error());
  constexpr std::uint64_t kLast = (std::uint64_t{1} << 48) - 1;
  batches->bind(0, shard ? event_id(*shard, 0) : std::numeric_limits<std::int64_t>::min())
      .bind(1, shard ? event_id(*shard, kLast) : std::numeric_limits<std::int64_t>::max())
      .bind(2, to_ns(since));
  return read_batches(*batches, filter, take);
}

Expected<void> RecordReader::read_batches(Statement& batches, const EventFilter& filter,
                                          const Take<Event>& take) {
  bool wanted = true;
  while (wanted) {
    const auto row = batches.step();
    if (!row) return std::unexpected(explain(row.error()));
    if (!*row) return {};
    const EventBatch batch{batches.integer(0), static_cast<std::uint64_t>(batches.integer(1)),
                           from_ns(batches.integer(2)), from_ns(batches.integer(3))};
    const bool sound = read_batch(batch, batches.text(4), [&](Event&& event) {
      if (lets_through(filter, event)) wanted = take(std::move(event));
      return wanted;
    });
    if (!sound) return std::unexpected(explain(damaged(batches).error()));
  }
  batches.reset();
  return {};
}

Expected<std::vector<MetricRow>> RecordReader::metrics() {
  auto statement =
      query("SELECT name, label, statistic, value FROM metric ORDER BY name, label, statistic");
  if (!statement) return std::unexpected(statement.error());
  std::vector<MetricRow> rows;
  while (true) {
    const auto row = statement->step();
    if (!row) return std::unexpected(explain(row.error()));
    if (!*row) return rows;
    rows.push_back({std::string{statement->text(0)}, std::string{statement->text(1)},
                    std::string{statement->text(2)}, statement->real(3)});
  }
}

Expected<std::vector<SeriesRow>> RecordReader::series() {
  auto statement = query("SELECT name, label, at, value FROM series ORDER BY name, label, at");
  if (!statement) return std::unexpected(statement.error());
  std::vector<SeriesRow> rows;
  while (true) {
    const auto row = statement->step();
    if (!row) return std::unexpected(explain(row.error()));
    if (!*row) return rows;
    rows.push_back({std::string{statement->text(0)}, std::string{statement->text(1)},
                    from_ns(statement->integer(2)), statement->real(3)});
  }
}

}  // namespace gnomon::adapters
