#include "adapters/sqlite/shard_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "adapters/sqlite/event_batch.h"
#include "adapters/sqlite/read_rows.h"

namespace gnomon::adapters {
namespace {

struct Range {
  explicit Range(ShardId shard) : first(event_id(shard, 0)), last(first | 0xffff'ffff'ffff) {}
  std::int64_t first;
  std::int64_t last;
};

std::int64_t key_of(WorkflowId id) {
  return static_cast<std::int64_t>(value_of(id));
}

template <typename Row>
Expected<void> read_all(Database& database, const std::string& sql, std::int64_t first,
                        std::int64_t last, std::vector<Row>& rows) {
  auto statement = database.prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  statement->bind(0, first);
  if (sqlite3_bind_parameter_count(statement->handle()) > 1) statement->bind(1, last);
  auto read = all_rows<Row>(*statement);
  if (!read) return std::unexpected(read.error());
  rows = std::move(*read);
  return {};
}

/// Adds to each workflow its nodes and signals.
Expected<void> read_details(Database& database, std::vector<StoredWorkflow>& workflows) {
  auto nodes = database.prepare(
      fmt::format("SELECT {} FROM node WHERE workflow = ? ORDER BY node", column_names<NodeRow>()));
  if (!nodes) return std::unexpected(nodes.error());
  auto signals = database.prepare(fmt::format(
      "SELECT {} FROM signal WHERE workflow = ? ORDER BY number", column_names<SignalRow>()));
  if (!signals) return std::unexpected(signals.error());
  for (StoredWorkflow& stored : workflows) {
    nodes->bind(0, key_of(stored.workflow.id));
    auto node_rows = all_rows<NodeRow>(*nodes);
    if (!node_rows) return std::unexpected(node_rows.error());
    stored.nodes = std::move(*node_rows);
    signals->bind(0, key_of(stored.workflow.id));
    auto signal_rows = all_rows<SignalRow>(*signals);
    if (!signal_rows) return std::unexpected(signal_rows.error());
    stored.signals = std::move(*signal_rows);
  }
  return {};
}

Expected<void> read_live(Database& database, Range range, std::vector<StoredWorkflow>& live) {
  std::vector<WorkflowRow> running;
  std::vector<WorkflowRow> ended;
  auto done = read_all(database,
                       fmt::format("SELECT {} FROM workflow INDEXED BY workflow_live "
                                   "WHERE state <> 'FINISHED' AND id BETWEEN ? AND ? ORDER BY id",
                                   column_names<WorkflowRow>()),
                       range.first, range.last, running);
  if (done) {
    done = read_all(database,
                    fmt::format("SELECT {} FROM workflow AS parent INDEXED BY workflow_live "
                                "CROSS JOIN workflow AS child INDEXED BY workflow_parent ON "
                                "child.parent_workflow = parent.id "
                                "WHERE parent.state <> 'FINISHED' AND parent.id BETWEEN ? AND ? "
                                "AND child.state = 'FINISHED' "
                                "ORDER BY child.id",
                                column_names<WorkflowRow>("child.")),
                    range.first, range.last, ended);
  }
  if (!done) return done;
  live.reserve(running.size() + ended.size());
  for (auto* rows : {&running, &ended}) {
    for (WorkflowRow& row : *rows) {
      StoredWorkflow& stored = live.emplace_back();
      stored.definition.id = row.definition;
      stored.workflow = std::move(row);
    }
  }
  if (!ended.empty()) {
    std::ranges::sort(live, {}, [](const StoredWorkflow& stored) { return stored.workflow.id; });
  }
  return read_details(database, live);
}

Expected<void> read_keys(Database& database, Range range, StoredShard& shard) {
  auto statement = database.prepare(
      "SELECT key, id FROM workflow INDEXED BY workflow_key "
      "WHERE key <> '' AND id BETWEEN ? AND ? ORDER BY id DESC");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(0, range.first).bind(1, range.last);
  // Both run through the ids, the keys downwards.
  auto live = shard.live.rbegin();
  while (shard.keys.size() < StoredShard::kMaxKeys) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const WorkflowId id{static_cast<std::uint64_t>(statement->integer(1))};
    while (live != shard.live.rend() && live->workflow.id > id) ++live;
    const bool is_live = live != shard.live.rend() && live->workflow.id == id &&
                         live->workflow.phase != WorkflowPhase::kFinished;
    if (!is_live) shard.keys.emplace_back(std::string{statement->text(0)}, id);
  }
  std::reverse(shard.keys.begin(), shard.keys.end());
  return {};
}

Expected<void> read_numbers(Database& database, ShardId number, StoredShard& shard) {
  auto next = database.prepare("SELECT next_workflow FROM shard WHERE shard = ?");
  if (!next) return std::unexpected(next.error());
  auto row = next->bind(0, std::int64_t{number}).step();
  if (!row) return std::unexpected(row.error());
  if (*row) shard.next_workflow = static_cast<std::uint64_t>(next->integer(0));
  auto last = database.prepare(
      "SELECT last FROM event_batch WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1");
  if (!last) return std::unexpected(last.error());
  const Range range(number);
  row = last->bind(0, range.first).bind(1, range.last).step();
  if (!row) return std::unexpected(row.error());
  if (*row) shard.last_event = static_cast<std::uint64_t>(last->integer(0));
  return {};
}

}  // namespace

