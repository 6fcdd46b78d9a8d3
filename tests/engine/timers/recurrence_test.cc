#include "engine/timers/recurrence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/timers/zones.h"

namespace gnomon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Policy = MissedFires::Policy;

constexpr Instant at(Duration since_1970) {
  return Instant{since_1970};
}

Recurrence every(Duration interval, Instant first = {}) {
  return Recurrence::every(interval, first).value();
}
Recurrence cron(const char* text, Zone zone = {}) {
  return Recurrence::cron(text, std::move(zone)).value();
}

std::vector<Instant> fires(const Recurrence& recurrence, Instant from, Instant to) {
  return fires_between(recurrence, from, to, 1000).value();
}

TEST(Recurrence, NeverComesByDefault) {
  EXPECT_EQ(Recurrence().next_after(at(1h)), kNever);
}

TEST(Recurrence, ComesAtItsIntervalFromTheFirst) {
  EXPECT_EQ(every(15min, at(7min)).next_after(at(0s)), at(7min));
  EXPECT_EQ(every(15min, at(7min)).next_after(at(7min)), at(22min));
  EXPECT_EQ(every(15min, at(7min)).next_after(at(22min) - 1ns), at(22min));
  EXPECT_EQ(every(1ns).next_after(kNever - 1ns), kNever);
  EXPECT_EQ(every(Duration::max()).next_after(at(1h)), kNever);
  EXPECT_FALSE(Recurrence::every(0s, at(0s)).has_value());
}

TEST(Recurrence, ReadsEveryAsCronDoes) {
  EXPECT_EQ(cron("@every 1h30m").next_after(at(2h)), at(3h));
  EXPECT_EQ(cron("@every 1h30m").within(at(10min), kNever).next_after(at(2h)), at(3h + 10min));
  for (const char* wrong : {"@every ", "@every 5", "@every 0s", "@every 1x", "@every h",
                            "@every -5m", "@every 1.5h", "@every 9223372036854775807h"}) {
    EXPECT_FALSE(Recurrence::cron(wrong, Zone()).has_value()) << wrong;
  }
}

TEST(Recurrence, StaysWithinItsBounds) {
  const Recurrence hourly = cron("@hourly").within(at(2h), at(4h));
  EXPECT_THAT(fires(hourly, at(0s), at(24h)), ElementsAre(at(2h), at(3h)));
  EXPECT_EQ(hourly.next_after(at(3h)), kNever);
  EXPECT_THAT(fires(every(1h).within(at(90min), at(3h)), at(0s), at(24h)),
              ElementsAre(at(90min), at(150min)));
}

TEST(Recurrence, ComesEveryRealHourWhenTheClockIsPutForwardAndBack) {
  EXPECT_THAT(
      fires(cron("0 * * * *", new_york()), utc(2012y / 3 / 11, 5h), utc(2012y / 3 / 11, 10h)),
      SizeIs(5));
  EXPECT_THAT(
      fires(cron("0 * * * *", new_york()), utc(2012y / 11 / 4, 4h), utc(2012y / 11 / 4, 9h)),
      SizeIs(5));
}

TEST(Recurrence, SkipsTheReadingThatDaylightSavingRemoves) {
  EXPECT_THAT(fires(cron("30 2 * * *", new_york()), utc(2012y / 3 / 10), utc(2012y / 3 / 13)),
              ElementsAre(utc(2012y / 3 / 10, 7h + 30min), utc(2012y / 3 / 12, 6h + 30min)));
}

TEST(Recurrence, ComesTwiceAtTheReadingThatDaylightSavingRepeats) {
  EXPECT_THAT(fires(cron("30 1 * * *", new_york()), utc(2012y / 11 / 3), utc(2012y / 11 / 6)),
              ElementsAre(utc(2012y / 11 / 3, 5h + 30min), utc(2012y / 11 / 4, 5h + 30min),
                          utc(2012y / 11 / 4, 6h + 30min), utc(2012y / 11 / 5, 6h + 30min)));
}

TEST(Recurrence, KeepsItsHourOfTheDayAcrossAChange) {
  EXPECT_THAT(
      fires(cron("0 9 * * *", new_york()), utc(2012y / 3 / 10), utc(2012y / 3 / 13)),
      ElementsAre(utc(2012y / 3 / 10, 14h), utc(2012y / 3 / 11, 13h), utc(2012y / 3 / 12, 13h)));
}

