#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/row_table.h"
#include "engine/record/rows.h"

namespace gnomon::adapters {

/// Puts rows into the tables of a record, replacing what stands there under the same key. It opens
/// no transaction: its callers (the store, the writer of records) say what is one. Lives no longer
/// than its Database.
class RowWriter {
 public:
  static Expected<RowWriter> create(Database& database);

  /// Everything in a commit but its shard's own facts (fence, next workflow).
  Expected<void> write(const Commit& commit);

  Expected<void> write_definitions(ShardId shard, std::span<const DefinitionRow> rows);
  /// Only the rows at the given places, in that order, which is quickest when it is that of their
  /// keys.
  Expected<void> write_workflows(std::span<const WorkflowRow> rows,
                                 std::span<const std::uint32_t> places);
  Expected<void> write_nodes(std::span<const NodeRow> rows, std::span<const std::uint32_t> places);
  Expected<void> write_attempts(std::span<const AttemptRow> rows);
  /// Also deletes: signals that were taken, schedules that were removed.
  Expected<void> write_signals(std::span<const SignalRow> rows);
  Expected<void> write_schedules(ShardId shard, std::span<const ScheduleRow> rows);
  Expected<void> write_cursors(ShardId shard, std::span<const CursorRow> rows);
  /// kDidNotHappen if a command is not in the mailbox or has its answer: the transaction must not
  /// be committed then.
  Expected<void> write_answered(std::span<const AnsweredRow> rows);
  /// In as few batches as their numbering allows.
  Expected<void> write_events(std::span<const Event> events);

 private:
  struct Table {
    std::unique_ptr<RowTable> rows;
    Statement put;
    Statement remove;
  };
  RowWriter() = default;
  template <typename Row>
  static Expected<void> prepare(Database& database, const std::string& name, bool has_shard,
                                Table& table);
  template <typename Row>
  Expected<void> put_or_remove(Table& table, std::span<const Row> rows, bool Row::* gone);

  Table definitions_, workflows_, nodes_, attempts_, signals_, schedules_, cursors_;
  Statement put_events_;
  Statement put_answer_;
  std::string body_;
  std::vector<std::uint32_t> places_;
};

}  // namespace gnomon::adapters
