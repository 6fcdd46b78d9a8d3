#include <fmt/format.h>

#include "adapters/sqlite/record_reader.h"
#include "engine/model/policy.h"
#include "engine/record/event_node.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/event_text.h"
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

std::vector<Cell> to_cells(const Event& event, EventNames& names) {
  const auto outcome = Outcome{event.outcome};
  const auto error = ErrorClass{event.error_class};
  const NodeIndex node = node_of(event);
  return {Cell{event.sequence},
          Cell{event.at},
          Cell{to_string(event.kind)},
          Cell{event.shard},
          Cell::workflow(event.workflow),
          node == kNoNode ? Cell{} : Cell{node},
          Cell::unless_empty(names.node(event)),
          event.attempt == 0 ? Cell{} : Cell{event.attempt},
          outcome == Outcome::kNone ? Cell{} : Cell{to_string(outcome)},
          error == ErrorClass::kNone ? Cell{} : Cell{to_string(error)},
          event.detail == 0 ? Cell{} : Cell{fmt::to_string(event.detail)},
          Cell::unless_empty(event.text.text())};
}

EventNames event_names(adapters::RecordReader& reader) {
  EventNames names;
  for (const adapters::ShardDefinition& definition : must(reader.definitions()))
    names.add(definition.shard, definition.row);
  return names;
}

NodeIndex find_node(EventNames& names, std::optional<WorkflowId> workflow,
                    const ShowArguments& arguments) {
  if (!workflow)
    stop(kUsage, "a node of which workflow? Give its number or its key with --workflow");
  if (const auto found = names.find_node(*workflow, arguments.node)) return *found;
  stop(kUsage,
       fmt::format("workflow {} has no node '{}'; 'gnomon show {} workflow -w {}' lists them",
                   workflow_label(*workflow), arguments.node, arguments.record,
                   workflow_label(*workflow)));
}

}  // namespace

void show_events(const ShowArguments& arguments) {
  auto reader = must(adapters::RecordReader::open(arguments.record));
  // Looks up what an event is of while the first one reads events.
  auto rows = must(adapters::RecordReader::open(arguments.record));
  EventNames names = event_names(rows);
  adapters::EventFilter filter;
  if (!arguments.kind.empty()) filter.kind = parse_kind(arguments.kind);
  if (!arguments.workflow.empty()) {
    const WorkflowRow workflow = find_row(rows, arguments.record, arguments.workflow);
    names.add(workflow);
    filter.workflow = workflow.id;
  }
  if (!arguments.node.empty()) filter.node = find_node(names, filter.workflow, arguments);
  std::size_t shown = 0;
  Listing listing(arguments, "gnomon.events/1");
  if (arguments.json) {
    listing.begin_rows("events", {{"", "sequence"},
                                  {"", "at"},
                                  {"", "kind"},
                                  {"", "shard"},
                                  {"", "workflow"},
                                  {"", "node"},
                                  {"", "node_name"},
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
    if (node_of(event) != kNoNode && !names.knows(event.workflow)) {
      if (const auto row = must(rows.workflow(event.workflow))) names.add(*row);
    }
    if (arguments.json) {
      listing.row(to_cells(event, names));
    } else {
      listing.line(to_line(event, names));
    }
    return true;
  }));
  if (arguments.json) {
    listing.end(shown);
  } else if (more) {
    listing.line("  ... and more (--limit)");
  }
}

}  // namespace gnomon::cli
