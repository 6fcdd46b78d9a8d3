#include "adapters/sqlite/record_reader.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/listing.h"
#include "scenarios/cli/send.h"
#include "scenarios/cli/show.h"

namespace gnomon::cli {
namespace {

/// The answer as people read it, and whether it needs a look.
Cell answer_cell(const CommandRow& row) {
  if (row.answered_at == kUnset) return {"nobody has answered yet", Cell::Ink::kDim};
  if (row.error.empty()) return {answer_of(row)};
  return {"refused: " + answer_of(row), Cell::Ink::kBad};
}

}  // namespace

void show_commands(const ShowArguments& arguments) {
  auto reader = must(adapters::RecordReader::open(arguments.record));
  const std::uint64_t all = must(reader.command_count());
  Listing listing(arguments, "gnomon.commands/1");
  if (all == 0) listing.line("  no commands: no other process has sent this run any");
  listing.begin_rows("commands", {{"number", "command", Column::Align::kRight},
                                  {"command", "kind"},
                                  {"", "status"},
                                  {"workflow", "workflow"},
                                  {"name", "name"},
                                  {"", "key"},
                                  {"", "tenant"},
                                  {"", "payload"},
                                  {"sent", "sent_at"},
                                  {"answered", "answered_at"},
                                  {"result", ""},
                                  {"", "error"}});
  must(reader.commands([&](CommandRow&& row) {
    if (listing.is_full()) return false;
    listing.row({Cell{row.number}, Cell{to_string(row.kind)}, Cell{status_of(row)},
                 Cell::workflow(row.result != WorkflowId::kNone ? row.result : row.workflow),
                 Cell::unless_empty(row.name), Cell::unless_empty(row.key),
                 Cell::unless_empty(row.tenant), Cell::json(row.payload),
                 Cell{row.sent_at, Cell::Ink::kDim}, Cell{row.answered_at, Cell::Ink::kDim},
                 answer_cell(row), Cell::unless_empty(row.error)});
    return true;
  }));
  listing.end(all);
}

}  // namespace gnomon::cli
