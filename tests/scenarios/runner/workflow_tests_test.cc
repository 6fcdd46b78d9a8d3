#include "scenarios/runner/workflow_tests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/scenario.h"

namespace gnomon::scenarios {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// What is wrong with a run of a -> c, where b is skipped unless the input says so.
std::vector<std::string> failures(const std::string& test) {
  const MemoryFiles files({{"s.yaml", R"(
runtimes: {r: {otherwise: 1s}}
workflows:
  w:
    nodes:
      a: {task: {runtime: r, action: x}}
      b: {task: {runtime: r, action: x}, after: a, when: .input.all}
      c: {task: {runtime: r, action: x}, after: a}
tests: {t: {workflow: w, )" + test + "}}\n"}});
  const Scenario scenario = load_scenario("s.yaml", {}, files).value();
  return run_test(scenario, scenario.tests.at(0)).value().failures;
}

TEST(WorkflowTestOrder, HoldsForNodesThatRun) {
  EXPECT_THAT(failures("input: {all: true}, expect: {order: [[a, b], [a, c]]}"), IsEmpty());
  EXPECT_THAT(failures("input: {all: true}, expect: {order: [[b, a]]}"),
              ElementsAre("'b' ended after 'a', expected it before"));
}

TEST(WorkflowTestOrder, DoesNotHoldForANodeThatWasSkipped) {
  EXPECT_THAT(failures("input: {all: false}, expect: {order: [[a, b]]}"),
              ElementsAre("'b' was skipped, expected 'a' before 'b'"));
  EXPECT_THAT(failures("input: {all: false}, expect: {order: [[b, c]]}"),
              ElementsAre("'b' was skipped, expected 'b' before 'c'"));
}

}  // namespace
}  // namespace gnomon::scenarios
