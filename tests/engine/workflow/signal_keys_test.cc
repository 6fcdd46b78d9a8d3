// A signal under a key is received once, whatever happens to its sender, the host or the workflow.

#include <gtest/gtest.h>

#include <string>

#include "tests/engine/small_world.h"

namespace gnomon::testing {
namespace {

/// Waits for two signals, one after the other.
DefinitionPtr two_waits() {
  const NodeSpec wait{.work = WaitSpec{.signal = "go"}};
  return define("w", "first second; first>second", {{"first", wait}, {"second", wait}});
}

Expected<WorkflowId> go(SmallWorld& world, WorkflowId id, std::string key) {
  return world.ask(SignalWorkflow{0, id, "go", Payload{"1"}, std::move(key)});
}

TEST(SignalKeys, MakeASignalThatComesAgainChangeNothing) {
  SmallWorld world;
  const auto id = world.start(two_waits());
  EXPECT_EQ(go(world, id, "a"), id);
  EXPECT_EQ(go(world, id, "a"), id);
  EXPECT_EQ(world.states(id), "first:succeeded second:RUNNING");
  EXPECT_EQ(world.count(EventKind::kSignalReceived), 1u);
  EXPECT_EQ(go(world, id, "b"), id);
  world.run();
  EXPECT_EQ(world.outcome(id), "succeeded");
}

TEST(SignalKeys, AreOfOneWorkflow) {
  SmallWorld world;
  const auto one = world.start(two_waits());
  const auto other = world.start(two_waits());
  EXPECT_EQ(go(world, one, "a"), one);
  EXPECT_EQ(go(world, other, "a"), other);
  EXPECT_EQ(world.states(other), "first:succeeded second:RUNNING");
}

TEST(SignalKeys, AreNeededByNobody) {
  SmallWorld world;
  const auto id = world.start(two_waits());
  EXPECT_EQ(go(world, id, ""), id);
  EXPECT_EQ(go(world, id, ""), id);
  world.run();
  EXPECT_EQ(world.outcome(id), "succeeded");
}

TEST(SignalKeys, AreKnownAfterACrash) {
  SmallWorld world;
  const auto id = world.start(two_waits());
  EXPECT_EQ(go(world, id, "taken"), id);
  EXPECT_EQ(world.ask(SignalWorkflow{0, id, "later", {}, "waiting"}), id);
  world.crash_at(1s);
  world.run_for(1s);
  EXPECT_EQ(go(world, id, "taken"), id);
  EXPECT_EQ(world.ask(SignalWorkflow{0, id, "later", {}, "waiting"}), id);
  EXPECT_EQ(world.states(id), "first:succeeded second:RUNNING");
  EXPECT_EQ(world.count(EventKind::kSignalReceived), 2u);
}

TEST(SignalKeys, AreKnownAfterRetryWorkflow) {
  SmallWorld world;
  world.fail("b", {ErrorClass::kPermanent});
  const auto id =
      world.start(define("w", "wait b; wait>b", {{"wait", {.work = WaitSpec{.signal = "go"}}}}));
  EXPECT_EQ(go(world, id, "a"), id);
  world.run();
  ASSERT_EQ(world.outcome(id), "failed");
  ASSERT_TRUE(world.ask(RetryWorkflow{0, id}).has_value());
  EXPECT_EQ(go(world, id, "a"), id);
  EXPECT_EQ(world.count(EventKind::kSignalReceived), 1u);
  world.run();
  EXPECT_EQ(world.outcome(id), "succeeded");
}

TEST(SignalKeys, AreKnownWhenTheWorkflowIsOver) {
  SmallWorld world;
  const auto id = world.start(two_waits());
  EXPECT_EQ(go(world, id, "a"), id);
  EXPECT_EQ(go(world, id, "b"), id);
  EXPECT_EQ(go(world, id, "b"), id) << "at the instant of its end";
  world.run();
  ASSERT_EQ(world.outcome(id), "succeeded");
  EXPECT_EQ(go(world, id, "a"), id);
  world.crash_at(1s);
  world.run_for(1s);
  EXPECT_EQ(go(world, id, "b"), id);
  for (const char* key : {"", "c"}) {
    const auto refused = go(world, id, key);
    ASSERT_FALSE(refused) << key;
    EXPECT_EQ(refused.error().message, fmt::format("workflow {} is not running", value_of(id)));
  }
  EXPECT_EQ(world.count(EventKind::kSignalReceived), 2u);
}

TEST(SignalKeys, AreBounded) {
  SmallWorld world;
  const auto id = world.start(two_waits());
  const auto refused = go(world, id, std::string(1025, 'k'));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "a signal's key has at most 1024 bytes");
}

}  // namespace
}  // namespace gnomon::testing
