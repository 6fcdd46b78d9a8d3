#include "scenarios/checker/workers.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <map>

namespace gnomon::scenarios {
namespace {

TrialResult passed(std::uint64_t seed) {
  TrialResult result;
  result.seed = seed;
  result.what = "it said \"x\"\nand more";
  result.events = seed * 10;
  return result;
}

/// Does seeds 1 to `last`; what was told, by seed.
std::multimap<std::uint64_t, TrialResult> do_seeds(Workers& workers, std::uint64_t last) {
  std::multimap<std::uint64_t, TrialResult> told;
  std::uint64_t next = 1;
  const auto ran = workers.run(
      [&]() -> std::optional<std::uint64_t> {
        if (next > last) return std::nullopt;
        return next++;
      },
      [&](TrialResult&& result) {
        told.emplace(result.seed, std::move(result));
        return true;
      });
  EXPECT_TRUE(ran.has_value());
  return told;
}

TEST(Workers, DoEachSeedOnce) {
  Workers workers(3, passed, {});
  const auto told = do_seeds(workers, 200);
  ASSERT_EQ(told.size(), 200u);
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    ASSERT_EQ(told.count(seed), 1u);
    EXPECT_EQ(told.find(seed)->second.events, seed * 10);
    EXPECT_EQ(told.find(seed)->second.what, "it said \"x\"\nand more");
  }
}

TEST(Workers, TellOfOneThatDiesWithItsLastWords) {
  Workers workers(2,
                  [](std::uint64_t seed) {
                    if (seed != 7) return passed(seed);
                    std::fprintf(stderr, "the node was unlocked twice\n");
                    std::abort();
                  },
                  {});
  const auto told = do_seeds(workers, 20);
  ASSERT_EQ(told.size(), 20u);
  const TrialResult& died = told.find(7)->second;
  EXPECT_EQ(died.verdict, Verdict::kCrash);
  EXPECT_NE(died.what.find("signal 6"), std::string::npos) << died.what;
  EXPECT_NE(died.what.find("the node was unlocked twice"), std::string::npos) << died.what;
}

TEST(Workers, KillOneThatIsSilent) {
  Workers workers(1,
                  [](std::uint64_t seed) {
                    while (seed == 2) ::pause();
                    return passed(seed);
                  },
                  {.wall = 1s});
  const auto told = do_seeds(workers, 3);
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told.find(2)->second.verdict, Verdict::kCrash);
  EXPECT_NE(told.find(2)->second.what.find("silent for 1 s"), std::string::npos);
  EXPECT_EQ(told.find(3)->second.verdict, Verdict::kPassed);
}

TEST(Workers, KillOneThatNeverEnds) {
  Workers workers(1,
                  [](std::uint64_t seed) {
                    volatile bool for_ever = seed == 2;
                    while (for_ever) {
                    }
                    return passed(seed);
                  },
                  {.cpu = 1s});
  const auto told = do_seeds(workers, 3);
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told.find(2)->second.verdict, Verdict::kCrash);
  EXPECT_NE(told.find(2)->second.what.find("CPU time limit"), std::string::npos)
      << told.find(2)->second.what;
}

TEST(Workers, EndWhenNoMoreIsWanted) {
  Workers workers(2, passed, {});
  std::uint64_t next = 1;
  std::size_t told = 0;
  ASSERT_TRUE(workers
                  .run([&]() -> std::optional<std::uint64_t> { return next++; },
                       [&](TrialResult&&) { return ++told < 10; })
                  .has_value());
  EXPECT_GE(told, 10u);
  EXPECT_LE(told, 12u);
}

}  // namespace
}  // namespace gnomon::scenarios
