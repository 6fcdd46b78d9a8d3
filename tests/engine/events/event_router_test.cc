#include "engine/events/event_router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/engine/events/event_router_fixture.h"

namespace gnomon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Mood = FakeSink::Mood;

TEST_F(EventRouterTest, GivesEverySubscriberEveryEventInOrder) {
  subscribe("ui");
  subscribe("metadata");
  subscribe("logs");
  start();
  publish(2);
  publish(1);
  for (const char* name : {"ui", "metadata", "logs"}) {
    EXPECT_THAT(ids(name), ElementsAre("0-1", "0-2", "0-3")) << name;
  }
}

TEST_F(EventRouterTest, RendersAnEventOnceForAll) {
  subscribe("a");
  subscribe("b");
  start();
  publish(1);
  EXPECT_EQ(sink("a").deliveries.at(0).events.at(0).text().data(),
            sink("b").deliveries.at(0).events.at(0).text().data());
}

TEST_F(EventRouterTest, WorksOnlyWhenTheClockWakesIt) {
  subscribe("ui");
  start();
  shard_.commit({an_event(EventKind::kNodeStarted)});
  EXPECT_THAT(sink("ui").deliveries, IsEmpty());
  clock_.advance();
  EXPECT_EQ(sink("ui").deliveries.size(), 1u);
}

TEST_F(EventRouterTest, DoesNothingWithoutRoutes) {
  start();
  publish(100);
  EXPECT_EQ(clock_.steps(), 0u);
  EXPECT_EQ(shard_.cursor_commits, 0u);
  EXPECT_TRUE(router_->idle());
}

TEST_F(EventRouterTest, TakesNextWhatCameWhileADeliveryWasUnderWay) {
  subscribe("ui").batch = 2;
  sink("ui").mood = Mood::kIsSlow;
  start();
  publish(1);
  publish(3);
  clock_.advance(10s);
  std::vector<std::size_t> sizes;
  for (const Delivery& delivery : sink("ui").deliveries) sizes.push_back(delivery.events.size());
  EXPECT_THAT(sizes, ElementsAre(1, 2, 1));
  EXPECT_THAT(ids("ui"), ElementsAre("0-1", "0-2", "0-3", "0-4"));
}

// CHECKLIST 23. Nobody waits for a subscriber that takes a second, or that takes nothing.
TEST_F(EventRouterTest, LetsNoSlowSubscriberDelayAnother) {
  settings_.window_events = 10;
  subscribe("fast");
  subscribe("slow").batch = 1;
  subscribe("dead");
  sink("slow").mood = Mood::kIsSlow;
  sink("dead").mood = Mood::kFails;
  start();
  for (int i = 1; i <= 50; ++i) {
    publish(1);
    ASSERT_EQ(sink("fast").taken.size(), static_cast<std::size_t>(i));
  }
  EXPECT_EQ(sink("slow").taken.size(), 0u);
  EXPECT_EQ(stats("slow").behind, 50u);
  clock_.advance(200s);
  EXPECT_EQ(sink("slow").taken.size(), 50u);
  EXPECT_EQ(stats("fast").reads, 0u);
  EXPECT_GT(stats("slow").reads, 0u) << "memory held more than its bound";
}

