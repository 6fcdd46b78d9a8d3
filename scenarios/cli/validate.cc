#include <fmt/format.h>

#include <expected>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/text/json_writer.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/scenario_input.h"

namespace gnomon::cli {
namespace {

using Read = std::expected<scenarios::Scenario, scenarios::Diagnostics>;

/// How many there are of each part of a scenario.
using Contents = std::vector<std::pair<std::string_view, std::size_t>>;

Contents contents(const scenarios::Scenario& scenario) {
  std::size_t nodes = 0;
  for (const DefinitionPtr& definition : scenario.workflows) nodes += definition->node_count();
  return {{"workflows", scenario.workflows.size()}, {"nodes", nodes},
          {"runtimes", scenario.runtimes.size()},   {"traffic", scenario.traffic.size()},
          {"schedules", scenario.schedules.size()}, {"sources", scenario.sources.size()},
          {"routes", scenario.routes.size()},       {"subscribers", scenario.subscribers.size()},
          {"faults", scenario.faults.size()},       {"thresholds", scenario.thresholds.size()},
          {"tests", scenario.tests.size()}};
}

std::string to_text(const Contents& contents) {
  std::string text;
  for (const auto& [part, count] : contents) {
    if (count == 0) continue;
    const bool one = count == 1 && part.ends_with('s');
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count,
                        part.substr(0, part.size() - (one ? 1 : 0)));
  }
  return text.empty() ? "nothing to run" : text;
}

std::string to_json(const ScenarioInput& input, const Read& read) {
  reports::JsonWriter json(2);
  json.begin_object().member("format", "gnomon.validate/1").member("file", input.path);
  json.member("valid", read.has_value());
  if (read) {
    for (const auto& [part, count] : contents(*read)) json.member(part, count);
  }
  json.key("errors").begin_array();
  if (!read) {
    for (const scenarios::Diagnostic& error : read.error().sorted()) {
      json.begin_object()
          .member("source", read.error().source_name(error.place.source))
          .member("line", error.place.line)
          .member("column", error.place.column)
          .member("message", error.message)
          .end_object();
    }
  }
  json.end_array().end_object();
  return json.take() + '\n';
}

}  // namespace

void add_validate(CLI::App& app) {
  auto* command =
      app.add_subcommand("validate", "Checks a scenario file and tells all its mistakes at once");
  auto input = std::make_shared<ScenarioInput>();
  input->add_to(*command);
  command->footer(
      "Examples:\n  gnomon validate s.yaml\n  gnomon validate s.yaml --set engine.shards=8");
  auto as_json = std::make_shared<bool>(false);
  command->add_flag("--json", *as_json, "Print it as JSON");
  command->callback([input, as_json] {
    const auto scenario = input->read();
    if (*as_json) {
      write_output("-", to_json(*input, scenario));
    } else if (scenario) {
      write_output("-", fmt::format("{}: valid: {}\n", input->path, to_text(contents(*scenario))));
    } else {
      fmt::print(stderr, "{}", scenario.error().to_string());
    }
    if (!scenario) leave(kUsage);
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
