#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "adapters/tzdata/zones.h"
#include "scenarios/runner/run.h"
#include "scenarios/runner/workflow_tests.h"

namespace gnomon::scenarios {
namespace {

std::vector<std::string> library() {
  std::vector<std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(GNOMON_SOURCE_DIR "/scenarios/library")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path().stem().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

Scenario load(const std::string& name) {
  const DiskFiles files;
  auto scenario = load_scenario(GNOMON_SOURCE_DIR "/scenarios/library/" + name + ".yaml", {}, files,
                                adapters::find_zone);
  EXPECT_TRUE(scenario.has_value()) << scenario.error().to_string();
  return scenario ? *scenario : Scenario{};
}

class Library : public ::testing::TestWithParam<std::string> {};

TEST_P(Library, HoldsItsThresholdsTwiceWithOneDigest) {
  const Scenario scenario = load(GetParam());
  const auto first = run(scenario, {});
  ASSERT_TRUE(first.has_value()) << first.error().message;
  EXPECT_FALSE(first->thresholds.empty())
      << "a scenario of the library holds its claim by thresholds";
  for (const ThresholdResult& result : first->thresholds) {
    EXPECT_TRUE(result.passed) << result.threshold.text << ": " << result.measured.value_or(-1);
  }
  EXPECT_EQ(first->refused_starts, 0u) << first->refused_because;
  const auto second = run(scenario, {});
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(first->digest.to_string(), second->digest.to_string());
}

TEST_P(Library, SaysWhatItShows) {
  const Scenario scenario = load(GetParam());
  EXPECT_GT(scenario.description.size(), 100u);
  EXPECT_FALSE(scenario.claims.empty());
}

TEST_P(Library, PassesItsOwnTests) {
  const Scenario scenario = load(GetParam());
  for (const WorkflowTest& test : scenario.tests) {
    const auto result = run_test(scenario, test);
    ASSERT_TRUE(result.has_value()) << result.error().message;
    EXPECT_TRUE(result->passed()) << test.name << ": " << result->failures.front();
  }
}

INSTANTIATE_TEST_SUITE_P(, Library, ::testing::ValuesIn(library()), [](const auto& test) {
  std::string name = test.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Run, OfAnotherSeedHasAnotherDigest) {
  const Scenario scenario = load("container-vs-direct");
  const auto first = run(scenario, {.seed = 1});
  const auto second = run(scenario, {.seed = 2});
  EXPECT_NE(first->digest.to_string(), second->digest.to_string());
}

TEST(Run, ComparesLikeWithLike) {
  // Common random numbers: a stream that is added leaves the others' draws as they are.
  Scenario scenario = load("container-vs-direct");
  const auto both = run(scenario, {});
  scenario.traffic.resize(1);
  const auto one = run(scenario, {});
  ASSERT_TRUE(both.has_value() && one.has_value());
  const std::string workflow = scenario.traffic.front().workflow;
  ASSERT_NE(one->metrics->histogram("run_time", "chronos"), nullptr);
  EXPECT_EQ(one->metrics->histogram("makespan", workflow)->count(),
            both->metrics->histogram("makespan", workflow)->count());
  EXPECT_EQ(one->metrics->histogram("run_time", "chronos")->sum(),
            both->metrics->histogram("run_time", "chronos")->sum());
}

TEST(WorkflowTests, TellWhatWasExpectedAndWhatCame) {
  const Scenario scenario = load("failure-policies");
  WorkflowTest test;
  test.name = "wrong in every way";
  test.workflow = "block";
  test.outcome = Outcome::kSucceeded;
  test.nodes["bad"].attempts = 3;
  test.order = {{"other", "start"}};
  test.not_run = {"start"};
  const auto result = run_test(scenario, test);
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(
      result->failures,
      (std::vector<std::string>{
          "the workflow ended as failed, expected succeeded (bad: simulated permanent failure)",
          "'bad' took 1 attempts, expected 3", "'other' ended after 'start', expected it before",
          "'start' ran and is succeeded, expected it not to run"}));
}

}  // namespace
}  // namespace gnomon::scenarios
