#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

TEST(Pausing, CatchesANodeThatStartsInAPausedWorkflow) {
  Story story;
  story.event(EventKind::kWorkflowPaused, kNoNode).ready(0).started(0);
  EXPECT_EQ(story.complaints(false), Names{"pausing"});
}

}  // namespace
}  // namespace gnomon::sim
