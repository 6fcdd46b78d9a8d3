// Routes that act on their shard: starts, signals, callbacks.

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

TEST_F(EventRouterTest, StartsAWorkflowForEachEventUnderAKeyOfItsOwn) {
  Route& route =
      route_to("import", StartOnEvent{.workflow = {.name = "etl", .version = {}, .definition = {}},
                                      .tenant = "data",
                                      .priority = 3});
  route.source = "/blob/*";
  route.types = {"file.created"};
  route.transform = jq("{file: .data.name}");
  start();
  shard_.commit({external("/blob/a", "file.created", R"({"name":"x.csv"})"),
                 external("/blob/a", "file.deleted"), external("/sql/a", "file.created"),
                 external("/blob/b", "file.created", R"({"name":"y.csv"})")});
  clock_.advance();
  ASSERT_EQ(shard_.executed.size(), 1u);
  EXPECT_EQ(shard_.executed[0].cursor.delivered, 4u);
  ASSERT_EQ(shard_.executed[0].commands.size(), 2u);
  const auto& first = std::get<StartByEvent>(shard_.executed[0].commands[0].what);
  EXPECT_EQ(first.workflow.name, "etl");
  EXPECT_EQ(first.key, "event/0/1/import");
  EXPECT_EQ(first.tenant, "data");
  EXPECT_EQ(first.priority, 3);
  EXPECT_EQ(first.input.text(), R"({"file":"x.csv"})");
  EXPECT_EQ(first.labels.text(), R"({"event_hops":"1","event_route":"import"})");
  const auto& second = std::get<StartByEvent>(shard_.executed[0].commands[1].what);
  EXPECT_EQ(second.key, "event/0/4/import");
}

TEST_F(EventRouterTest, LeavesACursorToTheCommitThatHoldsTheCommands) {
  route_to("import", StartOnEvent{.workflow = {.name = "etl", .version = {}, .definition = {}}});
  start();
  ASSERT_EQ(shard_.cursor_commits, 1u);
  publish(10);
  clock_.advance(10s);
  EXPECT_EQ(shard_.cursor_commits, 1u);
  EXPECT_EQ(shard_.cursors["import"], 10u);
}

TEST_F(EventRouterTest, AsksTheShardAgainAfterItForgotTheCommands) {
  route_to("import", StartOnEvent{.workflow = {.name = "etl", .version = {}, .definition = {}}});
  start();
  shard_.deaf = true;
  publish(1);
  shard_.deaf = false;
  EXPECT_THAT(shard_.executed, IsEmpty());
  router_->opened(shard_.stored());
  clock_.advance();
  EXPECT_EQ(shard_.executed.size(), 1u);
}

TEST_F(EventRouterTest, GivesUpACommandThatIsRefusedForGoodAndNoOther) {
  route_to("import", StartOnEvent{.workflow = {.name = "etl", .version = {}, .definition = {}}});
  start();
  shard_.execute_error = Error{ErrorKind::kInvalid, "there is no workflow `etl`"};
  publish(1);
  EXPECT_EQ(stats("import").refused, 1u);
  EXPECT_EQ(stats("import").behind, 0u);
  EXPECT_EQ(stats("import").last_problem, "there is no workflow `etl`");

  shard_.execute_error = Error{ErrorKind::kDidNotHappen, "the shard is down"};
  publish(1);
  EXPECT_EQ(stats("import").behind, 1u);
  shard_.execute_error.reset();
  clock_.advance(1s);
  EXPECT_EQ(stats("import").behind, 0u);
  EXPECT_EQ(shard_.executed.size(), 2u);
}

TEST_F(EventRouterTest, RefusesRoutesThatCannotWork) {
  subscribe("twice");
  subscribe("twice");
  const auto made = EventRouter::create(settings_, clock_, shard_, shard_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "there are two routes `twice`");
}

}  // namespace
}  // namespace gnomon
