#include "scenarios/language/units.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <regex>

namespace gnomon::scenarios {
namespace {

TEST(DurationText, IsReadExactly) {
  EXPECT_EQ(parse_duration("250ms").value(), 250ms);
  EXPECT_EQ(parse_duration("1.5h").value(), 90min);
  EXPECT_EQ(parse_duration("1h30m").value(), 90min);
  EXPECT_EQ(parse_duration("2d").value(), 48h);
  EXPECT_EQ(parse_duration("1w").value(), 168h);
  EXPECT_EQ(parse_duration("0.000000001s").value(), 1ns);
  EXPECT_EQ(parse_duration("1m0.5s").value(), 60500ms);
  EXPECT_EQ(parse_duration("0").value(), 0ns);
  EXPECT_EQ(parse_duration("0.1s").value(), 100ms);  // no floating point on the way
  EXPECT_EQ(parse_duration("0.7h").value(), 42min);
  EXPECT_EQ(parse_duration("73000d").value(), 73000 * 24h);
}

TEST(DurationText, IsRefusedWithAReason) {
  EXPECT_EQ(parse_duration("10").error().message, "expected a duration with a unit, such as 10s");
  EXPECT_EQ(parse_duration("1h30").error().message,
            "expected a duration with a unit, such as 1h30s");
  EXPECT_EQ(parse_duration("5 min").error().message,
            "unknown unit of time; there are ns, us, ms, s, m, h, d and w");
  EXPECT_EQ(parse_duration("30m1h").error().message,
            "units of a duration go from large to small, such as 1h30m");
  EXPECT_EQ(parse_duration("1s1s").error().message,
            "units of a duration go from large to small, such as 1h30m");
  EXPECT_EQ(parse_duration("73001d").error().message, "a duration is at most 200 years");
  EXPECT_EQ(parse_duration("99999999999999999999s").error().message,
            "a duration is at most 200 years");
  for (const char* text : {"", "-5s", "h", "1.s", ".5s", "1,5s", " 1s", "1s ", "1S", "1e3s"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

RC_GTEST_PROP(DurationTextProperty, IsReadAsItWasWritten, ()) {
  const auto ns = *rc::gen::inRange<std::int64_t>(0, 6'000'000'000'000'000'000);
  const std::string text = to_text(Duration{ns});
  RC_ASSERT(parse_duration(text).value() == Duration{ns});
}

TEST(InstantText, IsRfc3339) {
  EXPECT_EQ(to_ns(parse_instant("1970-01-01T00:00:00Z").value()), 0);
  EXPECT_EQ(to_ns(parse_instant("2026-01-05T00:00:00Z").value()), 1'767'571'200'000'000'000);
  EXPECT_EQ(parse_instant("2026-01-05").value(), parse_instant("2026-01-05T00:00:00Z").value());
  EXPECT_EQ(parse_instant("2026-01-05T01:00:00+01:00").value(),
            parse_instant("2026-01-05T00:00:00Z").value());
  EXPECT_EQ(parse_instant("2026-01-04t22:30:00-01:30").value(),
            parse_instant("2026-01-05T00:00:00z").value());
  EXPECT_EQ(to_ns(parse_instant("1970-01-01 00:00:00.000000001Z").value()), 1);
  EXPECT_TRUE(parse_instant("2024-02-29"));
}

TEST(InstantText, IsRefusedWhereItIsNoInstant) {
  EXPECT_EQ(parse_instant("2026-01-05T00:00:00").error().message,
            "an instant needs an offset: Z for UTC, or such as +01:00");
  for (const char* text :
       {"", "2026", "2026-1-5", "2026-02-30", "2023-02-29", "2026-13-01", "2026-01-05T24:00:00Z",
        "2026-01-05T00:60:00Z", "2026-01-05T00:00:60Z", "2026-01-05T00:00:00.Z",
        "2026-01-05T00:00Z", "2026-01-05T00:00:00+1", "2026-01-05T00:00:00Zx", "1969-12-31",
        "2201-01-01", "20260105", "1970-01-01T00:00:00+01:00"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
}

TEST(RateText, IsPerSecond) {
  EXPECT_EQ(parse_rate("5/s").value(), 5);
  EXPECT_EQ(parse_rate("300/min").value(), 5);
  EXPECT_EQ(parse_rate("1.5/m").value(), 1.5 / 60);
  EXPECT_EQ(parse_rate("7200/h").value(), 2);
  EXPECT_EQ(parse_rate("86400/d").value(), 1);
  for (const char* text : {"", "5", "/s", "5/", "5/week", "-1/s", "1e3/s", "inf/s", "5 /s"})
    EXPECT_FALSE(parse_rate(text)) << text;
}

TEST(PercentText, IsAShare) {
  EXPECT_EQ(parse_percent("20%").value(), 0.2);
  EXPECT_EQ(parse_percent("150%").value(), 1.5);
  for (const char* text : {"", "%", "20", "-5%", "5 %", "nan%", "1e2%"})
    EXPECT_FALSE(parse_percent(text)) << text;
}

TEST(SizeText, IsBytes) {
  EXPECT_EQ(parse_size("512B").value(), 512u);
  EXPECT_EQ(parse_size("64KiB").value(), 65536u);
  EXPECT_EQ(parse_size("10MB").value(), 10'000'000u);
  EXPECT_EQ(parse_size("2GiB").value(), std::uint64_t{2} << 30);
  for (const char* text :
       {"", "64", "KiB", "1.5MiB", "64kb", "-1B", "99999999999999999999B", "99999999999GiB"}) {
    EXPECT_FALSE(parse_size(text)) << text;
  }
}

/// Editors know the notation by these patterns only.
TEST(UnitPatterns, AgreeWithTheParsers) {
  const std::vector<std::string> texts = {"0",
                                          "250ms",
                                          "1.5h",
                                          "1h30m",
                                          "2d",
                                          "10",
                                          "",
                                          "5 min",
                                          "-5s",
                                          ".5s",
                                          "5/s",
                                          "5/min",
                                          "5",
                                          "1.5/m",
                                          "5/w",
                                          "20%",
                                          "%",
                                          "20.5%",
                                          "64KiB",
                                          "64",
                                          "1.5MiB",
                                          "2026-01-05",
                                          "2026-01-05T00:00:00Z",
                                          "2026-01-05T00:00:00.5+01:00",
                                          "2026-01-05T00:00:00",
                                          "2026-1-5",
                                          "2026-01-05 10:00:00z"};
  const auto agree = [&](std::string_view pattern, auto parse) {
    const std::regex regex{std::string(pattern)};
    for (const std::string& text : texts)
      EXPECT_EQ(std::regex_search(text, regex), parse(text).has_value()) << text;
  };
  agree(kDurationPattern, parse_duration);
  agree(kInstantPattern, parse_instant);
  agree(kRatePattern, parse_rate);
  agree(kPercentPattern, parse_percent);
  agree(kSizePattern, parse_size);
}

}  // namespace
}  // namespace gnomon::scenarios
