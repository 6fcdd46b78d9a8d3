#include "adapters/tzdata/zones.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/timers/recurrence.h"

namespace gnomon::adapters {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

Instant utc(std::chrono::year_month_day day, Duration time = {}) {
  return Instant(std::chrono::sys_days(day).time_since_epoch() + time);
}

TEST(FindZone, KnowsWhenDaylightSavingBegins) {
  const auto zone = find_zone("America/New_York");
  ASSERT_TRUE(zone.has_value()) << zone.error().message;
  EXPECT_EQ(zone->name(), "America/New_York");
  const Zone::Period summer = zone->period_at(utc(2012y / 7 / 1));
  EXPECT_EQ(summer.begin, utc(2012y / 3 / 11, 7h));
  EXPECT_EQ(summer.end, utc(2012y / 11 / 4, 6h));
  EXPECT_EQ(summer.offset, -4h);
}

TEST(FindZone, GivesPeriodsThatFollowEachOther) {
  for (const char* name :
       {"Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Africa/Casablanca", "Pacific/Apia",
        "Antarctica/Troll", "US/Eastern", "Etc/GMT+5"}) {
    const auto zone = find_zone(name);
    ASSERT_TRUE(zone.has_value()) << zone.error().message;
    int periods = 0;
    for (Instant at = utc(1970y / 1 / 1);; ++periods) {
      const Zone::Period period = zone->period_at(at);
      EXPECT_LE(period.begin, at);
      EXPECT_LT(at, period.end);
      EXPECT_LE(std::chrono::abs(period.offset), 15h);
      if (period.end == kNever) break;
      EXPECT_NE(zone->period_at(period.end).offset, period.offset) << name;
      at = period.end;
    }
    EXPECT_LT(periods, 400) << name;
  }
  EXPECT_EQ(find_zone("Asia/Kathmandu")->period_at(utc(2020y / 1 / 1)).offset, 5h + 45min);
}

TEST(FindZone, SuggestsTheNameThatWasMeant) {
  const auto zone = find_zone("Europe/Berlim");
  ASSERT_FALSE(zone.has_value());
  EXPECT_EQ(zone.error().message,
            "there is no time zone named 'Europe/Berlim' (did you mean 'Europe/Berlin'?)");
  for (const char* name : {"", "../../etc/passwd", "/etc/localtime", "Europe", "UTC "}) {
    EXPECT_FALSE(find_zone(name).has_value()) << name;
  }
}

TEST(FindZone, NeedsNoDatabaseForUtc) {
  EXPECT_EQ(find_zone("UTC")->period_at(Instant{}).end, kNever);
}

TEST(FindZone, MakesTheNightlyRunKeepItsHour) {
  const Recurrence nightly =
      Recurrence::cron("0 3 * * *", find_zone("Europe/Berlin").value()).value();
  EXPECT_THAT(
      fires_between(nightly, utc(2024y / 3 / 30), utc(2024y / 4 / 2), 10).value(),
      ElementsAre(utc(2024y / 3 / 30, 2h), utc(2024y / 3 / 31, 1h), utc(2024y / 4 / 1, 1h)));
}

}  // namespace
}  // namespace gnomon::adapters
