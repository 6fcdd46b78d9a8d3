#include "reports/stats/time_series.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <utility>
#include <vector>

namespace gnomon::reports {
namespace {

TEST(TimeSeries, JoinsNeighboursWhenTimeOutgrowsThePoints) {
  TimeSeries series(from_ns(0), Duration{10}, 4);
  for (int i = 0; i < 8; ++i) series.record(from_ns(i * 10), i);
  EXPECT_EQ(series.step(), Duration{20});
  ASSERT_EQ(series.points().size(), 4u);
  EXPECT_EQ(series.points()[3], (TimeSeries::Point{2, 6 + 7, 6, 7}));
  EXPECT_EQ(series.begin_of(3), from_ns(60));
}

TEST(TimeSeries, StaysBoundedForAnyInstant) {
  TimeSeries series(from_ns(0), Duration{1}, 16);
  series.record(kNever, 1);
  series.record(kUnset, 2);
  EXPECT_LE(series.points().size(), 16u);
  EXPECT_EQ(series.points().front().sum, Int128{2});
}

using Samples = std::vector<std::pair<std::uint16_t, std::int16_t>>;

TimeSeries series_of(const Samples& samples, Duration step) {
  TimeSeries series(from_ns(0), step, 8);
  for (const auto& [at, value] : samples) series.record(from_ns(at), value);
  return series;
}

RC_GTEST_PROP(TimeSeries, JoiningEqualsRecordingWithTheWiderStep, (Samples samples)) {
  const TimeSeries fine = series_of(samples, Duration{1});
  RC_ASSERT(fine == series_of(samples, fine.step()));
}

RC_GTEST_PROP(TimeSeries, MergingEqualsRecordingAll, (Samples first, Samples second)) {
  TimeSeries merged = series_of(first, Duration{1});
  merged.merge(series_of(second, Duration{1}));
  Samples all = first;
  all.insert(all.end(), second.begin(), second.end());
  RC_ASSERT(merged == series_of(all, Duration{1}));
}

}  // namespace
}  // namespace gnomon::reports
