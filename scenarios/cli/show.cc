#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "adapters/sqlite/record_reader.h"
#include "engine/events/route.h"
#include "reports/text/escape.h"
#include "reports/text/json_writer.h"
#include "reports/text/table.h"
#include "reports/text/units.h"
#include "reports/view/node_state.h"
#include "reports/view/spans.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/scenario_input.h"

namespace gnomon::cli {
namespace {

using reports::Ink;
using Align = reports::Table::Align;

struct ShowArguments {
  std::string record;
  std::string what = "run";
  std::string workflow;
  std::string node;
  std::string kind;
  std::size_t limit = 50;
  bool json = false;
};

reports::Style stdout_style() {
  return {reports::wants_colour(STDOUT_FILENO)};
}

Ink ink_of(reports::NodeState state) {
  switch (state) {
    case reports::NodeState::kSucceeded:
      return Ink::kGood;
    case reports::NodeState::kFailed:
    case reports::NodeState::kTimedOut:
      return Ink::kBad;
    case reports::NodeState::kCancelled:
      return Ink::kWarning;
    case reports::NodeState::kSkipped:
    case reports::NodeState::kPending:
      return Ink::kDim;
    default:
      return Ink::kAccent;
  }
}

std::string length_of(Instant from, Instant to) {
  return from == kUnset || to == kUnset ? "-" : reports::human(to - from);
}

std::string print_rest(std::size_t all, std::size_t shown) {
  return all > shown
             ? fmt::format("  ... and {} more (--limit)\n", reports::human_count(all - shown))
             : "";
}

void show_workflows(const reports::RunView& run, const ShowArguments& arguments) {
  if (arguments.json) {
    reports::JsonWriter json(2);
    json.begin_object().member("format", "gnomon.workflows/1").key("workflows").begin_array();
    for (const reports::WorkflowView& workflow : run.workflows()) {
      const WorkflowRow& row = workflow.row;
      json.begin_object()
          .member("id", workflow_label(row.id))
          .member("name", run.graph_of(workflow).name());
      json.member("state", to_string(reports::state_of(row)))
          .member("tenant", row.tenant)
          .member("key", row.key);
      json.member("run", row.run).member("created_at", reports::iso_time(row.created_at));
      if (row.finished_at != kUnset) json.seconds("makespan_s", row.finished_at - row.created_at);
      if (!row.reason.empty()) json.member("reason", row.reason.text());
      json.end_object();
    }
    json.end_array().end_object();
    write_output("-", json.take() + "\n");
    return;
  }
  reports::Table table(
      {Align::kRight, Align::kLeft, Align::kLeft, Align::kRight, Align::kLeft, Align::kLeft});
  table.titles({"id", "workflow", "state", "makespan", "started", "key"});
  std::size_t shown = 0;
  for (const reports::WorkflowView& workflow : run.workflows()) {
    if (shown++ == arguments.limit) break;
    const WorkflowRow& row = workflow.row;
    const auto state = reports::state_of(row);
    table.row({{workflow_label(row.id)},
               {reports::clean(run.graph_of(workflow).name())},
               {std::string{to_string(state)}, ink_of(state)},
               {length_of(row.created_at, row.finished_at)},
               {reports::iso_time(row.created_at), Ink::kDim},
               {reports::clean(row.key), Ink::kDim}});
  }
  fmt::print("{}{}", table.print(stdout_style()),
             print_rest(run.workflows().size(), arguments.limit));
}

void show_workflow(const reports::RunView& run, const ShowArguments& arguments) {
  const reports::WorkflowView& workflow = choose_workflow(run, arguments.workflow);
  const reports::Graph& graph = run.graph_of(workflow);
  const auto nodes = run.nodes_of(workflow);
  const auto state = reports::state_of(workflow.row);
  const reports::Style style = stdout_style();
  fmt::print("{} {}  {}  {}  {}\n", style(Ink::kBold, graph.name()),
             workflow_label(workflow.row.id), style(ink_of(state), to_string(state)),
             length_of(workflow.row.created_at, workflow.row.finished_at),
             reports::clean(workflow.row.reason.text()));
  reports::Table table({Align::kLeft, Align::kLeft, Align::kRight, Align::kRight, Align::kRight,
                        Align::kRight, Align::kLeft});
  table.titles({"node", "state", "attempts", "queued", "ran", "engine", "reason"});
  for (std::size_t i = 0; i < nodes.size() && i < arguments.limit; ++i) {
    const NodeRow& node = nodes[i];
    const auto node_state = reports::state_of(node);
    const reports::Spans spans = reports::spans_of(node, run.earlier_attempts(node), run.ended());
    table.row({{reports::clean(graph.node(node.node).name)},
               {std::string{to_string(node_state)}, ink_of(node_state)},
               {fmt::format("{}", node.attempt)},
               {reports::human(spans.queue)},
               {reports::human(spans.run)},
               {reports::human(spans.engine)},
               {reports::clean(node.reason.text()), Ink::kDim}});
  }
  fmt::print("{}{}", table.print(style), print_rest(nodes.size(), arguments.limit));
}

void show_node(const reports::RunView& run, const ShowArguments& arguments) {
  const reports::WorkflowView& workflow = choose_workflow(run, arguments.workflow);
  const reports::Graph& graph = run.graph_of(workflow);
  const auto& all = graph.nodes();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const auto& node) { return node.name == arguments.node; });
  if (found == all.end())
    stop(kUsage, fmt::format("workflow {} has no node '{}'", workflow_label(workflow.row.id),
                             arguments.node));
  const NodeRow& node = run.nodes_of(workflow)[static_cast<std::size_t>(found - all.begin())];
  const auto state = reports::state_of(node);
  const reports::Style style = stdout_style();
  const auto line = [](const char* name, const std::string& value) {
    fmt::print("  {:<12} {}\n", name, value);
  };
  const auto time = [](Instant at) {
    return at == kUnset ? std::string{"-"} : reports::iso_time(at);
  };
  fmt::print("{}  {}\n", style(Ink::kBold, found->name), style(ink_of(state), to_string(state)));
  line("READY", time(node.ready_at));
  line("RUNNING", time(node.running_at));
  line("FINISHING", time(node.finishing_at));
  line("FINISHED", time(node.finished_at));
  if (!node.output.empty()) line("output", std::string{node.output.text()});
  if (!node.reason.empty()) line("reason", reports::clean(node.reason.text()));
  reports::Table table(
      {Align::kRight, Align::kLeft, Align::kLeft, Align::kRight, Align::kRight, Align::kLeft});
  table.titles({"attempt", "outcome", "launched", "queued", "ran", "reason"});
  const auto row = [&](std::uint32_t attempt, std::uint8_t outcome, Instant launched,
                       Instant started, Instant ended, std::string_view reason) {
    table.row({{fmt::format("{}", attempt)},
               {std::string{to_string(static_cast<Outcome>(outcome))}},
               {time(launched)},
               {length_of(launched, started)},
               {length_of(started, ended)},
               {reports::clean(reason)}});
  };
  for (const AttemptRow& attempt : run.earlier_attempts(node)) {
    row(attempt.key.attempt, attempt.outcome, attempt.launched_at, attempt.started_at,
        attempt.ended_at, attempt.reason.text());
  }
  if (node.attempt > 0)
    row(node.attempt, node.outcome, node.launched_at, node.started_at, node.ended_at,
        node.reason.text());
  if (!table.empty()) fmt::print("\n{}", table.print(style));
}

