#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

TEST(NodeLife, CatchesAPhaseThatIsSkipped) {
  EXPECT_EQ(Story().started(0).complaints(false), Names{"node_life"});
}

TEST(NodeLife, CatchesWhatSucceededAndRunsAgain) {
  Story story;
  story.does(0).does(1).over();
  story.event(EventKind::kWorkflowRetried, kNoNode).ready(0);
  EXPECT_EQ(story.complaints(false)[0], "node_life");
}

}  // namespace
}  // namespace gnomon::sim
