#include "scenarios/checker/campaign.h"

#include <gtest/gtest.h>

#include <map>

#include "adapters/tzdata/zones.h"

namespace gnomon::scenarios {
namespace {

Scenario library(const std::string& name, std::vector<std::string> overrides = {}) {
  const std::string path = std::string(GNOMON_SOURCE_DIR) + "/scenarios/library/" + name + ".yaml";
  auto scenario = load_scenario(path, overrides, DiskFiles{}, adapters::find_zone);
  if (scenario) return *std::move(scenario);
  ADD_FAILURE() << scenario.error().to_string();
  return {};
}

/// The digests of a campaign by seed.
std::map<std::uint64_t, std::string> digests(const Scenario& scenario, CampaignOptions options) {
  std::map<std::uint64_t, std::string> found;
  options.told = [&](const TrialResult& result) {
    EXPECT_EQ(result.verdict, Verdict::kPassed) << result.seed << ": " << result.what;
    EXPECT_GT(result.events, 0u);
    found[result.seed] = result.digest;
  };
  const auto report = check(scenario, "s.yaml", {}, {}, options);
  EXPECT_TRUE(report.has_value()) << report.error().message;
  EXPECT_TRUE(report->findings.empty());
  EXPECT_EQ(report->done, found.size());
  return found;
}

TEST(Campaign, GivesEachSeedTheSameDigestWhateverRunsBesideIt) {
  const Scenario scenario = library("ml-training", {"horizon=12h"});
  const auto alone = digests(scenario, {.seeds = 6, .jobs = 1});
  EXPECT_EQ(alone.size(), 6u);
  EXPECT_EQ(digests(scenario, {.seeds = 6, .jobs = 3}), alone);
}

TEST(Campaign, IsSharedByShardsWithoutOverlap) {
  const Scenario scenario = library("retry-workflow");
  auto both = digests(scenario, {.seeds = 7, .shard = 1, .shards = 2});
  const auto second = digests(scenario, {.seeds = 7, .shard = 2, .shards = 2});
  EXPECT_EQ(both.size(), 4u);
  EXPECT_EQ(second.size(), 3u);
  both.insert(second.begin(), second.end());
  EXPECT_EQ(both, digests(scenario, {.seeds = 7}));
}

}  // namespace
}  // namespace gnomon::scenarios