/// How far routes and subscribers have got, and how many events of each source were taken in.
void show_routes(const ShowArguments& arguments) {
  auto reader = adapters::RecordReader::open(arguments.record);
  if (!reader) stop(kUsage, reader.error().message);
  const auto cursors = reader->cursors();
  if (!cursors) stop(kUsage, cursors.error().message);
  const auto metrics = reader->metrics();
  if (!metrics) stop(kUsage, metrics.error().message);
  const auto figure = [&](std::string_view metric, std::string_view label) {
    const auto found = std::ranges::find_if(*metrics, [&](const adapters::MetricRow& row) {
      return row.name == metric && row.label == label;
    });
    return found == metrics->end() ? std::string{"-"} : fmt::format("{}", found->value);
  };
  reports::Table table({Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight,
                        Align::kRight, Align::kRight});
  table.titles(
      {"route", "shard", "up to event", "behind", "delivered", "redelivered", "passed over"});
  std::size_t shown = 0;
  for (const adapters::ShardCursor& cursor : *cursors) {
    if (shown++ == arguments.limit) break;
    const std::string& name = cursor.row.subscriber;
    const bool is_source = name.starts_with(kPublisherPrefix);
    const std::uint64_t behind =
        cursor.last_event - std::min(cursor.last_event, cursor.row.delivered);
    table.row({{reports::clean(name)},
               {fmt::format("{}", cursor.shard)},
               {is_source ? "-" : fmt::format("{}", cursor.row.delivered)},
               {is_source ? "-" : fmt::format("{}", behind)},
               {is_source ? fmt::format("{}", cursor.row.delivered) : figure("delivered", name)},
               {figure("redelivered", name)},
               {figure("passed_over", name)}});
  }
  fmt::print("{}{}", table.print(stdout_style()), print_rest(cursors->size(), arguments.limit));
}