TEST(Recurrence, EndsWithTime) {
  EXPECT_EQ(cron("* * * * * *").next_after(kNever), kNever);
  EXPECT_EQ(cron("0 0 29 2 *").next_after(kNever - 48h), kNever);
  EXPECT_EQ(cron("@yearly", new_york()).next_after(kNever - 25h), kNever);
}

DueFires due(Policy policy, const Recurrence& recurrence, Duration last, Duration now,
             std::uint32_t limit = 3) {
  return due_fires(recurrence, {policy, limit, 1min}, at(last), at(now));
}

TEST(MissedFires, AreNoneWhenTheFireIsOnTime) {
  for (const Policy policy : {Policy::kSkip, Policy::kOnce, Policy::kAll}) {
    const DueFires on_time = due(policy, every(1h), 1h, 2h + 1min);
    EXPECT_THAT(on_time.run, ElementsAre(at(2h)));
    EXPECT_EQ(on_time.missed, 0U);
    EXPECT_THAT(due(policy, every(1h), 1h, 2h - 1ns).run, IsEmpty());
  }
}

TEST(MissedFires, AreOnlyCountedWhenSkipped) {
  const DueFires skipped = due(Policy::kSkip, every(1h), 0h, 5h + 30min);
  EXPECT_THAT(skipped.run, IsEmpty());
  EXPECT_EQ(skipped.missed, 5U);
  const DueFires again = due(Policy::kSkip, every(1h), 0h, 6h);
  EXPECT_THAT(again.run, ElementsAre(at(6h)));
  EXPECT_EQ(again.missed, 5U);
}

TEST(MissedFires, RunOnceForAll) {
  const DueFires once = due(Policy::kOnce, every(1h), 0h, 5h + 30min);
  EXPECT_THAT(once.run, ElementsAre(at(5h)));
  EXPECT_EQ(once.missed, 4U);
  EXPECT_THAT(due(Policy::kOnce, every(1h), 0h, 6h).run, ElementsAre(at(6h)));
}

TEST(MissedFires, RunAllUpToTheLimit) {
  const DueFires all = due(Policy::kAll, every(1h), 0h, 5h + 30min);
  EXPECT_THAT(all.run, ElementsAre(at(3h), at(4h), at(5h)));
  EXPECT_EQ(all.missed, 2U);
  EXPECT_THAT(due(Policy::kAll, every(1h), 0h, 5h + 30min, 100).run, SizeIs(5));
}

TEST(MissedFires, AllRunThatAreOnTime) {
  EXPECT_THAT(due(Policy::kSkip, every(30s), 0h, 1h, 100).run,
              ElementsAre(at(1h - 1min), at(1h - 30s), at(1h)));
}

TEST(MissedFires, AreBoundedHoweverLongNobodyLooked) {
  constexpr Duration kYear = 24h * 365;
  for (const Recurrence& recurrence :
       {every(1ns), every(1s), cron("* * * * * *"), cron("* * * 1 1 *", new_york())}) {
    const DueFires all = due(Policy::kAll, recurrence, 0h, 40 * kYear, 5);
    ASSERT_THAT(all.run, SizeIs(5));
    EXPECT_EQ(all.missed, DueFires::kMaxCounted - 5);
    EXPECT_LE(all.run.back(), at(40 * kYear));
    EXPECT_GT(recurrence.next_after(all.run.back()), at(40 * kYear));
    EXPECT_EQ(recurrence.next_after(all.run[3]), all.run[4]);
  }
  EXPECT_THAT(due_fires(every(1h), {}, kUnset, at(5h)).run, SizeIs(1));
}

TEST(Backfill, GivesEveryInstantOfTheRange) {
  EXPECT_THAT(fires(every(1h), at(2h), at(5h)), ElementsAre(at(2h), at(3h), at(4h)));
  EXPECT_THAT(fires(every(1h), at(5h), at(2h)), IsEmpty());
}

TEST(Backfill, IsRefusedBeyondTheLimit) {
  EXPECT_TRUE(fires_between(every(1h), at(0h), at(5h), 5).has_value());
  const auto refused = fires_between(every(1h), at(0h), at(5h) + 1ns, 5);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message, "more than 5 fires lie between the two instants");
}

}  // namespace
}  // namespace gnomon
