// What was found once is not found again.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "adapters/tzdata/zones.h"
#include "scenarios/checker/trial.h"

namespace gnomon::scenarios {
namespace {

std::vector<std::string> cases() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(GNOMON_SOURCE_DIR "/tests/cases")) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

class Case : public testing::TestWithParam<std::string> {};

TEST_P(Case, BreaksNothingAnyMore) {
  const std::string path = GNOMON_SOURCE_DIR "/tests/cases/" + GetParam() + ".yaml";
  const auto scenario = load_scenario(path, {}, DiskFiles{}, adapters::find_zone);
  ASSERT_TRUE(scenario.has_value()) << scenario.error().to_string();
  const auto result = try_once(*scenario, {.seed = scenario->seed});
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_EQ(result->verdict, Verdict::kPassed) << result->oracle << ": " << result->what;
  EXPECT_EQ(result->faults_struck > 0, !scenario->faults.empty());
}

INSTANTIATE_TEST_SUITE_P(Found, Case, testing::ValuesIn(cases()), [](const auto& each) {
  std::string name = each.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace gnomon::scenarios
