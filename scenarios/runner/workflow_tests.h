#pragma once

#include <string>
#include <vector>

#include "engine/base/error.h"
#include "scenarios/language/scenario.h"

namespace gnomon::scenarios {

struct TestResult {
  std::string name;
  std::vector<std::string> failures;  ///< what was expected and what came; empty: passed
  Duration length{};                  ///< virtual time from start to end
  bool passed() const { return failures.empty(); }
};

/// Runs one unit test of a workflow (`tests:` of a scenario): the workflow alone, in virtual time,
/// its tasks mocked as the test says, on the scenario's runtimes.
Expected<TestResult> run_test(const Scenario& scenario, const WorkflowTest& test);

}  // namespace gnomon::scenarios