void show_events(const ShowArguments& arguments) {
  auto reader = adapters::RecordReader::open(arguments.record);
  if (!reader) stop(kUsage, reader.error().message);
  adapters::EventFilter filter;
  if (!arguments.workflow.empty()) {
    filter.workflow = choose_workflow(load_record(arguments.record), arguments.workflow).row.id;
  }
  if (!arguments.kind.empty()) {
    std::string known;
    for (std::size_t i = 0; i < kEventKindCount; ++i) {
      const auto kind = static_cast<EventKind>(i);
      if (to_string(kind) == arguments.kind) filter.kind = kind;
      known += fmt::format("{}{}", i == 0 ? "" : ", ", to_string(kind));
    }
    if (!filter.kind)
      stop(kUsage,
           fmt::format("there is no kind of event '{}'; there are {}", arguments.kind, known));
  }
  std::size_t shown = 0;
  const auto read = reader->events(filter, [&](Event&& event) {
    fmt::print("{:>8}  {}  {:<22} {}{}{}{}\n", event.sequence, reports::iso_time(event.at),
               to_string(event.kind),
               event.workflow == WorkflowId::kNone
                   ? ""
                   : fmt::format("workflow {}", workflow_label(event.workflow)),
               event.node == kNoNode ? "" : fmt::format(" node {}", event.node),
               event.attempt == 0 ? "" : fmt::format(" attempt {}", event.attempt),
               event.text.empty() ? "" : fmt::format("  {}", reports::clean(event.text.text())));
    return ++shown < arguments.limit;
  });
  if (!read) stop(kUsage, read.error().message);
}

}  // namespace

void add_show(CLI::App& app) {
  auto* command = app.add_subcommand(
      "show", "Looks into a record: its workflows, one workflow, one node, its events, its routes");
  auto arguments = std::make_shared<ShowArguments>();
  command->add_option("RECORD", arguments->record, "Run record")->required();
  command->add_option("WHAT", arguments->what, "run, workflow, node, events or routes")
      ->check(CLI::IsMember({"run", "workflow", "node", "events", "routes"}))
      ->capture_default_str();
  command->add_option("-w,--workflow", arguments->workflow, "Number or key of the workflow");
  command->add_option("-n,--node", arguments->node, "Name of the node");
  command->add_option("--kind", arguments->kind,
                      "Only events of this kind (node_end, workflow_stuck, ...)");
  command->add_option("--limit", arguments->limit, "Rows at most")->capture_default_str();
  command->add_flag("--json", arguments->json, "Workflows as JSON");
  command->footer(R"(Examples:
  gnomon show run.db
  gnomon show run.db workflow -w 17
  gnomon show run.db node -w 17 -n train
  gnomon show run.db events --kind workflow_stuck
  gnomon show run.db routes)");
  command->callback([arguments] {
    if (arguments->what == "events") {
      show_events(*arguments);
      return;
    }
    if (arguments->what == "routes") {
      show_routes(*arguments);
      return;
    }
    const reports::RunView run = load_record(arguments->record);
    if (arguments->what == "workflow") {
      show_workflow(run, *arguments);
    } else if (arguments->what == "node") {
      if (arguments->node.empty()) stop(kUsage, "which node? Give its name with --node");
      show_node(run, *arguments);
    } else {
      show_workflows(run, *arguments);
    }
  });
}

}  // namespace gnomon::cli
