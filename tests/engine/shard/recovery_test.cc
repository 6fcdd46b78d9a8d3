#include <gtest/gtest.h>

#include "tests/engine/small_world.h"

namespace gnomon::testing {
namespace {

WorkflowTarget by_name(std::string name) {
  return {.name = std::move(name), .version = {}, .definition = {}};
}

/// A workflow with every kind of node, so that a crash finds each of them in the middle of
/// something.
DefinitionPtr everything(SmallWorld& world) {
  world.upload(define("child", "x y; x>y"));
  DefinitionBuilder add("add");
  add.set_output(jq("{n: (.input.n + 1)}"));
  add.add_node("work", SmallWorld::task("work"));
  world.upload(*add.build());
  DefinitionBuilder square("square");
  square.set_output(jq(".input * .input"));
  square.add_node("work", SmallWorld::task("work"));
  world.upload(*square.build());
  world.fail("flaky", {ErrorClass::kTransient, ErrorClass::kTransient});
  NodeSpec flaky = SmallWorld::task("flaky");
  flaky.retry = RetryPolicy{.max_attempts = 3, .initial_delay = 3s};
  ConditionSpec choose;
  choose.cases.push_back({jq(".nodes.map.output | add > 10"), {"yes"}});
  choose.otherwise = {"no"};
  return define(
      "everything",
      "a flaky sub loop map pause polled choose yes no end; a>flaky a>sub a>loop a>map a>pause "
      "a>polled map>choose "
      "choose>yes choose>no flaky>end sub>end loop>end pause>end polled>end yes>end no>end",
      {{"flaky", flaky},
       {"sub", {.work = SubworkflowSpec{by_name("child")}}},
       {"loop",
        {.work = LoopSpec{.body = by_name("add"), .max_iterations = 4}, .input = jq("{n: 0}")}},
       {"map",
        {.work = MapSpec{.items = jq("[1,2,3,4]"), .body = by_name("square"), .concurrency = 2}}},
       {"pause", {.work = WaitSpec{.interval = 7s}}},
       {"polled", SmallWorld::task("polled", "polled")},
       {"choose", {.work = choose}}});
}

struct Ending {
  std::string outcome, states, loop, map;
  auto operator<=>(const Ending&) const = default;
};

Ending run_with_crash(std::optional<Duration> crash, std::uint64_t* doubled = nullptr) {
  SmallWorld world({.commit_latency = *sim::Distribution::constant(2e6),
                    .hop_latency = *sim::Distribution::constant(1e6)});
  const auto definition = everything(world);
  const auto id = world.start(definition);
  if (crash) world.crash_at(*crash);
  world.run();
  if (doubled != nullptr) {
    std::map<NodeRef, int> ended;
    for (const Event& event : world.events) {
      if (event.kind == EventKind::kNodeEnded)
        *doubled += ++ended[{event.workflow, event.node}] > 1;
    }
  }
  return {world.outcome(id), world.states(id), std::string{world.node(id, "loop").output.text()},
          std::string{world.node(id, "map").output.text()}};
}

TEST(Recovery, ReachesTheSameEndWhereverTheHostCrashes) {
  const Ending calm = run_with_crash(std::nullopt);
  EXPECT_EQ(calm.outcome, "succeeded");
  EXPECT_EQ(calm.loop, R"({"n":4})");
  EXPECT_EQ(calm.map, "[1,4,9,16]");
  for (Duration at = 0ms; at < 16s; at += 37ms) {
    std::uint64_t doubled = 0;
    EXPECT_EQ(run_with_crash(at, &doubled), calm) << "crash after " << at.count() << " ns";
    EXPECT_EQ(doubled, 0u) << "crash after " << at.count() << " ns";
  }
}

using States = std::map<NodeRef, std::pair<NodePhase, std::uint8_t>>;

/// What somebody knows who has read nothing but the events.
States told_by(const std::vector<Event>& events) {
  States states;
  for (const Event& event : events) {
    const NodeRef node{event.workflow, event.node};
    const auto enter = [&](NodePhase phase, int before) {
      EXPECT_EQ(static_cast<int>(states[node].first), before) << to_string(event.kind);
      states[node] = {phase, event.outcome};
    };
    if (event.kind == EventKind::kNodeReady) enter(NodePhase::kReady, 0);
    if (event.kind == EventKind::kNodeStarted) enter(NodePhase::kRunning, 1);
    if (event.kind == EventKind::kNodeFinishing) enter(NodePhase::kFinishing, 2);
    if (event.kind == EventKind::kNodeEnded) enter(NodePhase::kFinished, 3);
  }
  return states;
}

TEST(Recovery, LeavesEventsThatAloneTellTheStateOfEveryNode) {
  for (Duration at = 0ms; at < 16s; at += 997ms) {
    SmallWorld world({.commit_latency = *sim::Distribution::constant(2e6)});
    world.start(everything(world));
    world.crash_at(at);
    for (int i = 0; i < 20; ++i) {
      world.run_for(1s);
      States rows;
      for (const auto& [node, row] : world.nodes) rows[node] = {row.phase, row.outcome};
      EXPECT_EQ(told_by(world.events), rows) << "crash after " << at << ", looked at after " << i;
    }
  }
}

// It is asked for again and again; all other commands come once.
TEST(Recovery, KeepsNothingThatAnotherShardAsksWhileItsShardIsDown) {
  SmallWorld world;
  world.run();
  world.host.crash(1min);
  const std::uint64_t before = world.host.inputs();
  for (int i = 0; i < 100; ++i) world.host.submit(RoutedFromShard{});
  EXPECT_TRUE(world.host.idle());
  world.host.submit(CancelWorkflow{0, make_workflow_id(0, 1)});
  world.run_for(2min);
  ASSERT_TRUE(world.host.up());
  EXPECT_EQ(world.host.inputs() - before, 1u);
  world.host.submit(RoutedFromShard{});
  world.run_for(1s);
  EXPECT_EQ(world.host.inputs() - before, 2u) << "when it is open";
}

TEST(Recovery, KeepsEveryAcknowledgedStartSignalAndCancel) {
  for (Duration at = 0us; at < 9ms; at += 500us) {
    SmallWorld world({.commit_latency = *sim::Distribution::constant(2e6)});
    const auto definition = define(
        "w", "pause a; pause>a", {{"pause", {.work = WaitSpec{.interval = 10h, .signal = "go"}}}});
    bool started = false, signalled = false;
    WorkflowId id{};
    world.definitions["w"] = definition;
    world.gateway.send(StartWorkflow{.workflow = {.definition = definition}},
                       [&](const Expected<WorkflowId>& answer) {
                         started = answer.has_value();
                         id = answer.value_or(WorkflowId::kNone);
                         world.gateway.send(SignalWorkflow{0, id, "go", {}},
                                            [&](const Expected<WorkflowId>& done) {
                                              signalled = done.has_value();
                                            });
                       });
    world.crash_at(at);
    world.run_for(1min);
    EXPECT_TRUE(!started || world.workflows.contains(id));
    EXPECT_TRUE(!signalled || world.outcome(id) == "succeeded") << world.outcome(id);
  }
}

TEST(Recovery, GoesOnWithPausedAndCancelledWorkflowsAsTheyWere) {
  SmallWorld world;
  const auto paused = world.start(define("p", "a b; a>b"));
  const auto cancelled = world.start(define("c", "a b; a>b"));
  world.run_for(500ms);
  ASSERT_TRUE(world.ask(PauseWorkflow{0, paused}).has_value());
  ASSERT_TRUE(world.ask(CancelWorkflow{0, cancelled}).has_value());
  world.crash_at(0ms);
  world.run_for(1h);
  EXPECT_EQ(world.states(paused), "a:succeeded b:READY");
  EXPECT_EQ(world.outcome(cancelled), "cancelled");
  world.crash_at(0ms);
  world.run_for(1s);
  ASSERT_TRUE(world.ask(ResumeWorkflow{0, paused}).has_value());
  world.run();
  EXPECT_EQ(world.outcome(paused), "succeeded");
}

TEST(Recovery, RemembersKeysOfWorkflowsThatAreOver) {
  SmallWorld world;
  const auto definition = define("w", "a");
  const auto id = world.start(definition, {}, "order-17");
  world.run();
  world.crash_at(0ms);
  world.run();
  EXPECT_EQ(world.start(definition, {}, "order-17"), id);
}

TEST(Monitors, TellOfStuckWorkflowsOnce) {
  SmallWorld world(
      {.monitors = {.stuck_after = 1h}, .actions = {.sweep_interval = Duration::max()}});
  const auto definition =
      define("w", "forever", {{"forever", {.work = WaitSpec{.signal = "never"}}}});
  const auto id = world.start(definition);
  world.run_for(10h);
  EXPECT_EQ(world.count(EventKind::kWorkflowStuck), 1u);
  ASSERT_TRUE(world.ask(SignalWorkflow{0, id, "something", {}}).has_value());
  world.run_for(10h);
  EXPECT_EQ(world.count(EventKind::kWorkflowStuck), 2u);
}

TEST(Monitors, TellOfSlowTransitions) {
  SmallWorld world({.monitors = {.node_delay = 5s}});
  // The polled runtime is asked every 10 s: its 1 s of work is noticed 9 s late.
  world.start(define("w", "a b; a>b", {{"a", SmallWorld::task("a", "polled")}}));
  world.run();
  EXPECT_EQ(world.count(EventKind::kNodeDelayed), 1u);
}

}  // namespace
}  // namespace gnomon::testing
