#include <fmt/format.h>

#include <memory>

#include "scenarios/cli/command.h"
#include "scenarios/cli/scenario_input.h"

namespace gnomon::cli {

void add_validate(CLI::App& app) {
  auto* command =
      app.add_subcommand("validate", "Checks a scenario file and tells all its mistakes at once");
  auto input = std::make_shared<ScenarioInput>();
  input->add_to(*command);
  command->footer(
      "Examples:\n  gnomon validate s.yaml\n  gnomon validate s.yaml --set engine.shards=8");
  command->callback([input] {
    const scenarios::Scenario scenario = input->load();
    std::size_t nodes = 0;
    for (const DefinitionPtr& definition : scenario.workflows) nodes += definition->node_count();
    fmt::print(
        "{}: valid: {} workflows with {} nodes, {} runtimes, {} streams of traffic, {} thresholds, "
        "{} tests\n",
        input->path, scenario.workflows.size(), nodes, scenario.runtimes.size(),
        scenario.traffic.size(), scenario.thresholds.size(), scenario.tests.size());
  });
}

void add_schema(CLI::App& app) {
  auto* command =
      app.add_subcommand("schema", "Prints the JSON Schema of scenario files, for editors");
  auto reference = std::make_shared<bool>(false);
  command->add_flag("--reference", *reference, "Print the language reference (Markdown) instead");
  command->footer(
      "Example:\n  gnomon schema > gnomon.schema.json   # then, on top of a scenario:\n"
      "  # yaml-language-server: $schema=gnomon.schema.json");
  command->callback([reference] {
    write_output("-",
                 *reference ? scenarios::language_reference() : scenarios::json_schema() + "\n");
  });
}

}  // namespace gnomon::cli
