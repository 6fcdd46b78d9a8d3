#include "scenarios/runner/metrics.h"

#include <gtest/gtest.h>

#include "engine/model/policy.h"

namespace gnomon::scenarios {
namespace {

constexpr Instant kStart = from_ns(0);

/// A task that waited for a second for its launch, ran for another one, and was seen at once.
Commit one_task(Instant ready) {
  Commit commit;
  NodeRow& row = commit.nodes.emplace_back();
  row.workflow = make_workflow_id(0, 1);
  row.phase = NodePhase::kFinished;
  row.outcome = static_cast<std::uint8_t>(Outcome::kSucceeded);
  row.attempt = 1;
  row.runtime = 0;
  row.ready_at = ready;
  row.launched_at = row.started_at = ready + 1s;
  row.ended_at = row.finished_at = ready + 2s;
  return commit;
}

double overhead(Metrics& metrics) {
  for (int i = 0; i < 4; ++i) metrics.committed(one_task(kStart + i * 10s));
  metrics.finish();
  return metrics.number("overhead", "").value();
}

TEST(Metrics, OfTheEngineLeaveOutWhatWasOnItsWayWhenTheRunWasGoneOnWith) {
  Metrics always({"cpu"}, 1);
  EXPECT_EQ(overhead(always), 0.5);
  // Between tasks, all of them count; a host that was away in all four leaves none.
  Metrics between({"cpu"}, 1);
  between.resumed(kStart + 5s);
  EXPECT_EQ(overhead(between), 0.5);
  Metrics within({"cpu"}, 1);
  for (int i = 0; i < 4; ++i) within.resumed(kStart + i * 10s + 500ms);
  EXPECT_EQ(overhead(within), 0);
}

}  // namespace
}  // namespace gnomon::scenarios
