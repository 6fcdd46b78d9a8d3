#include <fmt/format.h>

#include <memory>

#include "adapters/importers/wfformat.h"
#include "reports/text/units.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/scenario_input.h"
#include "scenarios/language/file_reader.h"

namespace gnomon::cli {

void add_import(CLI::App& app) {
  struct Arguments {
    std::string format;
    std::string path;
    std::string output = "-";
  };
  auto* command =
      app.add_subcommand("import", "Makes a scenario of what another system has recorded");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("FORMAT", arguments->format, "wfformat (WfCommons, versions 1.0 to 1.5)")
      ->required()
      ->check(CLI::IsMember({"wfformat"}));
  command->add_option("FILE", arguments->path, "What was recorded")->required();
  command->add_option("-o,--output", arguments->output, "Scenario file to write; - is stdout")
      ->capture_default_str();
  command->footer(
      "Example:\n  gnomon import wfformat montage.json -o montage.yaml && gnomon run montage.yaml");
  command->callback([arguments] {
    keep_input(arguments->path, arguments->output);
    constexpr std::size_t kMostBytes = std::size_t{256} << 20;
    const auto text = scenarios::DiskFiles{}.read(arguments->path, kMostBytes);
    if (!text) stop(kUsage, fmt::format("{}: {}", arguments->path, text.error().message));
    const auto imported = adapters::import_wfformat(*text, arguments->path);
    if (!imported) stop(kUsage, imported.error().message);
    write_output(arguments->output, imported->yaml);
    fmt::print(stderr, "{}: {} tasks, {} edges, {} levels; its makespan lies between {} and {}\n",
               imported->name, imported->tasks, imported->edges, imported->levels,
               reports::human(imported->shortest), reports::human(imported->longest));
  });
}

}  // namespace gnomon::cli
