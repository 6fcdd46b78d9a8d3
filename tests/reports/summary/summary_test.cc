#include "reports/summary/summary.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "reports/summary/summary_text.h"
#include "tests/golden/golden.h"
#include "tests/reports/sample.h"

namespace gnomon::reports {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::vector<ThresholdLine> thresholds() {
  return {{"makespan p(95) < 10m", "5m 30s", true}, {"nodes{failed} count == 0", "1", false}};
}

/// Without the escape sequences of colour.
std::string without_colour(std::string text) {
  for (std::size_t at = 0; (at = text.find('\x1b', at)) != std::string::npos;)
    text.erase(at, text.find('m', at) - at + 1);
  return text;
}

TEST(Summary, CountsAndMeasuresASmallRun) {
  const Summary summary = summarise(small_sample());
  EXPECT_EQ(summary.nodes[static_cast<std::size_t>(NodeState::kSucceeded)], 4u);
  EXPECT_EQ(summary.workflows[static_cast<std::size_t>(NodeState::kFailed)], 1u);
  EXPECT_EQ(summary.makespan.max(), std::chrono::nanoseconds(330001ms).count());
  ASSERT_EQ(summary.by_runtime.size(), 2u);
  const Summary::OfRuntime& gpu = summary.by_runtime[1];
  EXPECT_EQ(gpu.name, "gpu");
  EXPECT_EQ(gpu.attempts, 1u);
  EXPECT_EQ(gpu.failed, 1u);
  EXPECT_EQ(gpu.peak, 1u);
  EXPECT_DOUBLE_EQ(gpu.utilisation.value(), 180 / (8 * 330.001));
  EXPECT_EQ(summary.by_runtime[0].attempts, 4u);  // extract, and three at clean
  EXPECT_EQ(summary.by_runtime[0].failed, 2u);
  ASSERT_EQ(summary.reasons.size(), 1u);
  EXPECT_EQ(summary.critical_path.size(), 4u);
  EXPECT_EQ(summary.slowest.front().name, "train");
}

TEST(Summary, CountsTheReasonsThatItLeavesOut) {
  std::vector<Step> steps;
  for (int i = 0; i < 8; ++i) {
    for (int times = 0; times < (i < 5 ? 3 : i - 4); ++times) {
      steps.push_back({.name = fmt::format("n{}-{}", i, times),
                       .ready = 0s,
                       .ended = 1s,
                       .outcome = Outcome::kFailed,
                       .reason = fmt::format("reason {}", i),
                       .error = ErrorClass::kPermanent});
    }
  }
  RunView run;
  add_sample(run, "w", steps);
  run.finish();
  const Summary summary = summarise(run);
  ASSERT_EQ(summary.reasons.size(), 5u);
  EXPECT_EQ(summary.other_reasons, 3u);
  EXPECT_EQ(summary.of_other_reasons, 6u);
  EXPECT_NE(print_summary(summary, {}, Style{}).find("6  for 3 reasons more"), std::string::npos)
      << print_summary(summary, {}, Style{});
}

TEST(Summary, FindsTheEnginesShare) {
  RunView run;
  add_sample(
      run, "w",
      {{.name = "a", .ready = 0s, .started = 100ms, .ended = 999ms}});  // and 1 ms to be FINISHED
  run.finish();
  const Summary summary = summarise(run);
  EXPECT_DOUBLE_EQ(summary.overhead, 0.001);
}

// Nobody knows how long nobody ran it: that is no time of the engine.
TEST(Summary, LeavesOutOfTheSharesWhatWasOnItsWayWhenTheRunWasGoneOnWith) {
  RunView run;
  add_sample(run, "w",
             {{.name = "a", .ready = 0s, .started = 100ms, .ended = 999ms},
              {.name = "b", .ready = 2s, .started = 60s, .ended = 61s},
              {.name = "c", .ready = 62s, .started = 62s + 100ms, .ended = 62s + 999ms}});
  run.resumed = {kSampleBegin + 30s};
  run.finish();
  const Summary summary = summarise(run);
  EXPECT_DOUBLE_EQ(summary.overhead, 0.001);
  EXPECT_EQ(summary.run.histogram.count(), 2u);
  EXPECT_EQ(summary.by_runtime[0].attempts, 3u);
}

TEST(Summary, OfABusyPoolAddsUp) {
  const RunView run = layered_sample({.layers = 20, .width = 100, .slots = 50});
  const Summary summary = summarise(run);
  ASSERT_EQ(summary.by_runtime.size(), 1u);
  const Summary::OfRuntime& pool = summary.by_runtime[0];
  EXPECT_EQ(pool.peak, 50u);
  EXPECT_EQ(pool.attempts, 2000u);
  EXPECT_EQ(pool.busy, summary.run.total);
  EXPECT_GT(*pool.utilisation, 0.8);
  EXPECT_LE(*pool.utilisation, 1.0);
}

TEST(Summary, LooksIntoSubworkflows) {
  RunView run;
  const WorkflowId parent = add_sample(
      run, "search", {{.name = "trials", .ready = 0s, .ended = 60s, .kind = NodeKind::kMap}});
  WorkflowRow row;
  row.parent = {parent, 0};
  add_sample(run, "trial", {{.name = "fit", .ready = 1s, .ended = 59s}}, row);
  run.finish();
  const Summary summary = summarise(run);
  EXPECT_EQ(summary.makespan.count(), 1u);
  ASSERT_EQ(summary.slowest.size(), 1u);  // trials only waits
  EXPECT_EQ(summary.slowest[0].name, "fit");
  ASSERT_EQ(summary.critical_path.size(), 2u);
  EXPECT_EQ(summary.critical_path[1].depth, 1u);
  EXPECT_THAT(print_summary(summary, {}, Style{}), HasSubstr("    trial/fit"));
}

TEST(Summary, OfAnEmptyRunIsEmpty) {
  RunView run;
  run.finish();
  const Summary summary = summarise(run);
  EXPECT_THAT(summary.slowest, IsEmpty());
  EXPECT_FALSE(print_summary(summary, {}, Style{}).empty());
  EXPECT_TRUE(nlohmann::json::accept(summary_json(summary, {})));
}

TEST(Summary, ShowsWhatTheRunMeasuredIfItKeptNoNodes) {
  RunView run;
  run.figures = {{"makespan", "train", "p95", 21.4}};
  run.finish();
  EXPECT_THAT(print_summary(summarise(run), {}, Style{}), HasSubstr("makespan  train  p95  21.4"));
}

TEST(Summary, RaisesAnAlarmForFiresOfSchedulesThatStartedNothing) {
  RunView run;
  run.figures = {{"events", "schedule_missed", "value", 0}};
  run.finish();
  EXPECT_THAT(print_summary(summarise(run), {}, Style{}), Not(HasSubstr("Alarms")));
  run.figures[0].value = 3;
  EXPECT_THAT(print_summary(summarise(run), {}, Style{}),
              AllOf(HasSubstr("Alarms"), HasSubstr("3  schedule_missed")));
}

TEST(SummaryText, OfASmallRun) {
  golden::expect_golden("reports/summary_small.txt",
                        print_summary(summarise(small_sample()), thresholds(), Style{}));
}

TEST(SummaryText, OfALargeRun) {
  golden::expect_golden(
      "reports/summary_large.txt",
      print_summary(summarise(layered_sample({.failures_per_mille = 1})), {}, Style{}));
}

TEST(SummaryText, ColourChangesNothingElse) {
  const Summary summary = summarise(small_sample());
  const std::string coloured = print_summary(summary, thresholds(), Style{true});
  EXPECT_THAT(coloured, HasSubstr("\x1b["));
  EXPECT_EQ(without_colour(coloured), print_summary(summary, thresholds(), Style{}));
}

TEST(SummaryText, AlignsThresholds) {
  EXPECT_EQ(print_thresholds(thresholds(), Style{}),
            "  ✓  makespan p(95) < 10m      5m 30s\n"
            "  ✗  nodes{failed} count == 0       1\n");
  EXPECT_EQ(print_thresholds({}, Style{}), "");
}

TEST(SummaryJson, IsJsonOfTheStatedForm) {
  const auto json = nlohmann::json::parse(summary_json(summarise(small_sample()), thresholds()));
  EXPECT_EQ(json["format"], "gnomon.summary");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["nodes"]["succeeded"], 4);
  EXPECT_EQ(json["makespan"]["max"], 330.001);
  EXPECT_EQ(json["by_runtime"][1]["name"], "gpu");
  EXPECT_EQ(json["critical_path"][1]["node"], "clean");
  EXPECT_EQ(json["thresholds"][1]["passed"], false);
}

}  // namespace
}  // namespace gnomon::reports
