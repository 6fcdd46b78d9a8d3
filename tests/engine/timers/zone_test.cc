#include "engine/timers/zone.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/engine/timers/zones.h"

namespace gnomon {
namespace {

WallTime wall(std::chrono::year_month_day day, std::chrono::seconds time) {
  return std::chrono::local_days(day) + time;
}

TEST(Zone, IsUtcByDefault) {
  EXPECT_EQ(Zone().name(), "UTC");
  EXPECT_EQ(Zone().to_wall(utc(2012y / 3 / 11, 7h)), wall(2012y / 3 / 11, 7h));
  EXPECT_EQ(Zone().to_instant(wall(2012y / 3 / 11, 7h)), utc(2012y / 3 / 11, 7h));
}

TEST(Zone, ReadsTheWallClockOnBothSidesOfAChange) {
  EXPECT_EQ(new_york().to_wall(utc(2012y / 3 / 11, 7h) - 1ns),
            wall(2012y / 3 / 11, 1h + 59min + 59s));
  EXPECT_EQ(new_york().to_wall(utc(2012y / 3 / 11, 7h)), wall(2012y / 3 / 11, 3h));
  EXPECT_EQ(new_york().to_wall(utc(1900y / 1 / 1)), wall(1899y / 12 / 31, 19h));
}

TEST(Zone, PutsASkippedReadingAsMuchAfterTheChange) {
  EXPECT_EQ(new_york().to_instant(wall(2012y / 3 / 11, 2h + 30min)),
            utc(2012y / 3 / 11, 7h + 30min));
  EXPECT_EQ(new_york().to_instant(wall(2012y / 3 / 11, 1h + 59min)),
            utc(2012y / 3 / 11, 6h + 59min));
  EXPECT_EQ(new_york().to_instant(wall(2012y / 3 / 11, 3h)), utc(2012y / 3 / 11, 7h));
}

TEST(Zone, TakesTheFirstOfTwoEqualReadings) {
  EXPECT_EQ(new_york().to_instant(wall(2012y / 11 / 4, 1h + 30min)),
            utc(2012y / 11 / 4, 5h + 30min));
  EXPECT_EQ(new_york().to_instant(wall(2012y / 11 / 4, 2h)), utc(2012y / 11 / 4, 7h));
}

RC_GTEST_PROP(Zone, GivesBackTheInstantOfAReading, ()) {
  const auto seconds = *rc::gen::inRange<std::int64_t>(1325376000, 1388534400);  // 2012 and 2013
  const Instant at{std::chrono::seconds(seconds)};
  const Instant back = new_york().to_instant(new_york().to_wall(at));
  RC_ASSERT(back == at || back == at - 1h);
  RC_ASSERT(new_york().to_wall(back) == new_york().to_wall(at));
}

TEST(ZoneDeathTest, WantsPeriodsThatFollowEachOther) {
  EXPECT_DEATH(Zone("X", {{Instant{}, Instant{1h}, 0s}, {Instant{2h}, kNever, 0s}}),
               "period 1 of zone X");
}

}  // namespace
}  // namespace gnomon
