#include <fmt/format.h>

#include <memory>

#include "reports/render/dag_picture.h"
#include "reports/render/dot.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/scenario_input.h"

namespace gnomon::cli {
namespace {

struct PictureArguments {
  std::string record;
  std::string workflow;
  std::string output = "-";
  std::string format;
};

void add_to(CLI::App& command, PictureArguments& arguments) {
  command.add_option("RECORD", arguments.record, "Run record")->required();
  command.add_option("-w,--workflow", arguments.workflow,
                     "Number or key of the workflow (default: the failed one, or else the one, "
                     "that took longest)");
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

}  // namespace

void add_graph(CLI::App& app) {
  auto* command =
      app.add_subcommand("graph", "Draws a workflow of a record: states, times, critical path");
  auto arguments = std::make_shared<PictureArguments>();
  add_to(*command, *arguments);
  command
      ->add_option("--format", arguments->format,
                   "dot or svg (default: by the file's ending, else svg)")
      ->check(CLI::IsMember({"dot", "svg"}));
  command->footer(
      "Examples:\n  gnomon graph run.db -o dag.svg\n  gnomon graph run.db --workflow 17 -o "
      "dag.dot");
  command->callback([arguments] {
    keep_input(arguments->record, arguments->output);
    const reports::RunView run = load_record(arguments->record);
    const reports::Dag dag = reports::make_dag(run, choose_workflow(run, arguments->workflow));
    write_output(arguments->output,
                 format_of(*arguments) == "dot"
                     ? reports::to_dot(dag, {.direction = reports::direction_of(dag)})
                     : reports::draw_dag(dag));
  });
}

}  // namespace gnomon::cli
