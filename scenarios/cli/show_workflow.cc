#include <fmt/format.h>
#include <unistd.h>

#include "engine/base/nearest_name.h"
#include "engine/model/policy.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"
#include "reports/view/spans.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/listing.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/show.h"

namespace gnomon::cli {
namespace {

using Align = Column::Align;
using reports::Ink;

std::string coloured(const Cell& cell) {
  const reports::Style style{reports::wants_colour(STDOUT_FILENO)};
  const reports::Table::Cell shown = cell.to_text();
  return style(shown.ink, shown.text);
}

const reports::WorkflowView& workflow_of(const reports::RunView& run,
                                         const ShowArguments& arguments) {
  if (arguments.workflow.empty()) {
    stop(kUsage, fmt::format("which workflow? Give its number or its key with --workflow; "
                             "'gnomon show {}' lists them",
                             arguments.record));
  }
  return choose_workflow(run, arguments.workflow);
}

/// The node whose work the workflow is, if it is another one's.
Cell parent_node(const reports::RunView& run, const WorkflowRow& row) {
  const reports::WorkflowView* parent = run.find(row.parent.workflow);
  return parent == nullptr ? Cell{} : Cell{run.graph_of(*parent).node(row.parent.node).name};
}

void show_children(const reports::RunView& run, const reports::WorkflowView& workflow,
                   Listing& listing) {
  constexpr std::size_t kShown = 12;
  const auto children = run.children_of(workflow);
  if (children.empty()) return;
  std::string all;
  std::string some;
  for (std::size_t i = 0; i < children.size(); ++i) {
    const std::string label = workflow_label(run.workflows()[children[i]].row.id);
    all += fmt::format("{}\"{}\"", i == 0 ? "" : ",", label);
    if (i < kShown) some += fmt::format("{}{}", i == 0 ? "" : ", ", label);
  }
  if (children.size() > kShown) some += fmt::format(" and {} more", children.size() - kShown);
  listing.fact({"", "children"}, Cell::json(Payload(fmt::format("[{}]", all))));
  listing.line(fmt::format("  {:<12} {}", "children", some));
}

/// The position in its graph of the node that the user names.
std::size_t position_of_node(const reports::RunView& run, const reports::WorkflowView& workflow,
                             const ShowArguments& arguments) {
  const auto& nodes = run.graph_of(workflow).nodes();
  NearestName nearest(arguments.node);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].name == arguments.node) return i;
    nearest.consider(nodes[i].name);
  }
  const std::string label = workflow_label(workflow.row.id);
  const std::string hint =
      fmt::format("'gnomon show {} workflow -w {}' lists them", arguments.record, label);
  if (arguments.node.empty()) stop(kUsage, "which node? Give its name with --node; " + hint);
  stop(kUsage, fmt::format("workflow {} has no node '{}'{}; {}", label, arguments.node,
                           nearest.hint(), hint));
}

}  // namespace

