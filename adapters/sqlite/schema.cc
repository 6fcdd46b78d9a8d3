#include "adapters/sqlite/schema.h"

#include <fmt/format.h>

#include <array>
#include <map>

#include "engine/model/policy.h"
#include "engine/record/event.h"

namespace gnomon::adapters {
namespace {

// One workflow's rows stand next to each other (primary keys that begin with the workflow, WITHOUT
// ROWID): a store's speed is the number of pages that a commit touches. Tables have no secondary
// index but the two partial ones, for the same reason.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE shard (
  shard INTEGER PRIMARY KEY,
  fence INTEGER NOT NULL,
  next_workflow INTEGER NOT NULL
) STRICT;

CREATE TABLE definition (
  shard INTEGER NOT NULL,
  id INTEGER NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  source TEXT,
  uploaded INTEGER NOT NULL,
  PRIMARY KEY (shard, id)
) STRICT;

CREATE TABLE workflow (
  id INTEGER PRIMARY KEY,
  definition INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  key TEXT NOT NULL,
  labels TEXT,
  parent_workflow INTEGER,
  parent_node INTEGER,
  slot INTEGER NOT NULL,
  run INTEGER NOT NULL,
  state TEXT NOT NULL,
  cancel_requested INTEGER NOT NULL,
  outcome TEXT,
  error_class TEXT,
  priority INTEGER NOT NULL,
  input TEXT,
  output TEXT,
  reason TEXT,
  created_at INTEGER,
  finished_at INTEGER,
  deadline INTEGER
) STRICT;
CREATE INDEX workflow_live ON workflow (id) WHERE state <> 'FINISHED';
CREATE INDEX workflow_parent ON workflow (parent_workflow) WHERE parent_workflow IS NOT NULL;
CREATE INDEX workflow_key ON workflow (id, key) WHERE key <> '';

CREATE TABLE node (
  workflow INTEGER NOT NULL,
  node INTEGER NOT NULL,
  state TEXT NOT NULL,
  outcome TEXT,
  error_class TEXT,
  attempt INTEGER NOT NULL,
  attempts_before INTEGER NOT NULL,
  ready_at INTEGER,
  running_at INTEGER,
  finishing_at INTEGER,
  finished_at INTEGER,
  launched_at INTEGER,
  started_at INTEGER,
  ended_at INTEGER,
  due_at INTEGER,
  output TEXT,
  reason TEXT,
  PRIMARY KEY (workflow, node)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt (
  workflow INTEGER NOT NULL,
  node INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  outcome TEXT,
  error_class TEXT,
  launched_at INTEGER,
  started_at INTEGER,
  ended_at INTEGER,
  reason TEXT,
  PRIMARY KEY (workflow, node, attempt)
) STRICT, WITHOUT ROWID;

CREATE TABLE signal (
  workflow INTEGER NOT NULL,
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  payload TEXT,
  PRIMARY KEY (workflow, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE schedule (
  shard INTEGER NOT NULL,
  name TEXT NOT NULL,
  definition TEXT,
  next_at INTEGER,
  last_at INTEGER,
  fired INTEGER NOT NULL,
  missed INTEGER NOT NULL,
  paused INTEGER NOT NULL,
  PRIMARY KEY (shard, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursor (
  shard INTEGER NOT NULL,
  subscriber TEXT NOT NULL,
  delivered INTEGER NOT NULL,
  PRIMARY KEY (shard, subscriber)
) STRICT, WITHOUT ROWID;

CREATE TABLE event_batch (
  id INTEGER PRIMARY KEY,
  last INTEGER NOT NULL,
  at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE runtime (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  slots INTEGER
) STRICT;

CREATE TABLE metric (
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  statistic TEXT NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (name, label, statistic)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  at INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (name, label, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE event_kind (code INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE outcome (code INTEGER PRIMARY KEY, name TEXT) STRICT;
CREATE TABLE error_class (code INTEGER PRIMARY KEY, name TEXT) STRICT;

CREATE VIEW events AS
SELECT
  batch.id >> 48 AS shard,
  (batch.id & 0xffffffffffff) + event.key AS sequence,
  batch.at + (event.value ->> 0) AS at,
  kind.name AS kind,
  (batch.id >> 48 << 48) + (event.value ->> 2) AS workflow,
  event.value ->> 3 AS node,
  nullif(event.value ->> 4, 0) AS attempt,
  outcome.name AS outcome,
  error_class.name AS error_class,
  coalesce(event.value ->> 7, 0) AS detail,
  event.value ->> 8 AS text
FROM event_batch AS batch
  JOIN json_each(batch.body) AS event
  JOIN event_kind AS kind ON kind.code = event.value ->> 1
  LEFT JOIN outcome ON outcome.code = event.value ->> 5
  LEFT JOIN error_class ON error_class.code = event.value ->> 6;

CREATE VIEW attempts AS
SELECT workflow, node, attempt, outcome, error_class, launched_at, started_at, ended_at, reason
FROM attempt
UNION ALL
SELECT workflow, node, attempt, CASE WHEN ended_at IS NOT NULL THEN outcome END,
  CASE WHEN ended_at IS NOT NULL THEN error_class END, launched_at, started_at, ended_at, reason
FROM node WHERE attempt > 0;

CREATE VIEW workflows AS
SELECT
  workflow.id, definition.name, definition.version, workflow.tenant, workflow.labels, workflow.parent_workflow,
  workflow.run, workflow.state, workflow.outcome, workflow.error_class, workflow.priority,
  strftime('%Y-%m-%dT%H:%M:%fZ', workflow.created_at / 1e9, 'unixepoch') AS created,
  strftime('%Y-%m-%dT%H:%M:%fZ', workflow.finished_at / 1e9, 'unixepoch') AS finished,
  (workflow.finished_at - workflow.created_at) / 1e9 AS seconds,
  workflow.reason
FROM workflow
  LEFT JOIN definition ON definition.shard = workflow.id >> 48 AND definition.id = workflow.definition;

CREATE VIEW definition_node AS
SELECT
  definition.shard,
  definition.id AS definition,
  row_number() OVER (PARTITION BY definition.shard, definition.id ORDER BY node.id) - 1 AS node,
  node.key AS name,
  node.value AS source
FROM definition JOIN json_each(definition.source, '$.nodes') AS node;

CREATE VIEW definition_edge AS
SELECT node.shard, node.definition, dependency.value AS from_name, node.name AS to_name
FROM definition_node AS node
  JOIN json_each(CASE json_type(node.source, '$.after')
    WHEN 'array' THEN node.source -> '$.after'
    WHEN 'text' THEN json_array(node.source ->> '$.after')
    ELSE '[]' END) AS dependency;

CREATE VIEW nodes AS
SELECT
  node.workflow, node.node, definition_node.name, node.state, node.outcome, node.error_class, node.attempt,
  (node.running_at - node.ready_at) / 1e9 AS ready_seconds,
  (node.started_at - node.launched_at) / 1e9 AS queue_seconds,
  (node.ended_at - node.started_at) / 1e9 AS work_seconds,
  (node.finished_at - node.ready_at) / 1e9 AS seconds,
  strftime('%Y-%m-%dT%H:%M:%fZ', node.finished_at / 1e9, 'unixepoch') AS finished,
  node.reason
FROM node
  JOIN workflow ON workflow.id = node.workflow
  LEFT JOIN definition_node ON definition_node.shard = node.workflow >> 48
    AND definition_node.definition = workflow.definition AND definition_node.node = node.node;
)sql";

// Signals that have a key stay when they are taken, so that they are not taken again.
constexpr const char* kVersion2 = R"sql(
ALTER TABLE signal ADD COLUMN key TEXT NOT NULL DEFAULT '';
ALTER TABLE signal ADD COLUMN taken INTEGER NOT NULL DEFAULT 0;
)sql";

// The mailbox. What bounds a command stands here, because any program may write one.
constexpr const char* kVersion3 = R"sql(
CREATE TABLE command (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('start', 'signal', 'cancel', 'pause', 'resume', 'retry', 'publish')),
  workflow INTEGER CHECK ((workflow IS NULL) = (kind IN ('start', 'publish'))),
  name TEXT NOT NULL DEFAULT '' CHECK (length(CAST(name AS BLOB)) <= 1024),
  payload TEXT CHECK (length(CAST(payload AS BLOB)) <= 1048576),
  key TEXT NOT NULL DEFAULT '' CHECK (length(CAST(key AS BLOB)) <= 1024),
  tenant TEXT NOT NULL DEFAULT '' CHECK (length(CAST(tenant AS BLOB)) <= 1024),
  labels TEXT CHECK (length(CAST(labels AS BLOB)) <= 65536),
  priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN -32768 AND 32767),
  sent_at INTEGER NOT NULL DEFAULT (unixepoch() * 1000000000),
  answered_at INTEGER,
  result INTEGER,
  error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX command_open ON command (number) WHERE answered_at IS NULL;
)sql";

// An event that is published under a key is there once, unless it was refused. Before, a key of an
// event meant nothing, and there may be several of one key.
constexpr const char* kVersion4 = R"sql(
UPDATE command SET key = '' WHERE kind = 'publish';
CREATE UNIQUE INDEX command_published ON command (key)
  WHERE kind = 'publish' AND key <> '' AND error = '';
)sql";

constexpr const char* kVersion5 = "ALTER TABLE runtime ADD COLUMN workers INTEGER;";

constexpr std::array kMigrations = {Migration{kVersion1}, Migration{kVersion2},
                                    Migration{kVersion3}, Migration{kVersion4},
                                    Migration{kVersion5}};

/// The words for the codes in event batches. They grow with the program's, without a migration.
Expected<void> write_names(Database& database) {
  std::string sql;
  for (std::size_t code = 0; code < kEventKindCount; ++code) {
    sql += fmt::format("INSERT OR IGNORE INTO event_kind VALUES ({}, '{}');", code,
                       to_string(static_cast<EventKind>(code)));
  }
  const auto last = static_cast<std::size_t>(Outcome::kSkipped);
  for (std::size_t code = 1; code <= last; ++code) {
    sql += fmt::format("INSERT OR IGNORE INTO outcome VALUES ({}, '{}');", code,
                       to_string(static_cast<Outcome>(code)));
  }
  for (std::size_t code = 1; code < kErrorClassCount; ++code) {
    sql += fmt::format("INSERT OR IGNORE INTO error_class VALUES ({}, '{}');", code,
                       to_string(static_cast<ErrorClass>(code)));
  }
  return database.execute(sql);
}

Expected<void> take_steps(Database& database, std::span<const Migration> steps, std::int64_t from) {
  for (auto step = static_cast<std::size_t>(from); step < steps.size(); ++step) {
    if (auto done = database.execute(steps[step].sql); !done) return done;
  }
  return database.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};",
                                      kApplicationId, steps.size()));
}

/// Name to SQL of everything in the schema but SQLite's own tables.
Expected<std::map<std::string, std::string>> read_schema(Database& database) {
  auto rows = database.prepare(
      "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
  if (!rows) return std::unexpected(rows.error());
  std::map<std::string, std::string> schema;
  while (true) {
    const auto row = rows->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return schema;
    schema.emplace(rows->text(0), rows->text(1));
  }
}

/// What read_schema gives for a file that was just made as a record of that version.
Expected<std::map<std::string, std::string>> expected_schema(std::int64_t version) {
  auto scratch = Database::open(":memory:", {});
  if (!scratch) return std::unexpected(scratch.error());
  const auto steps = std::span{kMigrations}.first(static_cast<std::size_t>(version));
  if (auto done = take_steps(*scratch, steps, 0); !done) {
    return std::unexpected(done.error());
  }
  return read_schema(*scratch);
}

}  // namespace

std::span<const Migration> migrations() {
  return kMigrations;
}
std::int64_t schema_version() {
  return static_cast<std::int64_t>(kMigrations.size());
}

Expected<void> migrate(Database& database, std::span<const Migration> steps) {
  const auto newest = static_cast<std::int64_t>(steps.size());
  if (auto begun = database.execute("BEGIN IMMEDIATE"); !begun) return begun;
  const auto application = database.number("PRAGMA application_id");
  const auto version = database.number("PRAGMA user_version");
  const auto objects = database.number("SELECT count(*) FROM sqlite_schema");
  Expected<void> done;
  if (!application || !version || !objects) {
    done = invalid("not a run record: not a SQLite database");
  } else if (*application != kApplicationId && (*objects > 0 || *version != 0)) {
    done = invalid("not a run record, but some other SQLite database");
  } else if (*version > newest) {
    done = invalid(
        fmt::format("a record of schema version {}; this gnomon knows up to {}", *version, newest));
  } else if (*version < newest) {
    done = take_steps(database, steps, *version);
  }
  if (done && steps.data() == kMigrations.data()) done = write_names(database);
  if (done) done = database.execute("COMMIT");
  if (!done) database.rollback();
  return done;
}

Expected<void> check_schema(Database& database) {
  const auto application = database.number("PRAGMA application_id");
  if (!application) {
    return invalid(fmt::format("not a run record: {}", application.error().message));
  }
  if (*application != kApplicationId) return invalid("not a run record");
  const auto version = database.number("PRAGMA user_version");
  if (!version) return invalid(version.error().message);
  if (*version < kOldestReadable || *version > schema_version()) {
    return invalid(fmt::format("a record of schema version {}; this gnomon knows {} to {}",
                               *version, kOldestReadable, schema_version()));
  }
  const auto expected = expected_schema(*version);
  if (!expected) return std::unexpected(expected.error());
  const auto found = read_schema(database);
  if (!found) return invalid(fmt::format("a damaged record: {}", found.error().message));
  for (const auto& [name, sql] : *expected) {
    const auto entry = found->find(name);
    if (entry == found->end() || entry->second != sql) {
      return invalid(
          fmt::format("a damaged record: '{}' is missing or not what it should be", name));
    }
  }
  return {};
}

}  // namespace gnomon::adapters