TEST_F(EventRouterTest, RepeatsAFailedDeliveryWithTheSameEventsAndGrowingPauses) {
  Route& route = subscribe("ui");
  route.retry_delay = 1s;
  route.max_retry_delay = 4s;
  sink("ui").mood = Mood::kFails;
  start();
  publish(2);
  publish(1);
  // At 0, 1, 3, 7, 11, 15 s.
  clock_.advance(15s);
  ASSERT_EQ(sink("ui").deliveries.size(), 6u);
  for (const Delivery& delivery : sink("ui").deliveries) {
    EXPECT_EQ(delivery.events, sink("ui").deliveries.front().events);
    EXPECT_EQ(delivery.upto, 2u);
  }
  EXPECT_EQ(stats("ui").last_problem, "the subscriber is down");
  EXPECT_EQ(stats("ui").retries, 6u);
  EXPECT_EQ(stats("ui").behind, 3u);
  EXPECT_EQ(stats("ui").oldest, 15s);
  EXPECT_EQ(shard_.cursors["ui"], 0u);

  sink("ui").mood = Mood::kTakes;
  clock_.advance(4s);
  EXPECT_THAT(ids("ui"), ElementsAre("0-1", "0-2", "0-3"));
  EXPECT_EQ(stats("ui").behind, 0u);

  sink("ui").mood = Mood::kFails;
  publish(1);
  EXPECT_EQ(sink("ui").deliveries.size(), 9u);
  clock_.advance(1s);
  EXPECT_EQ(sink("ui").deliveries.size(), 10u) << "pauses begin anew";
}

TEST_F(EventRouterTest, RepeatsADeliveryThatIsNotAnswered) {
  subscribe("ui").answer_timeout = 5s;
  sink("ui").mood = Mood::kIsSilent;
  start();
  publish(1);
  clock_.advance(4s);
  EXPECT_EQ(sink("ui").deliveries.size(), 1u);
  sink("ui").mood = Mood::kTakes;
  clock_.advance(2s);
  EXPECT_THAT(ids("ui"), ElementsAre("0-1"));
}

TEST_F(EventRouterTest, CountsTheLateAnswerToAnEarlierAttempt) {
  subscribe("ui").answer_timeout = 5s;
  sink("ui").mood = Mood::kIsSilent;
  start();
  publish(1);
  clock_.advance(5s);
  ASSERT_EQ(stats("ui").retries, 1u);
  router_->post(Delivered{"ui", 1, {}});
  EXPECT_EQ(stats("ui").behind, 0u);
  clock_.advance(1min);
  EXPECT_EQ(sink("ui").deliveries.size(), 1u);
}

TEST_F(EventRouterTest, IgnoresAnswersThatItDoesNotExpect) {
  subscribe("ui");
  sink("ui").mood = Mood::kIsSilent;
  start();
  publish(1);
  router_->post(Delivered{"ui", 2, {}});
  router_->post(Delivered{"nobody", 1, {}});
  router_->post(EventsRead{0, std::vector<Event>{}, {}});
  EXPECT_EQ(stats("ui").behind, 1u);
}

TEST_F(EventRouterTest, MakesCursorsDurableNowAndThen) {
  settings_.cursor_interval = 1s;
  subscribe("ui");
  start();
  ASSERT_EQ(shard_.cursor_commits, 1u) << "where it begins";
  for (int i = 0; i < 100; ++i) {
    publish(1);
    clock_.advance(10ms);
  }
  clock_.advance(1s);
  EXPECT_LE(shard_.cursor_commits, 3u);
  EXPECT_EQ(shard_.cursors["ui"], 100u);
  EXPECT_TRUE(router_->idle());
  EXPECT_EQ(clock_.waiting(), 0u) << "an idle router waits for nothing";
}

