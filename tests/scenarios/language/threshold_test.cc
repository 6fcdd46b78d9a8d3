#include "scenarios/language/threshold.h"

#include <gtest/gtest.h>

namespace gnomon::scenarios {
namespace {

using Aggregate = Threshold::Aggregate;
using Comparison = Threshold::Comparison;
using Unit = Threshold::Unit;

TEST(Threshold, IsReadFromWords) {
  const Threshold makespan = parse_threshold("makespan p(95) < 30s").value();
  EXPECT_EQ(makespan.metric, "makespan");
  EXPECT_EQ(makespan.label, "");
  EXPECT_EQ(makespan.aggregate, Aggregate::kPercentile);
  EXPECT_EQ(makespan.percentile, 95);
  EXPECT_EQ(makespan.comparison, Comparison::kLess);
  EXPECT_EQ(makespan.bound, 30);
  EXPECT_EQ(makespan.unit, Unit::kSeconds);
  EXPECT_EQ(makespan.text, "makespan p(95) < 30s");

  const Threshold failed = parse_threshold("workflows failed rate <= 1%").value();
  EXPECT_EQ(failed.label, "failed");
  EXPECT_EQ(failed.aggregate, Aggregate::kRate);
  EXPECT_EQ(failed.comparison, Comparison::kAtMost);
  EXPECT_EQ(failed.bound, 0.01);
  EXPECT_EQ(failed.unit, Unit::kShare);

  const Threshold used = parse_threshold("  utilisation(gpu pool)>60% ").value();
  EXPECT_EQ(used.metric, "utilisation");
  EXPECT_EQ(used.label, "gpu pool");
  EXPECT_EQ(used.aggregate, Aggregate::kValue);
  EXPECT_EQ(used.comparison, Comparison::kGreater);
}

TEST(Threshold, KnowsUnits) {
  EXPECT_EQ(parse_threshold("starts rate >= 300/min").value().bound, 5);
  EXPECT_EQ(parse_threshold("starts rate >= 300/min").value().unit, Unit::kPerSecond);
  EXPECT_EQ(parse_threshold("wait max < 1h30m").value().bound, 5400);
  EXPECT_EQ(parse_threshold("memory max < 64MiB").value().bound, 67108864);
  EXPECT_EQ(parse_threshold("memory max < 64MiB").value().unit, Unit::kBytes);
  EXPECT_EQ(parse_threshold("nodes count == 1e6").value().bound, 1e6);
  EXPECT_EQ(parse_threshold("nodes count == 0").value().unit, Unit::kNone);
}

TEST(Threshold, SaysAtWhichCharacterItIsWrong) {
  const auto error = [](std::string_view text) {
    const auto parsed = parse_threshold(text);
    return parsed ? "nothing" : parsed.error().message;
  };
  EXPECT_EQ(error(""), "column 1: expected the name of a metric");
  EXPECT_EQ(error("< 5"), "column 1: expected the name of a metric");
  EXPECT_EQ(error("makespan p(95 < 30s"), "column 15: expected ')' after the percentile");
  EXPECT_EQ(error("makespan p(101) < 30s"), "column 15: expected a percentile from 0 to 100");
  EXPECT_EQ(error("makespan p() < 30s"), "column 12: expected a percentile from 0 to 100");
  EXPECT_EQ(error("makespan p(95)"), "column 15: expected a comparison: <, <=, >, >=, == or !=");
  EXPECT_EQ(error("makespan p(95) = 3s"),
            "column 16: expected a comparison: <, <=, >, >=, == or !=");
  EXPECT_EQ(error("makespan p(95) max < 3s"),
            "column 16: expected a comparison after the aggregate");
  EXPECT_EQ(error("makespan all mux < 3s"),
            "column 14: unknown aggregate 'mux'; there are p(95), mean, min, max, median, count, "
            "sum or rate");
  EXPECT_EQ(error("makespan max < soon"),
            "column 16: expected a bound such as 30s, 1%, 5/s, 64MiB or 1000");
  EXPECT_EQ(error("makespan max <"),
            "column 15: expected a bound such as 30s, 1%, 5/s, 64MiB or 1000");
  EXPECT_EQ(error("makespan max < nan"),
            "column 16: expected a bound such as 30s, 1%, 5/s, 64MiB or 1000");
  EXPECT_EQ(error("utilisation(gpu > 5"), "column 13: expected ')' after the label");
}

TEST(Threshold, Holds) {
  const auto holds = [](std::string_view text, double measured) {
    return parse_threshold(text).value().holds(measured);
  };
  EXPECT_TRUE(holds("x < 3", 2));
  EXPECT_FALSE(holds("x < 3", 3));
  EXPECT_TRUE(holds("x <= 3", 3));
  EXPECT_TRUE(holds("x > 3", 4));
  EXPECT_FALSE(holds("x >= 3", 2));
  EXPECT_TRUE(holds("x == 3", 3));
  EXPECT_TRUE(holds("x != 3", 2));
}

}  // namespace
}  // namespace gnomon::scenarios
