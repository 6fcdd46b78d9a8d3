#include "sim/kernel/sequence_set.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>

#include "engine/base/random.h"

namespace gnomon::sim {
namespace {

TEST(SequenceSet, HoldsWhatWasInsertedUntilItIsErased) {
  SequenceSet set;
  for (std::uint64_t i = 1; i <= 10'000; ++i) set.insert(i);
  EXPECT_FALSE(set.contains(0));
  EXPECT_FALSE(set.contains(10'001));
  EXPECT_FALSE(set.contains(~std::uint64_t{0}));
  for (std::uint64_t i = 1; i <= 10'000; ++i) {
    ASSERT_TRUE(set.contains(i));
    ASSERT_TRUE(set.erase(i));
    ASSERT_FALSE(set.contains(i));
    ASSERT_FALSE(set.erase(i));
  }
}

TEST(SequenceSet, AgreesWithASetWhileNumbersComeAndGo) {
  SequenceSet set;
  std::set<std::uint64_t> model;
  const KeyedRandom random{1};
  for (std::uint64_t i = 1; i <= 300'000; ++i) {
    set.insert(i);
    if (!random.chance(0.001, Purpose::kSampling, i)) {
      ASSERT_TRUE(set.erase(i));
    } else {
      model.insert(i);
    }
    const std::uint64_t other = 1 + random.below(i, Purpose::kPlacement, i);
    ASSERT_EQ(set.erase(other), model.erase(other) == 1) << other;
  }
  for (std::uint64_t i = 0; i <= 300'001; ++i) ASSERT_EQ(set.contains(i), model.contains(i)) << i;
}

TEST(SequenceSet, GivesBackThePagesThatAreEmpty) {
  SequenceSet set;
  set.insert(1);
  for (std::uint64_t i = 2; i <= 10'000'000; ++i) {
    set.insert(i);
    set.erase(i - 1 > 1 ? i - 1 : 0);
  }
  EXPECT_TRUE(set.contains(1));
  EXPECT_TRUE(set.contains(10'000'000));
  EXPECT_LT(set.memory(), 100'000u);  // all their bits would take 1.25 MB
}

}  // namespace
}  // namespace gnomon::sim
