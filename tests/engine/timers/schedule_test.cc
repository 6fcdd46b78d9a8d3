#include "engine/timers/schedule.h"

#include <gtest/gtest.h>

#include "tests/engine/timers/zones.h"

namespace gnomon {
namespace {

using namespace std::chrono_literals;

Schedule nightly(Zone zone) {
  Schedule schedule;
  schedule.name = "nightly";
  schedule.recurrence = Recurrence::cron("30 1 * * *", std::move(zone)).value();
  return schedule;
}

std::string fire(const Schedule& schedule, Instant due) {
  return std::string(fire_json(schedule, due).json());
}

TEST(Schedule, TellsTheInstantOfAFireAndTheReadingOfItsWallClock) {
  EXPECT_EQ(fire(nightly({}), utc(2026y / 3 / 29, 90min)),
            R"({"at":"2026-03-29T01:30:00Z","local":"2026-03-29T01:30:00+00:00",)"
            R"("schedule":"nightly","seconds":1774747800})");
  // The reading that comes twice: the same but for how far it is from UTC.
  EXPECT_EQ(fire(nightly(new_york()), utc(2012y / 11 / 4, 5h + 30min)),
            R"({"at":"2012-11-04T05:30:00Z","local":"2012-11-04T01:30:00-04:00",)"
            R"("schedule":"nightly","seconds":1352007000})");
  EXPECT_EQ(fire(nightly(new_york()), utc(2012y / 11 / 4, 6h + 30min)),
            R"({"at":"2012-11-04T06:30:00Z","local":"2012-11-04T01:30:00-05:00",)"
            R"("schedule":"nightly","seconds":1352010600})");
}

TEST(Schedule, WritesFractionsOfASecondWhereThereAreSome) {
  const Schedule old = nightly(Zone("Africa/Monrovia", {{Instant{}, kNever, -2670s}}));
  EXPECT_EQ(fire(old, utc(1971y / 1 / 1, 250ms)),
            R"({"at":"1971-01-01T00:00:00.25Z","local":"1970-12-31T23:15:30.25-00:44:30",)"
            R"("schedule":"nightly","seconds":31536000.25})");
}

TEST(Schedule, MakesTheInputOfAFire) {
  Schedule schedule = nightly(new_york());
  schedule.input = Payload(R"({"day":"always"})");
  const Instant due = utc(2012y / 7 / 1, 5h + 30min);
  EXPECT_EQ(input_of(schedule, due).value().text(), R"({"day":"always"})");
  schedule.input_expression = Expression::compile("{day: .local[:10]}").value();
  EXPECT_EQ(input_of(schedule, due).value().text(), R"({"day":"2012-07-01"})");
  schedule.input_expression = Expression::compile(".at | tonumber").value();
  EXPECT_TRUE(input_of(schedule, due).error().message.starts_with("its input cannot be made: "));
}

}  // namespace
}  // namespace gnomon
