// What none of the oracles may complain of; each against what it must catch stands in a file of its
// own.

#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

TEST(Oracles, HaveNothingToSayOfASoundRun) {
  EXPECT_EQ(Story().does(0).does(1).over().complaints(), Names{});
}

TEST(Oracles, AllowARetryOfWhatFailed) {
  Story story;
  story.does(0, Outcome::kFailed).over(Outcome::kFailed);
  story.event(EventKind::kWorkflowRetried, kNoNode);
  story.ready(0).started(0).launched(0, 2).ended(0, Outcome::kSucceeded, 2).does(1).over();
  EXPECT_EQ(story.complaints(), Names{});
}

}  // namespace
}  // namespace gnomon::sim
