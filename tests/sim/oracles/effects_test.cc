#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

TEST(Effects, CatchWhatIsDurableAndNeverHandedOut) {
  Story story;
  story.does(0);
  story.watch().launched({Story::id, 0, 1}, {});
  story.ready(1).started(1).launched(1, 1);
  for (int i = 0; i < 64; ++i) story.event(EventKind::kSignalReceived, kNoNode);
  EXPECT_EQ(story.complaints(false), Names{});
  story.event(EventKind::kSignalReceived, kNoNode);
  EXPECT_EQ(story.complaints(false), Names{"effects"});
}

TEST(Effects, CatchWhatLeavesBeforeItIsDurable) {
  Story story;
  story.ready(0).started(0).launched(0, 1);
  story.watch().launched({Story::id, 0, 1}, {});
  story.watch().answered(Story::id, {});
  EXPECT_EQ(story.complaints(false), Names{});
  story.watch().launched({Story::id, 0, 2}, {});
  story.watch().answered(Story::other, {});
  EXPECT_EQ(story.complaints(false), (Names{"effects", "effects"}));
}

}  // namespace
}  // namespace gnomon::sim
