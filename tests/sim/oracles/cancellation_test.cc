#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

TEST(Cancellation, CatchesASubWorkflowThatIsSpared) {
  Story story;
  story.ready(0).started(0).created(Story::other);
  story.event(EventKind::kWorkflowCancelRequested, kNoNode);
  EXPECT_EQ(story.complaints(false), Names{"cancellation"});
}

TEST(Cancellation, CatchesWhatBeginsAfterACancel) {
  Story story;
  story.does(0).event(EventKind::kWorkflowCancelRequested, kNoNode).ready(1);
  EXPECT_EQ(story.complaints(false), Names{"cancellation"});
}

TEST(Cancellation, AllowsWhatIsOnlyEnded) {
  Story story;
  story.ready(0).started(0).launched(0, 1);
  story.event(EventKind::kWorkflowCancelRequested, kNoNode);
  story.ended(0, Outcome::kCancelled).ready(1, Outcome::kCancelled).started(1);
  story.event(EventKind::kNodeFinishing, 1).event(EventKind::kNodeEnded, 1, Outcome::kCancelled);
  EXPECT_EQ(story.over(Outcome::kCancelled).complaints(), Names{});
}

}  // namespace
}  // namespace gnomon::sim
