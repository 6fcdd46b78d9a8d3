#include "engine/timers/cron.h"

#include <gtest/gtest.h>

#include <ostream>

namespace gnomon {
namespace {

WallTime wall(std::chrono::year_month_day day, std::chrono::seconds time = {}) {
  return std::chrono::local_days(day) + time;
}

WallTime next(const char* text, WallTime from) {
  const auto schedule = CronSchedule::parse(text);
  EXPECT_TRUE(schedule.has_value()) << text << ": " << schedule.error().message;
  return schedule->next(from, WallTime::max()).value_or(WallTime::max());
}

using namespace std::chrono_literals;

TEST(CronSchedule, ComesAtTheReadingsThatItsFieldsName) {
  const WallTime from = wall(2012y / 7 / 9, 23h + 35min + 51s);  // a Monday
  EXPECT_EQ(next("30 8 * * *", from), wall(2012y / 7 / 10, 8h + 30min));
  EXPECT_EQ(next("*/10 * * * *", from), wall(2012y / 7 / 9, 23h + 40min));
  EXPECT_EQ(next("35/30 * * * *", from), wall(2012y / 7 / 10, 35min));
  EXPECT_EQ(next("15/35 20-35/15 1/2 */2 * *", from), wall(2012y / 7 / 11, 1h + 20min + 15s));
  EXPECT_EQ(next("0 0 1 JAN *", from), wall(2013y / 1 / 1));
  EXPECT_EQ(next("0 9-17/4 * * mon-fri", from), wall(2012y / 7 / 10, 9h));
  EXPECT_EQ(next("59 59 23 31 12 ?", from), wall(2012y / 12 / 31, 23h + 59min + 59s));
  EXPECT_EQ(next("* * * * * *", from), from);
}

TEST(CronSchedule, TakesADayOrAWeekdayWhenBothAreRestricted) {
  EXPECT_EQ(next("0 0 13 * FRI", wall(2012y / 7 / 9)), wall(2012y / 7 / 13));
  EXPECT_EQ(next("0 0 14 * FRI", wall(2012y / 7 / 9)), wall(2012y / 7 / 13));
  EXPECT_EQ(next("0 0 13 * *", wall(2012y / 7 / 14)), wall(2012y / 8 / 13));
  EXPECT_EQ(next("0 0 */10 * SUN", wall(2012y / 7 / 12)), wall(2012y / 7 / 15));
}

TEST(CronSchedule, KnowsSundayAsZeroAndSeven) {
  EXPECT_EQ(CronSchedule::parse("0 0 * * 0").value(), CronSchedule::parse("0 0 * * 7").value());
  EXPECT_EQ(CronSchedule::parse("0 0 * * 5-7").value(),
            CronSchedule::parse("0 0 * * FRI,SAT,SUN").value());
}

TEST(CronSchedule, KnowsTheUsualNames) {
  EXPECT_EQ(CronSchedule::parse("@hourly").value(), CronSchedule::parse("0 * * * *").value());
  EXPECT_EQ(CronSchedule::parse("@daily").value(), CronSchedule::parse("0 0 0 * * *").value());
  EXPECT_EQ(CronSchedule::parse("@weekly").value(), CronSchedule::parse("0 0 * * SUN").value());
  EXPECT_EQ(CronSchedule::parse("@monthly").value(), CronSchedule::parse("0 0 1 * *").value());
  EXPECT_EQ(CronSchedule::parse("@yearly").value(), CronSchedule::parse("0 0 1 1 *").value());
}

TEST(CronSchedule, FindsTheLeapDayAcrossACenturyWithoutOne) {
  EXPECT_EQ(next("0 0 29 2 *", wall(2013y / 1 / 1)), wall(2016y / 2 / 29));
  EXPECT_EQ(next("0 0 29 2 *", wall(2096y / 3 / 1)), wall(2104y / 2 / 29));
}

TEST(CronSchedule, StopsAtTheEndOfTheSearch) {
  const CronSchedule schedule = CronSchedule::parse("0 12 * * *").value();
  EXPECT_FALSE(schedule.next(wall(2012y / 7 / 9), wall(2012y / 7 / 9, 12h)).has_value());
  EXPECT_TRUE(schedule.next(wall(2012y / 7 / 9), wall(2012y / 7 / 9, 12h + 1s)).has_value());
}

TEST(CronSchedule, NamesEveryReadingThatFitsAndNoOther) {
  const CronSchedule schedule = CronSchedule::parse("7/20 3,5-6 */3 2-3 MON").value();
  WallTime expected = schedule.next(wall(2012y / 2 / 1), WallTime::max()).value();
  for (WallTime at = wall(2012y / 2 / 1); at < wall(2012y / 4 / 5); at += 1min) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    const unsigned number = static_cast<unsigned>(date.day());
    const bool fits =
        (time.minutes() == 7min || time.minutes() == 27min || time.minutes() == 47min) &&
        (time.hours() == 3h || time.hours() == 5h || time.hours() == 6h) &&
        (date.month() == std::chrono::February || date.month() == std::chrono::March) &&
        (number % 3 == 1 || std::chrono::weekday(day) == std::chrono::Monday);
    ASSERT_EQ(fits, at == expected) << at.time_since_epoch().count();
    if (fits) expected = schedule.next(at + 1s, WallTime::max()).value();
  }
}

struct Mistake {
  const char* text;
  const char* message;
  friend void PrintTo(const Mistake& mistake, std::ostream* out) { *out << mistake.text; }
};
class CronMistake : public ::testing::TestWithParam<Mistake> {};
TEST_P(CronMistake, IsNamedWithItsPlace) {
  const auto schedule = CronSchedule::parse(GetParam().text);
  ASSERT_FALSE(schedule.has_value());
  EXPECT_EQ(schedule.error().message, GetParam().message);
}
INSTANTIATE_TEST_SUITE_P(
    Mistakes, CronMistake,
    ::testing::Values(
        Mistake{"",
                "0 fields; cron has 5 (minute hour day month weekday), or 6 with the second first"},
        Mistake{"xyz",
                "1 fields; cron has 5 (minute hour day month weekday), or 6 with the second first"},
        Mistake{"60 0 * * *", "column 1: 60 is no minute; they go from 0 to 59"},
        Mistake{"0 60 * * *", "column 3: 60 is no hour; they go from 0 to 23"},
        Mistake{"0 0 0 * *", "column 5: 0 is no day; they go from 1 to 31"},
        Mistake{"0 0 * 13 *", "column 7: 13 is no month; they go from 1 to 12"},
        Mistake{"0 0 * * MOM", "column 9: 'MOM' is no weekday (did you mean 'MON'?)"},
        Mistake{"0 0 * JANU *", "column 7: 'JANU' is no month (did you mean 'JAN'?)"},
        Mistake{"0 0 * * XYZ", "column 9: 'XYZ' is no weekday"},
        Mistake{"5,, * * * *", "column 3: a minute (0-59) is missing"},
        Mistake{"5- * * * *", "column 3: a minute (0-59) is missing"},
        Mistake{"-5 * * * *", "column 1: a minute (0-59) is missing"},
        Mistake{"0 22-2 * * *", "column 3: 22-2 ends before it begins; write 22-23,0-2"},
        Mistake{"*/0 * * * *", "column 3: a step of 0 does not fit minutes (0-59)"},
        Mistake{"*/90 * * * *", "column 3: a step of 90 does not fit minutes (0-59)"},
        Mistake{"*/x * * * *", "column 3: 'x' is no step; write a number after '/'"},
        Mistake{"99999999999 * * * *", "column 1: 99999999999 is no minute; they go from 0 to 59"},
        Mistake{"0 0 31 4,6 *",
                "column 5: day 31 never comes in the months given, which have 30 days at most"},
        Mistake{"0 0 0 30 2 ?",
                "column 7: day 30 never comes in the months given, which have 29 days at most"},
        Mistake{"@dayly", "column 1: '@dayly' is no known name (did you mean '@daily'?)"},
        Mistake{"TZ=UTC 0 0 * * *",
                "column 1: the time zone is given apart, not in the expression"},
        Mistake{"0 0 L * *", "column 5: 'L' is no day"}));

}  // namespace
}  // namespace gnomon
