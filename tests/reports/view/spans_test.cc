#include "reports/view/spans.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <vector>

#include "tests/reports/sample.h"

namespace gnomon::reports {
namespace {

Instant at(std::int64_t seconds) {
  return kSampleBegin + std::chrono::seconds(seconds);
}

NodeRow finished_task() {
  NodeRow row;
  row.phase = NodePhase::kFinished;
  row.attempt = 1;
  row.ready_at = at(0);
  row.running_at = at(1);
  row.launched_at = at(2);
  row.started_at = at(10);
  row.ended_at = at(70);
  row.finishing_at = at(73);
  row.finished_at = at(75);
  return row;
}

TEST(Spans, SplitATasksTime) {
  const Spans spans = spans_of(finished_task(), {}, at(1000));
  EXPECT_EQ(spans.queue, 8s);
  EXPECT_EQ(spans.run, 60s);
  EXPECT_EQ(spans.engine, 7s);
  EXPECT_EQ(spans.backoff, 0s);
  EXPECT_EQ(spans.total(), 75s);
}

TEST(Spans, EarlierAttemptsAndTheWaitBetweenThemCount) {
  NodeRow row = finished_task();
  row.attempt = 2;
  row.launched_at = at(20);
  row.started_at = at(25);
  AttemptRow first;
  first.key.attempt = 1;
  first.launched_at = at(2);
  first.started_at = at(3);
  first.ended_at = at(12);
  const std::vector<AttemptRow> earlier = {first};
  const Spans spans = spans_of(row, earlier, at(1000));
  EXPECT_EQ(spans.queue, 1s + 5s);
  EXPECT_EQ(spans.run, 9s + 45s);
  EXPECT_EQ(spans.backoff, 8s);
  EXPECT_EQ(spans.engine, 2s + 5s);
}

TEST(Spans, AnAttemptOfAnEarlierRunDoesNotCount) {
  NodeRow row = finished_task();
  row.attempt = 2;
  AttemptRow first;
  first.key.attempt = 1;
  first.launched_at = at(-100);
  first.started_at = at(-100);
  first.ended_at = at(-90);
  EXPECT_EQ(spans_of(row, std::vector<AttemptRow>{first}, at(1000)).run, 60s);
}

TEST(Spans, ANodeWithoutActionRunsFromRunningToFinishing) {
  NodeRow row = finished_task();
  row.attempt = 0;
  row.launched_at = row.started_at = row.ended_at = kUnset;
  const Spans spans = spans_of(row, {}, at(1000));
  EXPECT_EQ(spans.run, 72s);
  EXPECT_EQ(spans.engine, 3s);
}

TEST(Spans, WhatGoesOnCountsUntilTheEndOfTheRecord) {
  NodeRow row = finished_task();
  row.phase = NodePhase::kRunning;
  row.ended_at = row.finishing_at = row.finished_at = kUnset;
  const Spans running = spans_of(row, {}, at(100));
  EXPECT_FALSE(running.has_ended());
  EXPECT_EQ(running.run, 90s);
  row.started_at = kUnset;
  EXPECT_EQ(spans_of(row, {}, at(100)).queue, 98s);
}

TEST(Spans, ARuntimeThatDoesNotTellWhenWorkBeganWorkedAllAlong) {
  NodeRow row = finished_task();
  row.started_at = kUnset;
  EXPECT_EQ(spans_of(row, {}, at(1000)).run, 68s);
  row.error_class = static_cast<std::uint8_t>(ErrorClass::kLaunch);
  EXPECT_EQ(spans_of(row, {}, at(1000)).run, 0s);
}

TEST(Spans, WhatWasGivenUpWithoutAWorkerOnlyWaited) {
  for (const auto& [outcome, error] : {std::pair{Outcome::kTimedOut, ErrorClass::kTimeout},
                                       {Outcome::kCancelled, ErrorClass::kNone},
                                       {Outcome::kFailed, ErrorClass::kLost}}) {
    NodeRow row = finished_task();
    row.started_at = kUnset;
    row.outcome = static_cast<std::uint8_t>(outcome);
    row.error_class = static_cast<std::uint8_t>(error);
    const Spans spans = spans_of(row, {}, at(1000));
    EXPECT_EQ(spans.queue, 68s);
    EXPECT_EQ(spans.run, 0s);
  }
}

TEST(Spans, WhatNoWorkerHasTakenYetWaits) {
  NodeRow row;
  row.phase = NodePhase::kRunning;
  row.attempt = 1;
  row.ready_at = at(0);
  row.running_at = at(1);
  const Spans spans = spans_of(row, {}, at(31));
  EXPECT_EQ(spans.queue, 30s);
  EXPECT_EQ(spans.run, 0s);
}

TEST(Spans, ANodeThatNeverBeganHasNone) {
  EXPECT_FALSE(spans_of(NodeRow{}, {}, at(5)).has_begun());
  EXPECT_EQ(spans_of(NodeRow{}, {}, at(5)).total(), 0s);
}

RC_GTEST_PROP(Spans, NoClockMakesThemNegativeOrLoseTime, (std::vector<std::uint8_t> seconds)) {
  RC_PRE(seconds.size() >= 10);
  const auto instant = [&](std::size_t i) {
    return seconds[i] % 16 == 0 ? kUnset : at(seconds[i]);
  };
  NodeRow row;
  row.phase = NodePhase::kFinished;
  row.attempt = 2;
  row.ready_at = at(seconds[0]);
  row.running_at = instant(1);
  row.launched_at = instant(2);
  row.started_at = instant(3);
  row.ended_at = instant(4);
  row.finishing_at = instant(5);
  row.finished_at = instant(6);
  AttemptRow first;
  first.launched_at = instant(7);
  first.started_at = instant(8);
  first.ended_at = instant(9);
  const Spans spans = spans_of(row, std::vector<AttemptRow>{first}, at(300));
  for (const Duration part : {spans.queue, spans.run, spans.backoff, spans.engine})
    RC_ASSERT(part >= 0s);
  if (spans.has_ended()) RC_ASSERT(spans.total() == spans.end - spans.begin);
}

}  // namespace
}  // namespace gnomon::reports
