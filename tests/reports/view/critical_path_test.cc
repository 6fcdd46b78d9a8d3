#include "reports/view/critical_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/view/spans.h"
#include "tests/reports/sample.h"

namespace gnomon::reports {
namespace {

using testing::ElementsAre;

/// A child of the parent's node 0, that was there from `begin` to `end`.
void add_child(RunView& run, WorkflowId parent, std::uint32_t slot, Duration begin, Duration end) {
  WorkflowRow row;
  row.parent = {parent, 0};
  row.slot = slot;
  row.created_at = kSampleBegin + begin;
  row.finished_at = kSampleBegin + end;
  add_sample(run, "child", {{.name = "in", .ready = begin, .ended = end - 1ms}}, row);
}

TEST(CriticalPath, FollowsWhatWasWaitedForNotWhatRanLongest) {
  RunView run;
  add_sample(run, "w",
             {{.name = "long but early", .ready = 0s, .started = 0s, .ended = 90s},
              {.name = "short but late", .ready = 0s, .started = 95s, .ended = 100s},
              {.name = "join",
               .after = {"long but early", "short but late"},
               .ready = 101s,
               .ended = 110s}});
  run.finish();
  EXPECT_THAT(critical_path(run.graphs()[0], run.nodes()), ElementsAre(1, 2));
}

TEST(CriticalPath, LeadsToTheNodeThatHasBeenAtWorkLongest) {
  RunView run;
  add_sample(run, "w",
             {{.name = "a", .ready = 0s, .ended = 5s},
              {.name = "stuck", .after = {"a"}, .ready = 6s, .started = 7s},
              {.name = "fresh", .after = {"a"}, .ready = 8s, .started = 9s},
              {.name = "blocked", .after = {"stuck"}}});
  run.finish();
  EXPECT_THAT(critical_path(run.graphs()[0], run.nodes()), ElementsAre(0, 1));
}

TEST(CriticalPath, IsEmptyBeforeAnythingHasBegun) {
  RunView run;
  add_sample(run, "w", {{.name = "a"}});
  run.finish();
  EXPECT_TRUE(critical_path(run.graphs()[0], run.nodes()).empty());
}

TEST(CriticalPath, GoesIntoTheSubworkflowThatEndedLast) {
  RunView run;
  const WorkflowId parent =
      add_sample(run, "parent",
                 {{.name = "map", .ready = 0s, .ended = 60s, .kind = NodeKind::kMap},
                  {.name = "after", .after = {"map"}, .ready = 61s, .ended = 62s}});
  for (std::uint32_t slot = 0; slot < 3; ++slot) {
    add_child(run, parent, slot, 1s, slot == 1 ? 50s : 5s);
  }
  run.finish();
  EXPECT_THAT(critical_children(run, run.workflows()[0], 0), ElementsAre(2));
  EXPECT_THAT(critical_children(run, run.workflows()[0], 1), ElementsAre());
  const std::vector<CriticalNode> path = deep_critical_path(run, run.workflows()[0]);
  ASSERT_EQ(path.size(), 3u);
  EXPECT_EQ(path[1].node->workflow, WorkflowId{3});
  EXPECT_EQ(path[1].depth, 1u);
  EXPECT_EQ(path[2].depth, 0u);
}

TEST(CriticalPath, GoesThroughAllIterationsOneAfterTheOther) {
  RunView run;
  const WorkflowId parent = add_sample(
      run, "parent", {{.name = "loop", .ready = 0s, .ended = 100s, .kind = NodeKind::kLoop}});
  for (std::uint32_t slot = 0; slot < 10; ++slot)
    add_child(run, parent, slot, slot * 10s, slot * 10s + 10s);
  run.finish();
  const std::vector<CriticalNode> path = deep_critical_path(run, run.workflows()[0]);
  ASSERT_EQ(path.size(), 11u);
  Duration sum{};
  for (const CriticalNode& node : path) {
    if (node.depth == 1) sum += spans_of(*node.node, {}, run.ended()).total();
  }
  EXPECT_EQ(sum, 100s);
}

// Two at a time: 0-30, 0-10, then 10-15, 15-45 where 10 ended, and 30-40.
TEST(CriticalPath, GoesBackToTheChildWhoseEndLetTheNextOneBegin) {
  RunView run;
  const WorkflowId parent = add_sample(
      run, "parent", {{.name = "map", .ready = 0s, .ended = 45s, .kind = NodeKind::kMap}});
  add_child(run, parent, 0, 0s, 30s);
  add_child(run, parent, 1, 0s, 10s);
  add_child(run, parent, 2, 10s, 15s);
  add_child(run, parent, 3, 15s, 45s);
  add_child(run, parent, 4, 30s, 40s);
  add_child(run, parent, 5, 15s, 15s);
  run.finish();
  EXPECT_THAT(critical_children(run, run.workflows()[0], 0), ElementsAre(2, 3, 4));
}

TEST(CriticalPath, ItsSpansAddUpToTheWorkflowsTime) {
  const RunView run = layered_sample({.layers = 30, .width = 50, .slots = 20});
  const std::vector<NodeIndex> path = critical_path(run.graphs()[0], run.nodes());
  ASSERT_EQ(path.size(), 30u);
  Duration sum{};
  for (const NodeIndex node : path) sum += spans_of(run.nodes()[node], {}, run.ended()).total();
  EXPECT_EQ(sum, run.ended() - run.began());
}

}  // namespace
}  // namespace gnomon::reports
