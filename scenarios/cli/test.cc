#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "reports/text/json_writer.h"
#include "reports/text/style.h"
#include "reports/text/units.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/scenario_input.h"
#include "scenarios/runner/workflow_tests.h"

namespace gnomon::cli {
namespace {

struct TestArguments {
  ScenarioInput input;
  std::string filter;
  bool json = false;
};

using Results = std::vector<scenarios::TestResult>;

std::size_t failed(const Results& results) {
  return static_cast<std::size_t>(std::ranges::count_if(
      results, [](const scenarios::TestResult& result) { return !result.passed(); }));
}

std::string to_text(const Results& results) {
  const reports::Style style{reports::wants_colour(STDOUT_FILENO)};
  const std::string pass = style(reports::Ink::kGood, "PASS");
  const std::string fail = style(reports::Ink::kBad, "FAIL");
  std::string lines;
  std::string failures;
  for (const scenarios::TestResult& result : results) {
    lines += fmt::format("{} [{:>8}] {}\n", result.passed() ? pass : fail,
                         reports::human(result.length), result.name);
    if (result.passed()) continue;
    failures += fmt::format("\n{} {}\n", fail, result.name);
    for (const std::string& failure : result.failures)
      failures += fmt::format("     {}\n", failure);
  }
  return fmt::format("{}{}\n{} passed, {} failed\n", lines, failures,
                     results.size() - failed(results), failed(results));
}

std::string to_json(const Results& results) {
  reports::JsonWriter json(2);
  json.begin_object()
      .member("format", "gnomon.test/1")
      .member("passed", results.size() - failed(results))
      .member("failed", failed(results));
  json.key("tests").begin_array();
  for (const scenarios::TestResult& result : results) {
    json.begin_object().member("name", result.name).member("passed", result.passed());
    json.seconds("length_s", result.length).key("failures").begin_array();
    for (const std::string& failure : result.failures) json.value(failure);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json.take() + '\n';
}

}  // namespace

void add_test(CLI::App& app) {
  auto* command = app.add_subcommand(
      "test", "Runs the unit tests of workflows that a scenario holds, in virtual time");
  auto arguments = std::make_shared<TestArguments>();
  arguments->input.add_to(*command);
  command->add_option("--only", arguments->filter, "Run only the tests whose name holds this text");
  command->add_flag("--json", arguments->json, "Print the results as JSON");
  command->footer("Example:\n  gnomon test scenarios/library/failure-policies.yaml");
  command->callback([arguments] {
    const scenarios::Scenario scenario = arguments->input.load();
    std::vector<scenarios::TestResult> results;
    for (const scenarios::WorkflowTest& test : scenario.tests) {
      if (test.name.find(arguments->filter) == std::string::npos) continue;
      auto result = scenarios::run_test(scenario, test);
      if (!result)
        stop(code_of(result.error()),
             fmt::format("test '{}': {}", test.name, result.error().message));
      results.push_back(std::move(*result));
    }
    if (results.empty()) stop(kUsage, "there is no such test in the scenario");
    write_output("-", arguments->json ? to_json(results) : to_text(results));
    if (failed(results) > 0) leave(kFailed);
  });
}

}  // namespace gnomon::cli
