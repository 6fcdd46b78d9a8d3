#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/row_writer.h"
#include "adapters/sqlite/run_facts.h"
#include "engine/record/rows.h"

namespace gnomon::adapters {

/// Writes the record of a run whose durable memory is elsewhere: a simulated one, an imported one.
/// It takes the same commits as a store, in the order in which they became durable, from any number
/// of shards.
///
/// Rows wait in memory, some ten megabytes of them, and go to the file sorted by key, each as it
/// was last: most nodes are written once, though a commit told of each of their steps. The same
/// commits give the same file, byte for byte.
///
/// The file appears under its name when it is whole (finish()); a run that dies leaves nothing
/// under that name.
class RecordWriter {
 public:
  static Expected<std::unique_ptr<RecordWriter>> create(const std::string& path);
  /// Without finish() before, removes what was written.
  ~RecordWriter();
  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;

  /// Once it has failed (a full disk), it fails always.
  Expected<void> write(const Commit& commit);
  /// Writes what waits, and gives the file its name (`path` instead, in the same folder, if it is
  /// not ""), replacing the record that had it. kInvalid if that is not a record, or a command
  /// waits in it: then it stays.
  Expected<void> finish(const RunSummary& summary, const std::string& path = "");
  /// After finish(): the name that the record of the real world which was there has now; "" for
  /// none.
  const std::string& earlier_kept_as() const { return earlier_kept_as_; }

 private:
  RecordWriter() = default;
  Expected<void> prepare();
  Expected<void> take(const Commit& commit);
  Expected<void> write_waiting_nodes();
  Expected<void> write_waiting_workflows();
  Expected<void> write_everything(const RunSummary& summary);
  Expected<void> make_room();

  struct Place {
    std::uint64_t workflow;
    std::uint32_t node;
    std::uint32_t place;
    auto operator<=>(const Place&) const = default;
  };
  /// Leaves in `order_` the places of the last row of each key, sorted by key.
  void sort_places();

  std::string path_;
  std::string temporary_;
  std::string earlier_kept_as_;
  std::optional<Database> database_;
  std::optional<RowWriter> rows_;
  Expected<void> state_;
  std::vector<NodeRow> nodes_;
  std::vector<WorkflowRow> workflows_;
  std::vector<AttemptRow> attempts_;
  std::map<ShardId, std::vector<Event>> events_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> order_;
};

}  // namespace gnomon::adapters
