#include "scenarios/checker/results_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace gnomon::scenarios {
namespace {

using testing::HasSubstr;

const CampaignFacts kFacts{
    .gnomon = "1", .scenario = "s.yaml", .digest = "d", .overrides = {"a=1"}};

class ResultsFileTest : public testing::Test {
 protected:
  ~ResultsFileTest() override { std::filesystem::remove(path_); }

  std::vector<TrialResult> open_and_add(const std::vector<std::uint64_t>& seeds) {
    std::vector<TrialResult> earlier;
    auto file = ResultsFile::open(path_, kFacts, earlier);
    EXPECT_TRUE(file) << file.error().message;
    for (const std::uint64_t seed : seeds) {
      TrialResult result;
      result.seed = seed;
      result.what = "what \"broke\"";
      EXPECT_TRUE(file->add(result));
    }
    return earlier;
  }
  static std::vector<std::uint64_t> seeds_of(const std::vector<TrialResult>& results) {
    std::vector<std::uint64_t> seeds;
    for (const TrialResult& each : results) seeds.push_back(each.seed);
    return seeds;
  }

  std::string path_ = testing::TempDir() + "results-" + std::to_string(getpid()) + ".jsonl";
};

using Seeds = std::vector<std::uint64_t>;

TEST_F(ResultsFileTest, GoesOnWhereItEnded) {
  EXPECT_EQ(seeds_of(open_and_add({1, 3})), Seeds{});
  EXPECT_EQ(seeds_of(open_and_add({2})), (Seeds{1, 3}));
  const auto all = read_results(path_);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->facts, kFacts);
  EXPECT_EQ(seeds_of(all->results), (Seeds{1, 2, 3}));
  EXPECT_EQ(all->results[0].what, "what \"broke\"");
}

TEST_F(ResultsFileTest, LeavesOutALineThatWasCutOff) {
  open_and_add({1, 2});
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 5);
  EXPECT_EQ(seeds_of(open_and_add({2})), Seeds{1});
  EXPECT_EQ(seeds_of(read_results(path_)->results), (Seeds{1, 2}));
}

TEST_F(ResultsFileTest, RefusesResultsOfAnotherCampaign) {
  open_and_add({1});
  CampaignFacts other = kFacts;
  other.digest = "e";
  std::vector<TrialResult> earlier;
  const auto refused = ResultsFile::open(path_, other, earlier);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("of another scenario, or of s.yaml as it was"));
}

TEST_F(ResultsFileTest, RefusesWhatIsNone) {
  std::ofstream(path_) << "name: s\n";
  const auto refused = read_results(path_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr(":1: these are no results of 'gnomon check'"));
}

TEST_F(ResultsFileTest, SaysWhichLineIsNoResult) {
  open_and_add({1});
  std::ofstream(path_, std::ios::app) << "nonsense\n{}\n";
  const auto refused = read_results(path_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr(":3: this is no result"));
}

TEST(MergedResults, HoldEachSeedOnceInOrder) {
  TrialResult one;
  one.seed = 1;
  TrialResult two;
  two.seed = 2;
  const auto all = merge_results({{kFacts, {two}}, {kFacts, {one, two}}});
  ASSERT_TRUE(all);
  ASSERT_EQ(all->results.size(), 2u);
  EXPECT_EQ(all->results[0].seed, 1u);
}

TEST(MergedResults, AreOfOneCampaign) {
  CampaignFacts other = kFacts;
  other.overrides = {};
  const auto refused = merge_results({{kFacts, {}}, {other, {}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "part 2 is with other overrides (--set)");
}

TEST(CheckLine, HoldsAllThatTheSeedNeeds) {
  EXPECT_EQ(check_line(kFacts, 7), "gnomon check s.yaml --seed 7 --seeds 1 --set 'a=1'");
}

}  // namespace
}  // namespace gnomon::scenarios
