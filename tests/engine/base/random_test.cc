#include "engine/base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

namespace gnomon {
namespace {

constexpr std::uint64_t kOnes = ~std::uint64_t{0};

// The first word of Random123's published known answer for philox4x64, 10 rounds, all zero. Our
// purposes start at 1, so this value reaches past the enumerators on purpose.
TEST(KeyedRandom, IsPhiloxAsPublished) {
  EXPECT_EQ(KeyedRandom{0}.draw(Purpose{0}, 0, 0, 0), 0x16554d9eca36314cu);
}

// Computed by an implementation of its own in another language, from the paper.
TEST(KeyedRandom, HasTheSameNumbersEverywhere) {
  const KeyedRandom random{42};
  EXPECT_EQ(random.draw(Purpose::kArrival, 0), 6879590244081614975u);
  EXPECT_EQ(random.draw(Purpose::kServiceTime, 1204, 7, 2), 3345333976709672759u);
  EXPECT_EQ((KeyedRandom{kOnes}.draw(Purpose::kFault, kOnes, kOnes, kOnes)), 5935231028484634990u);
  EXPECT_EQ(std::bit_cast<std::uint64_t>(random.uniform(Purpose::kFailure, 3, 1, 4)),
            4604093442114553573u);
  EXPECT_EQ(random.below(1000, Purpose::kPlacement, 15, 9, 26), 707u);
}

TEST(KeyedRandom, DependsOnEveryPartOfTheKey) {
  const std::uint64_t base = KeyedRandom{1}.draw(Purpose::kArrival, 1, 1, 1);
  EXPECT_NE(base, KeyedRandom{2}.draw(Purpose::kArrival, 1, 1, 1));
  EXPECT_NE(base, KeyedRandom{1}.draw(Purpose::kWorkflowChoice, 1, 1, 1));
  EXPECT_NE(base, KeyedRandom{1}.draw(Purpose::kArrival, 2, 1, 1));
  EXPECT_NE(base, KeyedRandom{1}.draw(Purpose::kArrival, 1, 2, 1));
  EXPECT_NE(base, KeyedRandom{1}.draw(Purpose::kArrival, 1, 1, 2));
  EXPECT_EQ(base, KeyedRandom{1}.draw(Purpose::kArrival, 1, 1, 1));
}

TEST(KeyedRandom, UniformStaysInsideTheOpenIntervalAndFillsItEvenly) {
  constexpr int kDraws = 200'000;
  constexpr int kCells = 100;
  std::array<int, kCells> cells{};
  const KeyedRandom random{7};
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const double u = random.uniform(Purpose::kSampling, i);
    ASSERT_GT(u, 0.0);
    ASSERT_LT(u, 1.0);
    ++cells.at(static_cast<std::size_t>(u * kCells));
  }
  double chi_squared = 0;
  for (const int count : cells) {
    const double expected = double{kDraws} / kCells;
    chi_squared += (count - expected) * (count - expected) / expected;
  }
  // 99 degrees of freedom: 1 in 1000 draws of chi squared lies above 149.
  EXPECT_LT(chi_squared, 149);
}

TEST(KeyedRandom, NeighbouringKeysAreNotCorrelated) {
  constexpr int kDraws = 100'000;
  const KeyedRandom random{9};
  double sum_a = 0;
  double sum_n = 0;
  for (std::uint64_t i = 0; i < kDraws; ++i) {
    const double x = random.uniform(Purpose::kServiceTime, i, 0, 0) - 0.5;
    sum_a += x * (random.uniform(Purpose::kServiceTime, i + 1, 0, 0) - 0.5);
    sum_n += x * (random.uniform(Purpose::kServiceTime, i, 0, 1) - 0.5);
  }
  // Each term has variance 1/144, so four standard deviations of a mean are 4/12/sqrt(n).
  const double bound = 4.0 / 12 / std::sqrt(kDraws);
  EXPECT_LT(std::abs(sum_a / kDraws), bound);
  EXPECT_LT(std::abs(sum_n / kDraws), bound);
}

TEST(KeyedRandom, BelowReachesEveryValueAndNoOther) {
  const KeyedRandom random{3};
  std::vector<int> seen(6);
  for (std::uint64_t i = 0; i < 6000; ++i) ++seen.at(random.below(6, Purpose::kPlacement, i));
  for (const int count : seen) EXPECT_NEAR(count, 1000, 130);  // 4.5 standard deviations
  EXPECT_EQ(random.below(1, Purpose::kPlacement, 0), 0u);
  EXPECT_LT(random.below(kOnes, Purpose::kPlacement, 0), kOnes);
}

TEST(KeyedRandomDeathTest, BelowZeroIsABug) {
  EXPECT_DEATH(static_cast<void>(KeyedRandom{3}.below(0, Purpose::kPlacement, 0)), "below");
}

TEST(KeyedRandom, ChanceIsMonotoneInItsProbability) {
  const KeyedRandom random{5};
  int hits = 0;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const bool rare = random.chance(0.1, Purpose::kFailure, i);
    hits += rare;
    ASSERT_LE(rare, random.chance(0.2, Purpose::kFailure, i));
    ASSERT_FALSE(random.chance(0.0, Purpose::kFailure, i));
    ASSERT_TRUE(random.chance(1.0, Purpose::kFailure, i));
  }
  EXPECT_NEAR(hits, 1000, 120);
}

}  // namespace
}  // namespace gnomon
