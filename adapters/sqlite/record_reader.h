#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/run_facts.h"
#include "engine/model/policy.h"
#include "engine/record/event.h"
#include "engine/record/rows.h"

namespace gnomon::adapters {

/// A definition belongs to its shard, which may number another one the same.
struct ShardDefinition {
  ShardId shard = 0;
  DefinitionRow row;
};

/// How far a route, a subscriber, or a source ("source/<name>") has got in a shard.
struct ShardCursor {
  ShardId shard = 0;
  CursorRow row;
  std::uint64_t last_event = 0;  ///< of the shard
};

/// Which workflows to read: those for which everything that is given holds.
struct WorkflowFilter {
  std::string name;  ///< of the definition
  std::string tenant;
  std::optional<WorkflowPhase> phase;
  std::optional<Outcome> outcome;
  std::optional<WorkflowId> parent;
  std::string label;        ///< a label of this name ...
  std::string label_value;  ///< ... and this value
};

struct EventFilter {
  std::optional<ShardId> shard;
  std::optional<WorkflowId> workflow;
  std::optional<NodeIndex> node;  ///< node_of
  std::optional<EventKind> kind;
};

/// Reads a run record, or the store of a process that runs, without disturbing it. Whatever reports
/// on runs is built on it alone.
///
/// Always holds: all that one reader reads was true at one moment, that of open(); rows come in the
/// order of their keys; a file that is damaged, or made to do harm, gives an error (kInvalid, in
/// the user's words) and neither a crash nor an endless read. Callbacks return false to stop.
class RecordReader {
 public:
  template <typename Row>
  using Take = std::function<bool(Row&&)>;

  static Expected<RecordReader> open(const std::string& path);
  /// Whether the file is an empty database: what is left of a store whose process was killed before
  /// it had made its tables.
  static bool is_blank(const std::string& path);

  Expected<RunFacts> facts();
  /// The latest instant of which it tells: of an event, of the run's end, or when a process went on
  /// with it; kUnset if there is none.
  Expected<Instant> latest();
  Expected<std::vector<ShardDefinition>> definitions();
  Expected<std::uint64_t> workflow_count();
  Expected<void> workflows(const WorkflowFilter& filter, const Take<WorkflowRow>& take);
  Expected<std::optional<WorkflowRow>> workflow(WorkflowId id);
  /// Those of one workflow; a node that was never touched has none.
  Expected<std::vector<NodeRow>> nodes(WorkflowId workflow);
  /// Those of all workflows, by workflow and node.
  Expected<void> all_nodes(const Take<NodeRow>& take);
  /// Attempts that later ones replaced.
  Expected<std::vector<AttemptRow>> attempts(WorkflowId workflow);
  Expected<void> all_attempts(const Take<AttemptRow>& take);
  Expected<std::vector<ScheduleRow>> schedules();
  /// By name and shard.
  Expected<std::vector<ShardCursor>> cursors();
  /// What other processes have sent, by number, with the answers; a record of before there were
  /// commands has none.
  Expected<void> commands(const Take<CommandRow>& take);
  Expected<std::uint64_t> command_count();
  Expected<void> events(const EventFilter& filter, const Take<Event>& take);
  Expected<std::vector<MetricRow>> metrics();
  Expected<std::vector<SeriesRow>> series();

 private:
  /// Ends a query that takes more steps than a sound file of this size can need.
  struct Budget {
    std::uint64_t steps = 0;
    std::uint64_t limit = 0;
  };
  Expected<void> prepare();
  Expected<std::uint64_t> count(const char* table);
  Expected<void> check_size(std::uint64_t bytes);
  /// Every read begins here.
  Expected<Statement> query(const std::string& sql);
  Error explain(const Error& error) const;
  template <typename Row>
  Expected<void> read(Statement& statement, const Take<Row>& take);
  template <typename Row>
  Expected<std::vector<Row>> read_all(Expected<Statement> statement);
  Expected<void> read_batches(Statement& batches, const EventFilter& filter,
                              const Take<Event>& take);

  std::string path_;
  bool has_commands_ = false;
  std::unique_ptr<Budget> budget_ = std::make_unique<Budget>();
  Database database_;
};

}  // namespace gnomon::adapters
