#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

TEST(Rows, CatchARowThatSaysOtherwise) {
  Story story;
  story.ready(0).row({.node = 0, .phase = NodePhase::kRunning});
  EXPECT_EQ(story.complaints(false), Names{"rows"});
}

}  // namespace
}  // namespace gnomon::sim