std::unexpected<Error> damaged(const Statement& statement) {
  return invalid(fmt::format("a damaged record: a row with a value that cannot be, in: {}",
                             sqlite3_sql(statement.handle())));
}

Expected<StoredShard> read_shard(Database& database, ShardId number) {
  StoredShard shard;
  const Range range(number);
  auto done = read_numbers(database, number, shard);
  if (done) {
    done = read_all(database,
                    fmt::format("SELECT {} FROM definition WHERE shard = ? ORDER BY id",
                                column_names<DefinitionRow>()),
                    number, 0, shard.definitions);
  }
  if (done) done = read_live(database, range, shard.live);
  if (done) {
    done = read_all(database,
                    fmt::format("SELECT {} FROM schedule WHERE shard = ? ORDER BY name",
                                column_names<ScheduleRow>()),
                    number, 0, shard.schedules);
  }
  if (done) {
    done = read_all(database,
                    fmt::format("SELECT {} FROM cursor WHERE shard = ? ORDER BY subscriber",
                                column_names<CursorRow>()),
                    number, 0, shard.cursors);
  }
  if (done) done = read_keys(database, range, shard);
  if (!done) return std::unexpected(done.error());
  return shard;
}

Expected<std::vector<StoredWorkflow>> read_family(Database& database, WorkflowId workflow) {
  // UNION, not UNION ALL: a damaged file may hold a ring of parents. By id is parents first: a
  // child is numbered when its parent runs.
  auto family = database.prepare(
      fmt::format("WITH RECURSIVE family (member) AS (SELECT ?1 UNION SELECT id FROM family "
                  "CROSS JOIN workflow INDEXED BY workflow_parent ON parent_workflow = member) "
                  "SELECT {} FROM workflow WHERE id IN family ORDER BY id",
                  column_names<WorkflowRow>()));
  if (!family) return std::unexpected(family.error());
  auto definition = database.prepare(fmt::format(
      "SELECT {} FROM definition WHERE shard = ? AND id = ?", column_names<DefinitionRow>()));
  if (!definition) return std::unexpected(definition.error());

  auto rows = all_rows<WorkflowRow>(family->bind(0, key_of(workflow)));
  if (!rows) return std::unexpected(rows.error());
  std::vector<StoredWorkflow> stored(rows->size());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    stored[i].workflow = std::move((*rows)[i]);
    const WorkflowRow& row = stored[i].workflow;
    definition->bind(0, std::int64_t{shard_of(row.id)}).bind(1, std::int64_t{row.definition});
    auto done = for_each_row<DefinitionRow>(*definition, [&](DefinitionRow&& found) {
      stored[i].definition = std::move(found);
      return true;
    });
    if (!done) return std::unexpected(done.error());
  }
  if (auto done = read_details(database, stored); !done) return std::unexpected(done.error());
  return stored;
}

EventsRead read_events(Database& database, ShardId shard, std::uint64_t after,
                       std::uint32_t limit) {
  EventsRead answer{after, std::vector<Event>{}, {}};
  std::vector<Event>& events = *answer.result;
  const auto give_up = [&](Error error) {
    answer.result = std::unexpected(std::move(error));
    return answer;
  };
  auto batches = database.prepare(
      "SELECT id, last, at, until, body FROM event_batch WHERE id <= ?3 AND id >= coalesce("
      "(SELECT max(id) FROM event_batch WHERE id BETWEEN ?1 AND ?2), ?1) ORDER BY id");
  if (!batches) return give_up(batches.error());
  const Range range(shard);
  if (after >= static_cast<std::uint64_t>(range.last - range.first)) return answer;
  batches->bind(0, range.first).bind(1, event_id(shard, after + 1)).bind(2, range.last);
  std::set<WorkflowId> spoken_of;
  while (events.size() < limit) {
    const auto row = batches->step();
    if (!row) return give_up(row.error());
    if (!*row) break;
    const EventBatch batch{batches->integer(0), static_cast<std::uint64_t>(batches->integer(1)),
                           from_ns(batches->integer(2)), from_ns(batches->integer(3))};
    const bool sound = read_batch(batch, batches->text(4), [&](Event&& event) {
      if (event.sequence <= after) return true;
      if (event.workflow != WorkflowId::kNone) spoken_of.insert(event.workflow);
      events.push_back(std::move(event));
      return events.size() < limit;
    });
    if (!sound) return give_up(damaged(*batches).error());
  }
  auto workflow = database.prepare(
      fmt::format("SELECT {} FROM workflow WHERE id = ?", column_names<WorkflowRow>()));
  if (!workflow) return give_up(workflow.error());
  for (const WorkflowId id : spoken_of) {
    auto found = all_rows<WorkflowRow>(workflow->bind(0, key_of(id)));
    if (!found) return give_up(found.error());
    for (WorkflowRow& row : *found) answer.workflows.push_back(std::move(row));
  }
  return answer;
}

}  // namespace gnomon::adapters
