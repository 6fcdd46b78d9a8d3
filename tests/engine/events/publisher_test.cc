// Events of a publisher that has a name are taken in once, in order.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/expressions/json.h"
#include "tests/engine/small_world.h"

namespace gnomon::testing {
namespace {

Payload event(std::uint64_t number) {
  return Payload{
      fmt::format(R"({{"id":"{}","source":"lab","specversion":"1.0","type":"x"}})", number)};
}

Expected<WorkflowId> publish(SmallWorld& world, std::uint64_t number, Payload payload,
                             std::string publisher = "lab") {
  return world.ask(PublishEvent{0, std::move(payload), std::move(publisher), number});
}
Expected<WorkflowId> publish(SmallWorld& world, std::uint64_t number) {
  return publish(world, number, event(number));
}

std::vector<std::string> taken_in(const SmallWorld& world) {
  std::vector<std::string> ids;
  for (const Event& each : world.events) {
    if (each.kind == EventKind::kExternal) ids.emplace_back(json_field(each.text, "id")->text());
  }
  return ids;
}

using Ids = std::vector<std::string>;

TEST(Publisher, HasEachOfItsEventsTakenInOnce) {
  SmallWorld world;
  EXPECT_TRUE(publish(world, 0));
  EXPECT_TRUE(publish(world, 0)) << "it came already: no matter";
  EXPECT_TRUE(publish(world, 1));
  EXPECT_TRUE(publish(world, 0));
  EXPECT_EQ(taken_in(world), (Ids{"\"0\"", "\"1\""}));
}

TEST(Publisher, IsToldWhichEventIsMissing) {
  SmallWorld world;
  EXPECT_TRUE(publish(world, 0));
  const auto refused = publish(world, 2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kDidNotHappen);
  EXPECT_EQ(refused.error().message, "event 1 of lab has not come yet");
  EXPECT_TRUE(publish(world, 1));
  EXPECT_TRUE(publish(world, 2));
  EXPECT_EQ(taken_in(world), (Ids{"\"0\"", "\"1\"", "\"2\""}));
}

TEST(Publisher, GoesOnAfterAnEventThatIsNone) {
  SmallWorld world;
  const auto refused = publish(world, 0, Payload{"{}"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid);
  EXPECT_TRUE(publish(world, 1));
  EXPECT_EQ(taken_in(world), (Ids{"\"1\""}));
}

// Else a filter over the source would let through what anybody says in the engine's name.
TEST(Publisher, CannotSpeakInTheNameOfTheEngine) {
  SmallWorld world;
  const auto refused = publish(
      world, 0,
      Payload{
          R"({"id":"1","source":"/gnomon/shard/0","specversion":"1.0","type":"gnomon.node_end"})"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "`/gnomon/shard/0` is a source of the engine's own events");
  EXPECT_TRUE(taken_in(world).empty());
}

TEST(Publisher, CountsByItself) {
  SmallWorld world;
  EXPECT_TRUE(publish(world, 0));
  EXPECT_TRUE(publish(world, 0, event(7), "another"));
  EXPECT_TRUE(publish(world, 0, event(8), ""));
  EXPECT_TRUE(publish(world, 0, event(8), "")) << "without a name, each one is taken";
  EXPECT_EQ(taken_in(world), (Ids{"\"0\"", "\"7\"", "\"8\"", "\"8\""}));
}

TEST(Publisher, IsKnownAfterACrash) {
  SmallWorld world;
  EXPECT_TRUE(publish(world, 0));
  EXPECT_TRUE(publish(world, 1));
  world.crash_at(1s);
  world.run_for(1s);
  EXPECT_TRUE(publish(world, 1));
  EXPECT_TRUE(publish(world, 2));
  EXPECT_EQ(taken_in(world), (Ids{"\"0\"", "\"1\"", "\"2\""}));
}

}  // namespace
}  // namespace gnomon::testing
