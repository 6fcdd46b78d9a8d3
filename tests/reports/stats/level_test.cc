#include "reports/stats/level.h"

#include <gtest/gtest.h>

namespace gnomon::reports {
namespace {

TEST(Counter, CountsAndGivesARate) {
  Counter counter;
  counter.add();
  counter.add(9);
  EXPECT_EQ(counter.value(), 10u);
  EXPECT_DOUBLE_EQ(counter.per_second(4s), 2.5);
  EXPECT_DOUBLE_EQ(counter.per_second(0s), 0);
}

TEST(Level, WeightsEachValueByHowLongItHeld) {
  Level busy(from_ns(100));
  busy.set(from_ns(100), 2);
  busy.add(from_ns(110), 3);
  busy.add(from_ns(120), -5);
  EXPECT_EQ(busy.integral(from_ns(140)), Int128{2 * 10 + 5 * 10});
  EXPECT_DOUBLE_EQ(busy.mean(from_ns(140)), 70.0 / 40);
  EXPECT_EQ(busy.peak(), 5);
  EXPECT_EQ(busy.value(), 0);
}

TEST(Level, ALateChangeDoesNotRewriteThePast) {
  Level busy(from_ns(0));
  busy.set(from_ns(10), 1);
  busy.set(from_ns(5), 3);
  EXPECT_EQ(busy.integral(from_ns(10)), Int128{0});
  EXPECT_EQ(busy.integral(from_ns(20)), Int128{30});
}

TEST(Level, LongTimesDoNotOverflow) {
  Level busy(from_ns(0));
  busy.set(from_ns(0), 1'000'000'000);
  EXPECT_DOUBLE_EQ(busy.mean(kNever), 1e9);
}

}  // namespace
}  // namespace gnomon::reports
