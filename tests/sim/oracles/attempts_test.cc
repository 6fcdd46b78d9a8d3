#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

TEST(Attempts, CatchTwoAtOnce) {
  EXPECT_EQ(Story().ready(0).started(0).launched(0, 1).launched(0, 2).complaints(false),
            Names{"attempts"});
}

TEST(Attempts, CatchOneThatIsLeftOut) {
  EXPECT_EQ(Story().ready(0).started(0).launched(0, 2).complaints(false), Names{"attempts"});
}

TEST(Attempts, CatchAnEndThatCountsTwice) {
  Story story;
  story.ready(0).started(0).launched(0, 1);
  story.event(EventKind::kActionEnded, 0, Outcome::kFailed, 1);
  story.event(EventKind::kActionEnded, 0, Outcome::kFailed, 1);
  EXPECT_EQ(story.complaints(false), Names{"attempts"});
}

/// One task, which is tried twice, after a second, if it could not be launched.
DefinitionPtr tried_twice() {
  DefinitionBuilder builder("w");
  NodeSpec task{.work = TaskSpec{.runtime = "r", .action = "x", .params = {}}};
  task.retry = RetryPolicy{.max_attempts = 2, .retry_on = RetryPolicy::bit(ErrorClass::kNone)};
  builder.add_node("a", task);
  return *builder.build();
}
TEST(Attempts, CatchOneThatComesBeforeItIsDue) {
  const auto tell = [](std::int64_t delay) {
    Story story(tried_twice());
    story.ready(0).started(0).launched(0, 1);
    story.event(EventKind::kActionEnded, 0, Outcome::kFailed, 1);
    story.event(EventKind::kActionRetryScheduled, 0, Outcome::kNone, 2, delay).launched(0, 2);
    return story.complaints(false);
  };
  EXPECT_EQ(tell(1000), Names{});
  EXPECT_EQ(tell(1001), Names{"attempts"});
}

TEST(Attempts, CatchOneMoreThanAreAllowed) {
  Story story(tried_twice());
  story.ready(0).started(0);
  for (const std::uint32_t attempt : {1u, 2u, 3u})
    story.launched(0, attempt).event(EventKind::kActionEnded, 0, Outcome::kFailed, attempt);
  EXPECT_EQ(story.complaints(false), Names{"attempts"});
}

TEST(Attempts, CatchOneThatEndedBeforeItWasLaunched) {
  Story story;
  story.ready(0).started(0).launched(0, 1);
  story.row({.node = 0, .phase = NodePhase::kRunning, .attempt = 1, .ended_at = from_ns(1)});
  EXPECT_EQ(story.complaints(false), Names{"attempts"});
}

}  // namespace
}  // namespace gnomon::sim
