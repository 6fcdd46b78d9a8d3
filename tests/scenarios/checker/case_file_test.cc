#include "scenarios/checker/case_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "adapters/tzdata/zones.h"
#include "scenarios/language/scenario.h"

namespace gnomon::scenarios {
namespace {

TEST(CaseFile, IsTheScenarioWithItsOverridesAndTheFaultsThatAreLeft) {
  const std::string path =
      testing::TempDir() + "case-" + std::to_string(getpid()) + " \"odd\"\n.yaml";
  const Case found{
      .scenario = GNOMON_SOURCE_DIR "/scenarios/library/retry-workflow.yaml",
      .seed = 17,
      .faults = {"{what: crash, at: 1m, for: 1s}"},
      .overrides = {"horizon=3h", "faults=[]", "faults[0].at=1s", "seed=4", "description=\"a\nb\""},
      .found = "safety (x):\nsomething"};
  std::ofstream(path) << case_text(found, path);
  const auto scenario = load_scenario(path, {}, DiskFiles{}, adapters::find_zone);
  std::filesystem::remove(path);
  ASSERT_TRUE(scenario) << scenario.error().to_string();
  EXPECT_EQ(scenario->seed, 17u);
  EXPECT_EQ(scenario->horizon, 3h);
  ASSERT_EQ(scenario->faults.size(), 1u);
  EXPECT_EQ(scenario->faults[0].at, 1min);
}

}  // namespace
}  // namespace gnomon::scenarios
