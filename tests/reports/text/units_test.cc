#include "reports/text/units.h"

#include <gtest/gtest.h>

#include "reports/text/json_writer.h"

namespace gnomon::reports {
namespace {

TEST(Human, GivesThreeDigitsInTheUnitThatFits) {
  EXPECT_EQ(human(0ns), "0s");
  EXPECT_EQ(human(1ns), "1ns");
  EXPECT_EQ(human(999ns), "999ns");
  EXPECT_EQ(human(1us), "1µs");
  EXPECT_EQ(human(1234ns), "1.23µs");
  EXPECT_EQ(human(12'345ns), "12.3µs");
  EXPECT_EQ(human(123'456ns), "123µs");
  EXPECT_EQ(human(45'600us), "45.6ms");
  EXPECT_EQ(human(1500ms), "1.50s");
  EXPECT_EQ(human(21'400ms), "21.4s");
  EXPECT_EQ(human(30s), "30s");
  EXPECT_EQ(human(134s), "2m 14s");
  EXPECT_EQ(human(3h + 5min), "3h 05m");
  EXPECT_EQ(human(292h), "12d 04h");
  EXPECT_EQ(human(-1500us), "-1.50ms");
}

TEST(Human, RoundingMovesToTheNextUnit) {
  EXPECT_EQ(human(999'999ns), "1ms");
  EXPECT_EQ(human(9'999'999ns), "10ms");
  EXPECT_EQ(human(999'999'999ns), "1s");
  EXPECT_EQ(human(59'960ms), "1m 00s");
  EXPECT_EQ(human(59min + 59s + 700ms), "1h 00m");
  EXPECT_EQ(human(23h + 59min + 40s), "1d 00h");
}

TEST(Human, TakesTheLongestDurations) {
  EXPECT_EQ(human(Duration::max()), "106752d 00h");
  EXPECT_EQ(human(Duration::min()), "-106752d 00h");
}

TEST(HumanCount, SeparatesThousands) {
  EXPECT_EQ(human_count(0), "0");
  EXPECT_EQ(human_count(999), "999");
  EXPECT_EQ(human_count(1000), "1,000");
  EXPECT_EQ(human_count(1234567), "1,234,567");
}

TEST(Counted, KnowsOneFromMany) {
  EXPECT_EQ(counted(0, "node"), "0 nodes");
  EXPECT_EQ(counted(1, "node"), "1 node");
  EXPECT_EQ(counted(1234, "node"), "1,234 nodes");
}

TEST(HumanShare, SomethingIsNeverShownAsNothing) {
  EXPECT_EQ(human_share(0), "0 %");
  EXPECT_EQ(human_share(0.0001), "<0.1 %");
  EXPECT_EQ(human_share(0.123), "12.3 %");
  EXPECT_EQ(human_share(0.99999), ">99.9 %");
  EXPECT_EQ(human_share(1), "100 %");
}

TEST(IsoTime, IsUtcAndExact) {
  EXPECT_EQ(iso_time(from_ns(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(iso_time(from_ns(1'772'366'405'250'000'000)), "2026-03-01T12:00:05.250Z");
  EXPECT_EQ(iso_time(from_ns(1)), "1970-01-01T00:00:00.000000001Z");
  EXPECT_EQ(iso_time(from_ns(-1)), "1969-12-31T23:59:59.999999999Z");
}

TEST(DecimalSeconds, IsExact) {
  EXPECT_EQ(decimal_seconds(0s), "0");
  EXPECT_EQ(decimal_seconds(1500ms), "1.5");
  EXPECT_EQ(decimal_seconds(-1ns), "-0.000000001");
  EXPECT_EQ(decimal_seconds(Duration::min()), "-9223372036.854775808");
}

}  // namespace
}  // namespace gnomon::reports
