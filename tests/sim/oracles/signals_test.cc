#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

TEST(Signals, CatchAWaitThatOverlooksIts) {
  DefinitionBuilder builder("w");
  builder.add_node("a", NodeSpec{.work = WaitSpec{.interval = 1h, .signal = "go"}});
  Story story(*builder.build());
  story.ready(0).started(0).event(EventKind::kSignalReceived, kNoNode);
  story.row(SignalRow{.number = 1, .name = "go"});
  story.event(EventKind::kTimerFired, kNoNode, Outcome::kNone, 0, 0);
  EXPECT_EQ(story.complaints(false), Names{"signals"});
}

TEST(Signals, CatchOneThatComesAgain) {
  Story story;
  story.event(EventKind::kSignalReceived, kNoNode).row(SignalRow{.number = 1, .name = "go"});
  story.row(SignalRow{.number = 1, .name = "go", .taken = true});
  EXPECT_EQ(story.complaints(false), Names{});
  story.row(SignalRow{.number = 1, .name = "go"});
  EXPECT_EQ(story.complaints(false), Names{"signals"});
}

}  // namespace
}  // namespace gnomon::sim
