#include <memory>

#include "reports/render/timeline.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/scenario_input.h"

namespace gnomon::cli {

void add_timeline(CLI::App& app) {
  struct Arguments {
    std::string record;
    std::string workflow;
    std::string output = "-";
    bool whole = false;
  };
  auto* command =
      app.add_subcommand("timeline", "Draws a workflow, or a whole run, over time (SVG)");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("RECORD", arguments->record, "Run record")->required();
  command->add_option("-w,--workflow", arguments->workflow,
                      "Number or key of the workflow (default: the failed one, or else the one, "
                      "that took longest)");
  command->add_flag("--all", arguments->whole, "The whole run: load of each runtime, worker slots");
  command->add_option("-o,--output", arguments->output, "File to write; - is stdout")
      ->capture_default_str();
  command->footer(
      "Examples:\n  gnomon timeline run.db -o gantt.svg\n  gnomon timeline run.db --all -o "
      "run.svg");
  command->callback([arguments] {
    keep_input(arguments->record, arguments->output);
    const reports::RunView run = load_record(arguments->record);
    const reports::WorkflowView* workflow =
        arguments->whole ? nullptr : &choose_workflow(run, arguments->workflow);
    write_output(arguments->output, reports::draw_timeline(run, workflow));
  });
}

}  // namespace gnomon::cli
