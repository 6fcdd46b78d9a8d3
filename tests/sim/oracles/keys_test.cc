#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

TEST(Keys, CatchAnEventThatIsTakenInTwice) {
  Story story;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(story.complaints(false), Names{});
    story.published("{\"id\":\"7\"}");
  }
  EXPECT_EQ(story.complaints(false), Names{"keys"});
}

TEST(Keys, CatchTwoWorkflowsUnderOne) {
  Story story;
  story.row(WorkflowRow{.key = "k"}).row(WorkflowRow{.key = "k"});
  EXPECT_EQ(story.complaints(false), Names{});
  story.event(EventKind::kWorkflowCreated, kNoNode, Outcome::kNone, 0, 0, Story::other);
  story.row(WorkflowRow{.id = Story::other, .key = "k"});
  EXPECT_EQ(story.complaints(false), Names{"keys"});
}

}  // namespace
}  // namespace gnomon::sim
