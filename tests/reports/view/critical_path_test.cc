#include "reports/view/critical_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/view/spans.h"
#include "tests/reports/sample.h"

namespace gnomon::reports {
namespace {

using testing::ElementsAre;

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
    WorkflowRow row;
    row.parent = {parent, 0};
    row.slot = slot;
    add_sample(run, "child", {{.name = "in", .ready = 1s, .ended = slot == 1 ? 50s : 5s}}, row);
  }
  run.finish();
  EXPECT_EQ(last_child(run, run.workflows()[0], 0)->row.slot, 1u);
  EXPECT_EQ(last_child(run, run.workflows()[0], 1), nullptr);
  const std::vector<CriticalNode> path = deep_critical_path(run, run.workflows()[0]);
  ASSERT_EQ(path.size(), 3u);
  EXPECT_EQ(path[1].node->workflow, WorkflowId{3});
  EXPECT_EQ(path[1].depth, 1u);
  EXPECT_EQ(path[2].depth, 0u);
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
