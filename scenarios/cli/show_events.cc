#include <fmt/format.h>

#include "adapters/sqlite/record_reader.h"
#include "engine/model/policy.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/listing.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/show.h"

namespace gnomon::cli {
namespace {

EventKind parse_kind(const std::string& wanted) {
  std::string known;
  for (std::size_t i = 0; i < kEventKindCount; ++i) {
    const auto kind = static_cast<EventKind>(i);
    if (to_string(kind) == wanted) return kind;
    known += fmt::format("{}{}", i == 0 ? "" : ", ", to_string(kind));
  }
  stop(kUsage, fmt::format("there is no kind of event '{}'; there are {}", wanted, known));
}

/// Most events have few of the fields, so that a line says them by name instead of in columns.
std::string to_line(const Event& event) {
  return fmt::format(
      "{:>8}  {}  {:<22} {}{}{}{}", event.sequence, reports::iso_time(event.at),
      to_string(event.kind),
      event.workflow == WorkflowId::kNone
          ? ""
          : fmt::format("workflow {}", workflow_label(event.workflow)),
      event.node == kNoNode ? "" : fmt::format(" node {}", event.node),
      event.attempt == 0 ? "" : fmt::format(" attempt {}", event.attempt),
      event.text.empty() ? "" : fmt::format("  {}", reports::clean(event.text.text())));
}

std::vector<Cell> to_cells(const Event& event) {
  const auto outcome = Outcome{event.outcome};
  const auto error = ErrorClass{event.error_class};
  return {Cell{event.sequence},
          Cell{event.at},
          Cell{to_string(event.kind)},
          Cell{event.shard},
          Cell::workflow(event.workflow),
          event.node == kNoNode ? Cell{} : Cell{event.node},
          event.attempt == 0 ? Cell{} : Cell{event.attempt},
          outcome == Outcome::kNone ? Cell{} : Cell{to_string(outcome)},
          error == ErrorClass::kNone ? Cell{} : Cell{to_string(error)},
          event.detail == 0 ? Cell{} : Cell{fmt::to_string(event.detail)},
          Cell::unless_empty(event.text.text())};
}

}  // namespace

void show_events(const ShowArguments& arguments) {
  auto reader = must(adapters::RecordReader::open(arguments.record));
  adapters::EventFilter filter;
  if (!arguments.kind.empty()) filter.kind = parse_kind(arguments.kind);
  if (!arguments.workflow.empty()) {
    filter.workflow = find_row(reader, arguments.record, arguments.workflow).id;
  }
  std::size_t shown = 0;
  Listing listing(arguments, "gnomon.events/1");
  if (arguments.json) {
    listing.begin_rows("events", {{"", "sequence"},
                                  {"", "at"},
                                  {"", "kind"},
                                  {"", "shard"},
                                  {"", "workflow"},
                                  {"", "node"},
                                  {"", "attempt"},
                                  {"", "outcome"},
                                  {"", "error_class"},
                                  {"", "detail"},
                                  {"", "text"}});
  }
  bool more = false;
  must(reader.events(filter, [&](Event&& event) {
    more = shown == arguments.max_rows();
    if (more) return false;
    ++shown;
    if (arguments.json) {
      listing.row(to_cells(event));
    } else {
      fmt::print("{}\n", to_line(event));
    }
    return true;
  }));
  if (arguments.json) {
    listing.end(shown);
  } else if (more) {
    fmt::print("  ... and more (--limit)\n");
  }
}

}  // namespace gnomon::cli
