#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/importers/dot.h"
#include "engine/base/nearest_name.h"
#include "engine/model/definition.h"
#include "reports/render/dag_picture.h"
#include "reports/render/dot.h"
#include "reports/text/units.h"
#include "reports/view/read_run.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/scenario_input.h"

namespace gnomon::cli {
namespace {

struct PictureArguments {
  std::string path;
  std::string workflow;
  std::string output = "-";
  std::string format;
};

void add_to(CLI::App& command, PictureArguments& arguments) {
  command.add_option("FILE", arguments.path, "Run record, or scenario")->required();
  command.add_option("-w,--workflow", arguments.workflow,
                     "Of a record: number or key of the workflow (default: the failed one, or else "
                     "the one, that took longest). Of a scenario: its name (default: the first)");
  command.add_option("-o,--output", arguments.output, "File to write; - is stdout")
      ->capture_default_str();
}

std::string format_of(const PictureArguments& arguments) {
  if (!arguments.format.empty()) return arguments.format;
  const std::string& output = arguments.output;
  for (const char* picture : {".png", ".pdf", ".jpg", ".jpeg"}) {
    if (output.ends_with(picture)) {
      stop(kUsage, fmt::format("{}: graph writes .svg and .dot; rsvg-convert makes a {} of an .svg",
                               output, picture));
    }
  }
  return output.ends_with(".dot") || output.ends_with(".gv") ? "dot" : "svg";
}

bool is_scenario(const std::string& path) {
  return path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json");
}

std::string text_of(const reports::Dag& dag, const PictureArguments& arguments,
                    reports::DotOptions options = {}) {
  if (format_of(arguments) == "svg") return reports::draw_dag(dag);
  const auto unknown = std::ranges::count(options.node_definitions, "");
  if (unknown > 0) {
    fmt::print(stderr,
               "note: of {} the record does not tell what they do; imported, they would be tasks "
               "of their own name\n",
               reports::counted(static_cast<std::size_t>(unknown), "node"));
  }
  options.direction = reports::direction_of(dag);
  return reports::to_dot(dag, options);
}

/// The text of the definition that a workflow is of; "" if the record has none.
std::string source_of(const std::string& record, const WorkflowRow& workflow) {
  adapters::RecordReader reader = must(adapters::RecordReader::open(record));
  for (const adapters::ShardDefinition& each : must(reader.definitions())) {
    if (each.shard == shard_of(workflow.id) && each.row.id == workflow.definition)
      return std::string(each.row.source.text());
  }
  return "";
}

std::string draw_run(const PictureArguments& arguments) {
  const reports::RunView run = load_record(arguments.path);
  const reports::WorkflowView& workflow = choose_workflow(run, arguments.workflow);
  const reports::Dag dag = reports::make_dag(run, workflow);
  std::vector<std::string> names;
  for (const reports::Graph::Node& node : run.graph_of(workflow).nodes())
    names.push_back(node.name);
  const adapters::DrawnDefinition drawn =
      adapters::drawn_definition(source_of(arguments.path, workflow.row), names);
  return text_of(dag, arguments,
                 {.node_definitions = drawn.nodes, .graph_definition = drawn.workflow});
}

const Definition& choose_definition(const scenarios::Scenario& scenario,
                                    const std::string& wanted) {
  if (scenario.workflows.empty()) stop(kUsage, "the scenario has no workflow");
  if (wanted.empty()) return *scenario.workflows.front();
  NearestName nearest(wanted);
  for (const DefinitionPtr& workflow : scenario.workflows) {
    if (workflow->name() == wanted) return *workflow;
    nearest.consider(workflow->name());
  }
  stop(kUsage, fmt::format("there is no workflow '{}'{}", wanted, nearest.hint()));
}

/// The definition as a workflow of which nothing has run.
reports::Dag dag_of(const Definition& definition, std::vector<std::string>& names) {
  reports::RunView run;
  reports::Graph graph = reports::graph_of(definition, run);
  for (const reports::Graph::Node& node : graph.nodes()) names.push_back(node.name);
  must(run.add_workflow({.id = make_workflow_id(0, 1)}, run.add_graph(std::move(graph))));
  run.finish();
  reports::Dag dag = reports::make_dag(run, run.workflows().front());
  dag.state = reports::NodeState::kPending;
  dag.subtitle = fmt::format("version {} · {}, {}", definition.version(),
                             reports::counted(names.size(), "node"),
                             reports::counted(dag.edges.size(), "edge"));
  return dag;
}

/// What may be edited and imported again: nothing of it has run.
std::string draw_definition(const PictureArguments& arguments) {
  const scenarios::Scenario scenario =
      ScenarioInput{.path = arguments.path, .overrides = {}}.load();
  const Definition& definition = choose_definition(scenario, arguments.workflow);
  std::vector<std::string> names;
  const reports::Dag dag = dag_of(definition, names);
  const adapters::DrawnDefinition drawn =
      adapters::drawn_definition(definition.source().text(), names);
  return text_of(dag, arguments,
                 {.node_definitions = drawn.nodes, .graph_definition = drawn.workflow});
}

}  // namespace

void add_graph(CLI::App& app) {
  auto* command = app.add_subcommand(
      "graph",
      "Draws a workflow: of a record with states, times and critical path; or of a scenario");
  auto arguments = std::make_shared<PictureArguments>();
  add_to(*command, *arguments);
  command
      ->add_option("--format", arguments->format,
                   "dot or svg (default: by the file's ending, else svg)")
      ->check(CLI::IsMember({"dot", "svg"}));
  command->footer(
      "Examples:\n  gnomon graph run.db -o dag.svg\n  gnomon graph run.db --workflow 17 -o "
      "dag.dot\n  gnomon graph etl.yaml --workflow nightly -o nightly.dot    (edit it, then: "
      "gnomon "
      "import dot)\nA drawing of a record can be imported too: its workflow as it was defined, "
      "without what became of it. Of a generated one each node is written out, and the durations "
      "of its tasks are drawn anew, from the same range.");
  command->callback([arguments] {
    keep_input(arguments->path, arguments->output);
    write_output(arguments->output,
                 is_scenario(arguments->path) ? draw_definition(*arguments) : draw_run(*arguments));
  });
}

}  // namespace gnomon::cli
