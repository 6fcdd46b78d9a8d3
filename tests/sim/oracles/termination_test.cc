#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

TEST(Termination, CatchesWhatNeverEnds) {
  Story story;
  story.ready(0).started(0).launched(0, 1);
  EXPECT_EQ(story.complaints(false), Names{});
  EXPECT_EQ(story.complaints(true), Names{"termination"});
}

}  // namespace
}  // namespace gnomon::sim
