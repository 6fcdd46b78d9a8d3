#include "engine/events/event_router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "tests/engine/events/event_router_fixture.h"

namespace gnomon {
namespace {

using ::testing::ElementsAre;
using Mood = FakeSink::Mood;

// A route is known by its name, not by where it stands among the others.
TEST_F(EventRouterTest, KeepsThePlaceOfARouteThatMovesOrComesBack) {
  subscribe("a");
  subscribe("b");
  sink("b").mood = Mood::kFails;
  start();
  publish(2);
  clock_.advance(2s);
  EXPECT_EQ(shard_.cursors["a"], 2u);
  EXPECT_EQ(shard_.cursors["b"], 0u);

  sink("b").mood = Mood::kTakes;
  std::swap(settings_.routes[0], settings_.routes[1]);
  start();
  EXPECT_THAT(ids("a"), ElementsAre("0-1", "0-2"));
  EXPECT_THAT(ids("b"), ElementsAre("0-1", "0-2"));
  clock_.advance(2s);

  const Route a = settings_.routes[1];
  settings_.routes.pop_back();
  start();
  publish(2);
  clock_.advance(2s);
  EXPECT_EQ(shard_.cursors["a"], 2u) << "kept while the route is gone";
  settings_.routes.push_back(a);
  start();
  EXPECT_THAT(ids("a"), ElementsAre("0-1", "0-2", "0-3", "0-4"));
}

TEST_F(EventRouterTest, TakesARenamedRouteForANewOneUnlessItSaysWhatItWas) {
  subscribe("old");
  sink("old").mood = Mood::kFails;
  start();
  publish(2);
  clock_.advance(2s);

  settings_.routes.clear();
  subscribe("next");
  subscribe("first").from_first_event = true;
  subscribe("renamed").was = "old";
  start();
  publish(1);
  EXPECT_THAT(ids("next"), ElementsAre("0-3"));
  EXPECT_THAT(ids("first"), ElementsAre("0-1", "0-2", "0-3"));
  EXPECT_THAT(ids("renamed"), ElementsAre("0-1", "0-2", "0-3"));
  clock_.advance(2s);

  start();
  publish(1);
  EXPECT_THAT(ids("renamed"), ElementsAre("0-1", "0-2", "0-3", "0-4"))
      << "the old cursor counts once";
}

TEST_F(EventRouterTest, ARouteThatGetsItsOldNameBackGoesOnFromWhereItIs) {
  subscribe("a");
  start();
  publish(1);
  clock_.advance(2s);
  settings_.routes.clear();
  subscribe("b").was = "a";
  start();
  publish(2);
  clock_.advance(2s);
  settings_.routes.clear();
  subscribe("a").was = "b";
  start();
  publish(1);
  EXPECT_THAT(ids("a"), ElementsAre("0-1", "0-4"));
  EXPECT_THAT(ids("b"), ElementsAre("0-2", "0-3"));
}

}  // namespace
}  // namespace gnomon
