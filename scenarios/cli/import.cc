#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>

#include "adapters/importers/dot.h"
#include "adapters/importers/wfformat.h"
#include "adapters/tzdata/zones.h"
#include "reports/render/dot_program.h"
#include "reports/text/units.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/scenario_input.h"
#include "scenarios/language/file_reader.h"

namespace gnomon::cli {

namespace {

struct Arguments {
  std::string format;
  std::string path;
  std::string output = "-";
  bool only_workflow = false;
};

std::string wfformat(const std::string& text, const Arguments& arguments) {
  const auto imported = adapters::import_wfformat(text, arguments.path);
  if (!imported) stop(kUsage, imported.error().message);
  fmt::print(stderr, "{}: {} tasks, {} edges, {} levels; its makespan lies between {} and {}\n",
             imported->name, imported->tasks, imported->edges, imported->levels,
             reports::human(imported->shortest), reports::human(imported->longest));
  return imported->yaml;
}

/// A drawing may be no workflow: nodes that wait for each other, a value that means nothing.
void check_drawn(const std::string& path, const std::string& yaml) {
  const std::string name = path + " (as a scenario)";
  const scenarios::MemoryFiles files(std::map<std::string, std::string>{{name, yaml}});
  const auto scenario = scenarios::load_scenario(name, {}, files, adapters::find_zone);
  if (scenario) return;
  fmt::print(stderr, "{}", scenario.error().to_string());
  stop(kUsage,
       fmt::format(
           "{}: what is drawn is no workflow that could run by itself (--only-workflow makes "
           "it a part of a scenario that has what is missing)",
           path));
}

std::string dot(const std::string& text, const Arguments& arguments) {
  const auto graph = reports::read_dot(text);
  if (!graph) stop(kUsage, fmt::format("{}:{}", arguments.path, graph.error().message));
  const adapters::DrawingOptions options{.only_workflow = arguments.only_workflow};
  const auto imported = adapters::import_dot(*graph, arguments.path, options);
  if (!imported) stop(kUsage, imported.error().message);
  if (!arguments.only_workflow) check_drawn(arguments.path, imported->yaml);
  fmt::print(stderr, "{}: {} nodes, {} edges{}\n", imported->workflow, imported->nodes,
             imported->edges,
             arguments.only_workflow
                 ? ""
                 : "; its runtimes are made up, and a task of which no duration was drawn takes a "
                   "minute (--only-workflow leaves both to a scenario that includes it)");
  return imported->yaml;
}

}  // namespace

void add_import(CLI::App& app) {
  auto* command =
      app.add_subcommand("import", "Makes a scenario of what was recorded or drawn elsewhere");
  auto arguments = std::make_shared<Arguments>();
  command
      ->add_option("FORMAT", arguments->format,
                   "wfformat (WfCommons, versions 1.0 to 1.5), or dot (a graph of Graphviz)")
      ->required()
      ->check(CLI::IsMember({"wfformat", "dot"}));
  command->add_option("FILE", arguments->path, "What was recorded or drawn")->required();
  command->add_option("-o,--output", arguments->output, "Scenario file to write; - is stdout")
      ->capture_default_str();
  command->add_flag("--only-workflow", arguments->only_workflow,
                    "Of dot: the workflow alone, for a scenario that includes the file");
  command->footer(
      "Examples:\n  gnomon import wfformat montage.json -o montage.yaml && gnomon run "
      "montage.yaml\n"
      "  gnomon graph etl.yaml -o etl.dot    (edit it), then: gnomon import dot etl.dot -o "
      "etl2.yaml");
  command->callback([arguments] {
    keep_input(arguments->path, arguments->output);
    constexpr std::size_t kMostBytes = std::size_t{256} << 20;
    const auto text = scenarios::DiskFiles{}.read(arguments->path, kMostBytes);
    if (!text) stop(kUsage, fmt::format("{}: {}", arguments->path, text.error().message));
    write_output(arguments->output,
                 arguments->format == "dot" ? dot(*text, *arguments) : wfformat(*text, *arguments));
  });
}

}  // namespace gnomon::cli
