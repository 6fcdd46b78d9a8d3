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