void show_workflow(const ShowArguments& arguments) {
  const reports::RunView run = load_record(arguments.record);
  const reports::WorkflowView& workflow = workflow_of(run, arguments);
  const reports::Graph& graph = run.graph_of(workflow);
  const WorkflowRow& row = workflow.row;
  const Cell makespan = Cell::between(row.created_at, row.finished_at);
  Listing listing(arguments, "gnomon.workflow/1");
  listing.line(fmt::format("{} {}  {}  {}  {}", coloured({graph.name(), Ink::kBold}),
                           workflow_label(row.id), coloured(Cell::state(row)),
                           makespan.is_absent() ? "-" : makespan.to_text().text,
                           reports::clean(row.reason.text())));
  listing.fact({"", "id"}, Cell::workflow(row.id));
  listing.fact({"", "name"}, Cell{graph.name()});
  listing.fact({"", "state"}, Cell::state(row));
  listing.fact({"", "makespan_s"}, makespan);
  // People are spared what a workflow has not.
  const auto fact = [&](std::string_view title, std::string_view member, const Cell& cell) {
    listing.fact({cell.is_absent() ? "" : title, member}, cell);
  };
  fact("created", "created_at", Cell{row.created_at});
  fact("finished", "finished_at", Cell{row.finished_at});
  fact("key", "key", Cell::unless_empty(row.key));
  fact("tenant", "tenant", Cell::unless_empty(row.tenant));
  fact("labels", "labels", Cell::json(row.labels));
  fact("parent", "parent", Cell::workflow(row.parent.workflow));
  fact("in its node", "parent_node", parent_node(run, row));
  fact(row.run > 1 ? "run" : "", "run", Cell{row.run});
  fact("input", "input", Cell::json(row.input));
  fact("output", "output", Cell::json(row.output));
  listing.fact({"", "reason"}, Cell::unless_empty(row.reason.text()));
  show_children(run, workflow, listing);
  listing.begin_rows("nodes", {{"node", "name"},
                               {"state", "state"},
                               {"attempts", "attempts", Align::kRight},
                               {"queued", "queue_s", Align::kRight},
                               {"ran", "run_s", Align::kRight},
                               {"engine", "engine_s", Align::kRight},
                               {"", "backoff_s"},
                               {"", "ready_at"},
                               {"", "finished_at"},
                               {"reason", "reason"}});
  const auto nodes = run.nodes_of(workflow);
  for (const NodeRow& node : nodes) {
    if (listing.is_full()) break;
    const reports::Spans spans = reports::spans_of(node, run.earlier_attempts(node), run.ended());
    listing.row({Cell{graph.node(node.node).name}, Cell::state(node), Cell{node.attempt},
                 Cell{spans.queue}, Cell{spans.run}, Cell{spans.engine}, Cell{spans.backoff},
                 Cell{node.ready_at}, Cell{node.finished_at},
                 Cell::unless_empty(node.reason.text(), Ink::kDim)});
  }
  listing.end(nodes.size());
}

void show_node(const ShowArguments& arguments) {
  const reports::RunView run = load_record(arguments.record);
  const reports::WorkflowView& workflow = workflow_of(run, arguments);
  const NodeRow& node = run.nodes_of(workflow)[position_of_node(run, workflow, arguments)];
  const std::string& name = run.definition_of(node).name;
  Listing listing(arguments, "gnomon.node/1");
  listing.line(fmt::format("{}  {}", coloured({name, Ink::kBold}), coloured(Cell::state(node))));
  listing.fact({"", "workflow"}, Cell::workflow(workflow.row.id));
  listing.fact({"", "name"}, Cell{name});
  listing.fact({"", "state"}, Cell::state(node));
  listing.fact({"READY", "ready_at"}, Cell{node.ready_at});
  listing.fact({"RUNNING", "running_at"}, Cell{node.running_at});
  listing.fact({"FINISHING", "finishing_at"}, Cell{node.finishing_at});
  listing.fact({"FINISHED", "finished_at"}, Cell{node.finished_at});
  listing.fact({node.output.empty() ? "" : "output", "output"}, Cell::json(node.output));
  listing.fact({node.reason.empty() ? "" : "reason", "reason"},
               Cell::unless_empty(node.reason.text()));
  listing.begin_rows("attempts", {{"attempt", "attempt", Align::kRight},
                                  {"outcome", "outcome"},
                                  {"launched", "launched_at"},
                                  {"queued", "queue_s", Align::kRight},
                                  {"ran", "run_s", Align::kRight},
                                  {"reason", "reason"}});
  const auto row = [&](std::uint32_t attempt, const auto& of) {
    const Outcome outcome{of.outcome};
    listing.row({Cell{attempt}, outcome == Outcome::kNone ? Cell{} : Cell{to_string(outcome)},
                 Cell{of.launched_at}, Cell::between(of.launched_at, of.started_at),
                 Cell::between(of.started_at, of.ended_at), Cell::unless_empty(of.reason.text())});
  };
  const auto earlier = run.earlier_attempts(node);
  if (node.attempt > 0) listing.line("");
  for (const AttemptRow& attempt : earlier) row(attempt.key.attempt, attempt);
  if (node.attempt > 0) row(node.attempt, node);
  listing.end(earlier.size() + (node.attempt > 0 ? 1 : 0));
}

}  // namespace gnomon::cli
