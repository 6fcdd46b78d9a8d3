#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

TEST(Timers, CatchWhatIsLeftBehind) {
  const auto tell = [](std::int64_t due) {
    Story story;
    story.ready(0).started(0);
    story.row({.node = 0, .phase = NodePhase::kRunning, .due_at = from_ns(due)});
    story.event(EventKind::kSignalReceived, kNoNode);
    return story.complaints(false);
  };
  EXPECT_EQ(tell(5001), Names{});
  EXPECT_EQ(tell(5000), Names{"timers"});
}

TEST(Timers, CatchADeadlineThatIsLeftBehind) {
  Story story;
  story.row(WorkflowRow{.deadline = from_ns(3000)}).ready(0);
  EXPECT_EQ(story.complaints(false), Names{"timers"});
}

TEST(Timers, CatchAScheduleThatIsLeftBehind) {
  Story story;
  story.commit.schedules.push_back({.name = "s", .next_at = from_ns(4000)});
  story.ready(0);
  EXPECT_EQ(story.complaints(false), Names{});
  story.started(0);
  EXPECT_EQ(story.complaints(false), Names{"timers"});
}

TEST(Timers, CatchAWaitThatEndsTooEarly) {
  Story story;
  story.ready(0).started(0);
  story.row({.node = 0, .phase = NodePhase::kRunning, .due_at = from_ns(900'000)});
  story.event(EventKind::kTimerFired, kNoNode, Outcome::kNone, 0, 0);
  EXPECT_EQ(story.complaints(false), Names{"timers"});
}

TEST(Timers, CatchAScheduleThatFiresTooEarly) {
  Story story;
  story.event(EventKind::kScheduleFired, kNoNode, Outcome::kNone, 0, 900'000);
  EXPECT_EQ(story.complaints(false), Names{"timers"});
}

}  // namespace
}  // namespace gnomon::sim
