#include <map>
#include <utility>

#include "adapters/sqlite/record_reader.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/listing.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/show.h"

namespace gnomon::cli {

void show_workflows(const ShowArguments& arguments) {
  auto reader = must(adapters::RecordReader::open(arguments.record));
  std::map<std::pair<ShardId, DefinitionId>, std::string> names;
  for (adapters::ShardDefinition& definition : must(reader.definitions())) {
    names[{definition.shard, definition.row.id}] = std::move(definition.row.name);
  }
  const std::uint64_t all = must(reader.workflow_count());
  Listing listing(arguments, "gnomon.workflows/1");
  if (all == 0) listing.line("  no workflows");
  listing.begin_rows("workflows", {{"id", "id", Column::Align::kRight},
                                   {"workflow", "name"},
                                   {"state", "state"},
                                   {"makespan", "makespan_s", Column::Align::kRight},
                                   {"started", "created_at"},
                                   {"key", "key"},
                                   {"", "tenant"},
                                   {"", "run"},
                                   {"", "reason"}});
  must(reader.workflows({}, [&](WorkflowRow&& row) {
    if (listing.is_full()) return false;
    listing.row({Cell::workflow(row.id), Cell{names[{shard_of(row.id), row.definition}]},
                 Cell::state(row), Cell::between(row.created_at, row.finished_at),
                 Cell{row.created_at, Cell::Ink::kDim}, Cell{row.key, Cell::Ink::kDim},
                 Cell{row.tenant}, Cell{row.run}, Cell::unless_empty(row.reason.text())});
    return true;
  }));
  listing.end(all);
}

}  // namespace gnomon::cli
