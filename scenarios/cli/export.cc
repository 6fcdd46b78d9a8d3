#include <memory>
#include <string>

#include "reports/exports/csv.h"
#include "reports/exports/openmetrics.h"
#include "reports/exports/perfetto.h"
#include "reports/exports/wfformat.h"
#include "reports/summary/summary.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/scenario_input.h"

namespace gnomon::cli {

void add_export(CLI::App& app) {
  struct Arguments {
    std::string record;
    std::string format = "perfetto";
    std::string workflow;
    std::string output = "-";
  };
  auto* command = app.add_subcommand("export", "Writes a record in a form that other tools read");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("RECORD", arguments->record, "Run record")->required();
  command
      ->add_option("--format", arguments->format,
                   "perfetto (a trace for ui.perfetto.dev), wfformat (one workflow), csv (nodes), "
                   "workflows-csv, "
                   "openmetrics")
      ->check(CLI::IsMember({"perfetto", "wfformat", "csv", "workflows-csv", "openmetrics"}))
      ->capture_default_str();
  command->add_option("-w,--workflow", arguments->workflow,
                      "Of wfformat: number or key of the workflow");
  command->add_option("-o,--output", arguments->output, "File to write; - is stdout")
      ->capture_default_str();
  command->footer(
      "Examples:\n  gnomon export run.db --format perfetto -o trace.json\n"
      "  gnomon export run.db --format csv -o nodes.csv");
  command->callback([arguments] {
    keep_input(arguments->record, arguments->output);
    const reports::RunView run = load_record(arguments->record);
    std::string text;
    if (arguments->format == "perfetto") {
      text = reports::to_perfetto(run);
    } else if (arguments->format == "wfformat") {
      text = reports::to_wfformat(run, choose_workflow(run, arguments->workflow));
    } else if (arguments->format == "csv") {
      text = reports::nodes_csv(run);
    } else if (arguments->format == "workflows-csv") {
      text = reports::workflows_csv(run);
    } else {
      text = reports::to_openmetrics(reports::summarise(run));
    }
    write_output(arguments->output, text);
  });
}

}  // namespace gnomon::cli
