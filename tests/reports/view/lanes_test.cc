#include "reports/view/lanes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <algorithm>

namespace gnomon::reports {
namespace {

using testing::ElementsAre;

Interval seconds(int from, int to) {
  return {from_ns(from), from_ns(to)};
}

TEST(Lanes, TakeTheLowestThatIsFree) {
  EXPECT_THAT(assign_lanes(std::vector{seconds(0, 10), seconds(1, 3), seconds(2, 4), seconds(3, 5),
                                       seconds(10, 11)}),
              ElementsAre(0, 1, 2, 1, 0));
}

RC_GTEST_PROP(Lanes, NeverOverlapAndAreAsFewAsCanBe,
              (std::vector<std::pair<std::uint8_t, std::uint8_t>> raw)) {
  std::vector<Interval> intervals;
  for (const auto& [begin, length] : raw) intervals.push_back(seconds(begin, begin + 1 + length));
  const std::vector<std::uint32_t> lanes = assign_lanes(intervals);
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    count = std::max(count, lanes[i] + 1);
    for (std::size_t j = 0; j < i; ++j) {
      const bool overlap =
          intervals[i].first < intervals[j].second && intervals[j].first < intervals[i].second;
      RC_ASSERT(!overlap || lanes[i] != lanes[j]);
    }
  }
  std::uint32_t at_once = intervals.empty() ? 0 : 1;
  for (const Interval& interval : intervals) {
    std::uint32_t holding = 0;
    for (const Interval& other : intervals)
      holding += other.first <= interval.first && interval.first < other.second;
    at_once = std::max(at_once, holding);
  }
  RC_ASSERT(count == at_once);
}

}  // namespace
}  // namespace gnomon::reports
