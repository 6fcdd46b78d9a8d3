#include <charconv>
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
#include "scenarios/language/yaml.h"

namespace gnomon::cli {

namespace {

/// A record holds how many slots a runtime had, and its scenario on how many workers they were.
void note_workers(reports::RunView& run, const std::string& record) {
  const adapters::RunFacts facts = must(must(adapters::RecordReader::open(record)).facts());
  scenarios::Diagnostics diagnostics;
  scenarios::YamlBudget budget;
  const auto scenario = scenarios::read_yaml(
      diagnostics.add_source("scenario", facts.scenario_text), diagnostics, budget);
  const scenarios::Value* runtimes = scenario ? scenario->find("runtimes") : nullptr;
  if (runtimes == nullptr || facts.world != "simulated") return;
  for (const scenarios::Member& runtime : runtimes->members) {
    const scenarios::Value* workers = runtime.value.find("workers");
    std::uint32_t count = 0;
    if (workers != nullptr &&
        std::from_chars(workers->text.data(), workers->text.data() + workers->text.size(), count)
                .ec == std::errc{})
      run.set_workers(runtime.key, count);
  }
}

}  // namespace

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
    reports::RunView run = load_record(arguments->record);
    std::string text;
    if (arguments->format == "perfetto") {
      text = reports::to_perfetto(run);
    } else if (arguments->format == "wfformat") {
      note_workers(run, arguments->record);
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
