#include "adapters/sqlite/row_writer.h"

#include <fmt/format.h>

#include "adapters/sqlite/event_batch.h"

namespace gnomon::adapters {

template <typename Row>
Expected<void> RowWriter::prepare(Database& database, const std::string& name, bool has_shard,
                                  Table& table) {
  auto rows = RowTable::create(database, "new_" + name, columns<Row>());
  if (!rows) return std::unexpected(rows.error());
  const std::string names = column_names<Row>();
  auto put =
      database.prepare(fmt::format("REPLACE INTO {0} ({1}{2}) SELECT {3}{2} FROM new_{0}", name,
                                   has_shard ? "shard, " : "", names, has_shard ? "?1, " : ""));
  if (!put) return std::unexpected(put.error());
  table.rows = std::move(*rows);
  table.put = std::move(*put);
  return {};
}

Expected<RowWriter> RowWriter::create(Database& database) {
  RowWriter writer;
  auto done = prepare<DefinitionRow>(database, "definition", true, writer.definitions_);
  if (done) done = prepare<WorkflowRow>(database, "workflow", false, writer.workflows_);
  if (done) done = prepare<NodeRow>(database, "node", false, writer.nodes_);
  if (done) done = prepare<AttemptRow>(database, "attempt", false, writer.attempts_);
  if (done) done = prepare<SignalRow>(database, "signal", false, writer.signals_);
  if (done) done = prepare<ScheduleRow>(database, "schedule", true, writer.schedules_);
  if (done) done = prepare<CursorRow>(database, "cursor", true, writer.cursors_);
  if (!done) return std::unexpected(done.error());

  const std::pair<Statement*, const char*> statements[] = {
      {&writer.signals_.remove,
       "DELETE FROM signal WHERE (workflow, number) IN (SELECT workflow, number FROM new_signal)"},
      {&writer.schedules_.remove,
       "DELETE FROM schedule WHERE shard = ?1 AND name IN (SELECT name FROM new_schedule)"},
      {&writer.put_answer_,
       "UPDATE command SET answered_at = ?2, result = nullif(?3, 0), error = ?4, payload = NULL, "
       "labels = NULL "
       "WHERE number = ?1 AND answered_at IS NULL RETURNING number"},
      {&writer.put_events_,
       "REPLACE INTO event_batch (id, last, at, until, body) VALUES (?, ?, ?, ?, ?)"}};
  for (const auto& [statement, sql] : statements) {
    auto prepared = database.prepare(sql);
    if (!prepared) return std::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  return writer;
}

Expected<void> RowWriter::write(const Commit& commit) {
  auto done = write_definitions(commit.shard, commit.definitions);
  if (done && !commit.workflows.empty()) {
    workflows_.rows->show(std::span{commit.workflows});
    done = workflows_.put.run();
  }
  if (done && !commit.nodes.empty()) {
    nodes_.rows->show(std::span{commit.nodes});
    done = nodes_.put.run();
  }
  if (done) done = write_attempts(commit.attempts);
  if (done) done = write_signals(commit.signals);
  if (done) done = write_schedules(commit.shard, commit.schedules);
  if (done) done = write_cursors(commit.shard, commit.cursors);
  if (done) done = write_answered(commit.answered);
  if (done) done = write_events(commit.events);
  return done;
}

Expected<void> RowWriter::write_definitions(ShardId shard, std::span<const DefinitionRow> rows) {
  if (rows.empty()) return {};
  definitions_.rows->show(rows);
  return definitions_.put.bind(0, std::int64_t{shard}).run();
}

Expected<void> RowWriter::write_workflows(std::span<const WorkflowRow> rows,
                                          std::span<const std::uint32_t> places) {
  if (places.empty()) return {};
  workflows_.rows->show(rows, places);
  return workflows_.put.run();
}

Expected<void> RowWriter::write_nodes(std::span<const NodeRow> rows,
                                      std::span<const std::uint32_t> places) {
  if (places.empty()) return {};
  nodes_.rows->show(rows, places);
  return nodes_.put.run();
}

Expected<void> RowWriter::write_attempts(std::span<const AttemptRow> rows) {
  if (rows.empty()) return {};
  attempts_.rows->show(rows);
  return attempts_.put.run();
}

template <typename Row>
Expected<void> RowWriter::put_or_remove(Table& table, std::span<const Row> rows, bool Row::* gone) {
  for (const bool removing : {false, true}) {
    places_.clear();
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      if (rows[i].*gone == removing) places_.push_back(i);
    }
    if (places_.empty()) continue;
    table.rows->show(rows, places_);
    auto done = (removing ? table.remove : table.put).run();
    if (!done) return done;
  }
  return {};
}

Expected<void> RowWriter::write_signals(std::span<const SignalRow> rows) {
  return put_or_remove(signals_, rows, &SignalRow::removed);
}

Expected<void> RowWriter::write_schedules(ShardId shard, std::span<const ScheduleRow> rows) {
  if (rows.empty()) return {};
  schedules_.put.bind(0, std::int64_t{shard});
  schedules_.remove.bind(0, std::int64_t{shard});
  return put_or_remove(schedules_, rows, &ScheduleRow::removed);
}

Expected<void> RowWriter::write_cursors(ShardId shard, std::span<const CursorRow> rows) {
  if (rows.empty()) return {};
  cursors_.rows->show(rows);
  return cursors_.put.bind(0, std::int64_t{shard}).run();
}

Expected<void> RowWriter::write_answered(std::span<const AnsweredRow> rows) {
  for (const AnsweredRow& row : rows) {
    const auto open = put_answer_.bind(0, static_cast<std::int64_t>(row.number))
                          .bind(1, to_ns(row.at))
                          .bind(2, static_cast<std::int64_t>(value_of(row.result)))
                          .bind(3, std::string_view{row.error})
                          .step();
    if (!open) return std::unexpected(open.error());
    put_answer_.reset();
    if (!*open) {
      return fail(ErrorKind::kDidNotHappen,
                  fmt::format("command {} is not in the mailbox, or has its answer", row.number));
    }
  }
  return {};
}

Expected<void> RowWriter::write_events(std::span<const Event> events) {
  while (!events.empty()) {
    const auto some = events.first(batch_length(events));
    const EventBatch batch = write_batch(some, body_);
    auto done = put_events_.bind(0, batch.id)
                    .bind(1, static_cast<std::int64_t>(batch.last))
                    .bind(2, to_ns(batch.at))
                    .bind(3, to_ns(batch.until))
                    .bind(4, std::string_view{body_})
                    .run();
    if (!done) return done;
    events = events.subspan(some.size());
  }
  return {};
}

}  // namespace gnomon::adapters
