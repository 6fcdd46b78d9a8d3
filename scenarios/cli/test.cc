#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "reports/text/style.h"
#include "reports/text/units.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/scenario_input.h"
#include "scenarios/runner/workflow_tests.h"

namespace gnomon::cli {

void add_test(CLI::App& app) {
  auto* command = app.add_subcommand(
      "test", "Runs the unit tests of workflows that a scenario holds, in virtual time");
  auto input = std::make_shared<ScenarioInput>();
  auto filter = std::make_shared<std::string>();
  input->add_to(*command);
  command->add_option("--only", *filter, "Run only the tests whose name holds this text");
  command->footer("Example:\n  gnomon test scenarios/library/failure-policies.yaml");
  command->callback([input, filter] {
    const scenarios::Scenario scenario = input->load();
    const reports::Style style{reports::wants_colour(STDOUT_FILENO)};
    std::size_t passed = 0;
    std::string failures;
    std::size_t failed = 0;
    for (const scenarios::WorkflowTest& test : scenario.tests) {
      if (test.name.find(*filter) == std::string::npos) continue;
      const auto result = scenarios::run_test(scenario, test);
      if (!result)
        stop(code_of(result.error()),
             fmt::format("test '{}': {}", test.name, result.error().message));
      (result->passed() ? passed : failed) += 1;
      fmt::print(
          "{} [{:>8}] {}\n",
          result->passed() ? style(reports::Ink::kGood, "PASS") : style(reports::Ink::kBad, "FAIL"),
          reports::human(result->length), test.name);
      if (result->passed()) continue;
      failures += fmt::format("\n{} {}\n", style(reports::Ink::kBad, "FAIL"), test.name);
      for (const std::string& failure : result->failures)
        failures += fmt::format("     {}\n", failure);
    }
    if (passed + failed == 0) stop(kUsage, "there is no such test in the scenario");
    fmt::print("{}\n{} passed, {} failed\n", failures, passed, failed);
    if (failed > 0) leave(kFailed);
  });
}

}  // namespace gnomon::cli