TEST_F(EventRouterTest, MovesTheCursorPastEventsThatAreNotForTheSubscriber) {
  subscribe("ui").types = {"gnomon.workflow_end"};
  start();
  publish(10'000);
  clock_.advance(1s);
  EXPECT_EQ(shard_.cursors["ui"], 10'000u);
  EXPECT_EQ(stats("ui").filtered, 10'000u);
  EXPECT_THAT(sink("ui").deliveries, IsEmpty());
}

TEST_F(EventRouterTest, GoesOnAfterARestartWhereItsCursorWas) {
  subscribe("ui");
  start();
  publish(3);
  clock_.advance(1s);  // the cursor is durable
  publish(2);          // delivered, but the cursor is not
  sink("ui").taken.clear();
  start();
  EXPECT_THAT(ids("ui"), ElementsAre("0-4", "0-5"));
}

TEST_F(EventRouterTest, BeginsWithTheNextEventUnlessAskedForAll) {
  subscribe("new");
  subscribe("historian").from_first_event = true;
  shard_.commit(std::vector<Event>(3, an_event(EventKind::kNodeStarted)));
  start();
  publish(1);
  EXPECT_THAT(ids("new"), ElementsAre("0-4"));
  EXPECT_THAT(ids("historian"), ElementsAre("0-1", "0-2", "0-3", "0-4"));
}

// The beginning is made durable at once: a crash must not move it past events that were not
// delivered.
TEST_F(EventRouterTest, RemembersWhereASubscriberBegan) {
  subscribe("ui");
  sink("ui").mood = Mood::kIsSilent;
  start();
  publish(2);
  sink("ui").mood = Mood::kTakes;
  start();
  EXPECT_THAT(ids("ui"), ElementsAre("0-1", "0-2"));
}

TEST_F(EventRouterTest, ReadsWhatWasDurableWhenTheAnswerWasLost) {
  subscribe("ui");
  start();
  publish(1);
  shard_.commit({an_event(EventKind::kNodeStarted)}, {}, /*told=*/false);
  router_->opened(shard_.stored());
  clock_.advance();
  publish(1);
  EXPECT_THAT(ids("ui"), ElementsAre("0-1", "0-2", "0-3"));
}

// The store may know of a commit before the host has heard that it is durable.
TEST_F(EventRouterTest, WaitsForTheCommitOfAnEventThatItHasReadAlready) {
  subscribe("ui").from_first_event = true;
  shard_.commit(std::vector<Event>(2, an_event(EventKind::kNodeStarted)));
  router_ = *EventRouter::create(settings_, clock_, shard_, shard_);
  shard_.connect(router_.get());
  router_->opened(shard_.stored());
  shard_.commit({an_event(EventKind::kNodeStarted)}, {}, /*told=*/false);
  clock_.advance();
  EXPECT_THAT(ids("ui"), ElementsAre("0-1", "0-2"));
  EXPECT_EQ(stats("ui").behind, 0u);
  Commit commit;
  commit.events = {shard_.events.back()};
  router_->committed(commit);
  clock_.advance();
  EXPECT_THAT(ids("ui"), ElementsAre("0-1", "0-2", "0-3"));
}

TEST_F(EventRouterTest, KnowsHowLongTheOldestEventHasWaited) {
  settings_.window_events = 3;
  subscribe("ui").batch = 1;
  sink("ui").mood = Mood::kIsSilent;
  start();
  clock_.advance(5s);
  publish(2);
  clock_.advance(1s);
  publish(1);
  EXPECT_EQ(stats("ui").oldest, 1s);
  publish(1);  // now the first is no longer in memory
  clock_.advance(2s);
  EXPECT_EQ(stats("ui").oldest, 3s);
}

TEST_F(EventRouterTest, BoundsADeliveryInBytes) {
  subscribe("ui");
  start();
  const std::string data = '"' + std::string(400'000, 'x') + '"';
  shard_.commit(std::vector<Event>(7, external("/blob", "file.created", data)));
  clock_.advance();
  std::vector<std::size_t> sizes;
  for (const Delivery& delivery : sink("ui").deliveries) sizes.push_back(delivery.events.size());
  EXPECT_THAT(sizes, ElementsAre(3, 3, 1));
}

TEST_F(EventRouterTest, LetsOthersRunWhileAFilterPassesOverManyEvents) {
  subscribe("never").filter = jq("false");
  start();
  shard_.commit(std::vector<Event>(2'560, an_event(EventKind::kNodeStarted)));
  std::size_t turns = 0;
  while (stats("never").behind > 0 && clock_.step(clock_.now())) ++turns;
  EXPECT_EQ(turns, 10u);
}

TEST_F(EventRouterTest, DeliversNothingOnceStopped) {
  subscribe("ui");
  sink("ui").mood = Mood::kIsSilent;
  start();
  publish(1);
  router_->stop();
  EXPECT_EQ(clock_.waiting(), 0u);
  publish(1);
  router_->post(Delivered{"ui", 1, fail(ErrorKind::kDidNotHappen, "down")});
  router_->opened(shard_.stored());
  clock_.advance(1h);
  EXPECT_EQ(sink("ui").deliveries.size(), 1u);
}

TEST_F(EventRouterTest, AsksTheStoreOnceForThoseThatAreEquallyBehind) {
  settings_.window_events = 5;
  settings_.read_events = 100;
  subscribe("a");
  subscribe("b");
  start();
  publish(50);
  EXPECT_EQ(shard_.reads, 1u);
  EXPECT_EQ(ids("a").size(), 50u);
  EXPECT_EQ(ids("b"), ids("a"));
}

TEST_F(EventRouterTest, ReadsAgainWhenTheStoreFails) {
  settings_.window_events = 5;
  subscribe("ui");
  start();
  shard_.read_error = Error{ErrorKind::kDidNotHappen, "disk trouble"};
  publish(50);
  clock_.advance(10s);
  EXPECT_THAT(ids("ui"), IsEmpty());
  EXPECT_EQ(stats("ui").last_problem, "disk trouble");
  EXPECT_LT(shard_.reads, 20u);
  shard_.read_error.reset();
  clock_.advance(1min);
  EXPECT_EQ(ids("ui").size(), 50u);
}

TEST_F(EventRouterTest, CountsTheEventsThatTheStoreHasNoMore) {
  settings_.window_events = 5;
  subscribe("ui");
  start();
  shard_.forgotten = 20;
  publish(50);
  EXPECT_EQ(ids("ui").size(), 30u);
  EXPECT_EQ(stats("ui").lost, 20u);

  shard_.forgotten = 95;
  publish(50);
  EXPECT_EQ(ids("ui").size(), 35u);
  EXPECT_EQ(stats("ui").lost, 20u + 45u);
  EXPECT_EQ(stats("ui").behind, 0u);
}

TEST_F(EventRouterTest, KnowsTheNamesOfWorkflowsThatAreOver) {
  DefinitionBuilder builder("train");
  builder.add_node("preprocess", NodeSpec{});
  shard_.definitions[7] = *builder.build();
  subscribe("ui");
  start();
  WorkflowRow row;
  row.id = make_workflow_id(0, 1);
  row.definition = 7;
  row.phase = WorkflowPhase::kFinished;
  Event event = an_event(EventKind::kNodeEnded);
  event.workflow = row.id;
  event.node = 0;
  shard_.commit({event}, {row});
  clock_.advance();
  ASSERT_EQ(sink("ui").taken.size(), 1u);
  EXPECT_EQ(field(sink("ui").taken[0], ".subject"), "train/1/preprocess");

  settings_.routes[0].name = "later";
  settings_.routes[0].from_first_event = true;
  start();
  ASSERT_EQ(sink("ui").taken.size(), 2u);
  EXPECT_EQ(sink("ui").taken[1], sink("ui").taken[0]) << "read back from the store";
}

// CHECKLIST 21: what a filter does not let through, or cannot judge, reaches nobody.
TEST_F(EventRouterTest, PassesOverEventsForWhichAnExpressionFails) {
  subscribe("filter").filter = jq(".data.sequence | if . == 2 then error(\"no\") else . > 1 end");
  subscribe("transform").transform = jq("{n: (10 / (.data.sequence - 2))}");
  start();
  publish(3);
  EXPECT_THAT(ids("filter"), ElementsAre("0-3"));
  EXPECT_THAT(sink("transform").taken, ElementsAre(R"({"n":-10})", R"({"n":10})"));
  for (const char* name : {"filter", "transform"}) {
    EXPECT_EQ(stats(name).failed, 1u) << name;
    EXPECT_THAT(stats(name).last_problem, HasSubstr("event 0-2: "));
    EXPECT_EQ(stats(name).behind, 0u);
  }
}

}  // namespace
}  // namespace gnomon
