#include "reports/compare/diff.h"

#include <unistd.h>

#include <memory>

#include "reports/compare/diff_text.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/scenario_input.h"

namespace gnomon::cli {

void add_diff(CLI::App& app) {
  struct Arguments {
    std::string a;
    std::string b;
    std::string times = "each";
    double tolerance = 10;
    std::size_t examples = 20;
    bool json = false;
  };
  auto* command =
      app.add_subcommand("diff", "Compares two records: end states, order, running times");
  auto arguments = std::make_shared<Arguments>();
  command->add_option("A", arguments->a, "Run record")->required();
  command->add_option("B", arguments->b, "Run record")->required();
  command
      ->add_option(
          "--times", arguments->times,
          "each node against its counterpart; distributions of nodes that ran often; ignored")
      ->check(CLI::IsMember({"each", "distributions", "ignored"}))
      ->capture_default_str();
  command->add_option("--tolerance", arguments->tolerance, "Times may differ by so many percent")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command->add_option("--examples", arguments->examples, "Cases shown of each kind of difference")
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "Print the result as JSON");
  command->footer(
      "Examples:\n  gnomon diff before.db after.db\n  gnomon diff simulated.db real.db --tolerance "
      "25\n"
      "Exits with 0 if they are the same within the tolerance, else with 1.");
  command->callback([arguments] {
    reports::DiffOptions options;
    options.times = arguments->times == "each" ? reports::DiffOptions::Times::kEach
                    : arguments->times == "distributions"
                        ? reports::DiffOptions::Times::kDistributions
                        : reports::DiffOptions::Times::kIgnored;
    options.relative_tolerance = arguments->tolerance / 100;
    options.max_examples = arguments->examples;
    const reports::RunView a = load_record(arguments->a);
    const reports::RunView b = load_record(arguments->b);
    const reports::Diff diff = reports::diff(a, b, options);
    write_output("-", arguments->json ? reports::diff_json(diff, options)
                                      : reports::print_diff(
                                            diff, options,
                                            reports::Style{reports::wants_colour(STDOUT_FILENO)}));
    if (!diff.equal()) leave(kFailed);
  });
}

}  // namespace gnomon::cli
