#include "scenarios/checker/shrink.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace gnomon::scenarios {
namespace {

using Faults = std::vector<DrawnFault>;

DrawnFault fault(sim::FaultKind what, Duration at) {
  FaultRule rule;
  rule.what = what;
  rule.at = at;
  rule.lasting = 1h;
  return {rule, text_of(rule)};
}

Faults many(int count) {
  Faults faults;
  for (int i = 0; i < count; ++i)
    faults.push_back(fault(sim::FaultKind::kWorkerLost, std::chrono::minutes(i)));
  return faults;
}

/// Fails when it holds all the faults that begin at these minutes.
FirstThatFails needs(std::vector<int> minutes) {
  return [minutes](const std::vector<Faults>& lists) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < lists.size(); ++i) {
      const bool all = std::ranges::all_of(minutes, [&](int minute) {
        return std::ranges::any_of(lists[i], [&](const DrawnFault& each) {
          return each.rule.at == std::chrono::minutes(minute);
        });
      });
      if (all) return i;
    }
    return std::nullopt;
  };
}

TEST(Shrink, FindsTheOneFaultThatMatters) {
  const Shrunk shrunk = shrink(many(50), needs({17}), 60s);
  ASSERT_EQ(shrunk.faults.size(), 1u);
  EXPECT_EQ(shrunk.faults[0].rule.at, 17min);
  EXPECT_LT(shrunk.tries, 60u);
}

TEST(Shrink, KeepsFaultsThatMatterTogether) {
  const Shrunk shrunk = shrink(many(50), needs({3, 29, 44}), 60s);
  ASSERT_EQ(shrunk.faults.size(), 3u);
  EXPECT_EQ(shrunk.faults[0].rule.at, 3min);
  EXPECT_EQ(shrunk.faults[2].rule.at, 44min);
}

TEST(Shrink, LeavesNothingWhereNoFaultMatters) {
  EXPECT_TRUE(shrink(many(8), needs({}), 60s).faults.empty());
}

TEST(Shrink, LetsWhatIsLeftStrikeOnceAndShortly) {
  const Shrunk shrunk = shrink(many(4), needs({2}), 60s);
  ASSERT_EQ(shrunk.faults.size(), 1u);
  EXPECT_EQ(shrunk.faults[0].rule.times, 1u);
  EXPECT_LE(*shrunk.faults[0].rule.lasting, 1s);
  EXPECT_EQ(shrunk.faults[0].text, text_of(shrunk.faults[0].rule));
}

TEST(Shrink, EndsWithItsBudget) {
  EXPECT_EQ(shrink(many(50), needs({3, 29, 44}), 0s).faults.size(), 50u);
}

}  // namespace
}  // namespace gnomon::scenarios
