#include <gtest/gtest.h>

#include "tests/engine/small_world.h"

namespace gnomon::testing {
namespace {

NodeSpec with_policy(std::string action, FailurePolicy policy) {
  NodeSpec spec = SmallWorld::task(std::move(action));
  spec.on_failure = policy;
  return spec;
}

TEST(Workflow, RunsNodesInTheOrderOfTheirDependencies) {
  SmallWorld world;
  const auto id = world.start(define("diamond", "a b c d; a>b a>c b>d c>d"));
  world.run();
  EXPECT_EQ(world.outcome(id), "succeeded");
  EXPECT_EQ(world.states(id), "a:succeeded b:succeeded c:succeeded d:succeeded");
  EXPECT_EQ(world.workflows.at(id).finished_at - world.workflows.at(id).created_at, 3s);
  EXPECT_GE(world.node(id, "d").ready_at, world.node(id, "c").finished_at);
}

TEST(Workflow, MovesEveryNodeThroughEveryPhaseInOrder) {
  SmallWorld world;
  world.fail("b", {ErrorClass::kPermanent}, true);
  world.start(define("w", "a b c d; a>b b>c a>d",
                     {{"b", with_policy("b", FailurePolicy::kCancelDependents)}}));
  world.run();
  std::map<NodeRef, int> phase;
  const std::vector<EventKind> order = {EventKind::kNodeReady, EventKind::kNodeStarted,
                                        EventKind::kNodeFinishing, EventKind::kNodeEnded};
  for (const Event& event : world.events) {
    for (int i = 0; i < 4; ++i) {
      if (event.kind != order[static_cast<std::size_t>(i)]) continue;
      int& seen = phase[{event.workflow, event.node}];
      EXPECT_EQ(seen, i);
      seen = i + 1;
    }
  }
  ASSERT_EQ(phase.size(), 4u);
  for (const auto& [ref, seen] : phase) EXPECT_EQ(seen, 4);
}

TEST(Workflow, EventsAreNumberedWithoutGaps) {
  SmallWorld world;
  world.start(define("w", "a b; a>b"));
  world.run();
  for (std::size_t i = 0; i < world.events.size(); ++i) EXPECT_EQ(world.events[i].sequence, i + 1);
}

struct PolicyCase {
  FailurePolicy policy;
  const char* states;
  const char* outcome;
};
class FailurePolicies : public ::testing::TestWithParam<PolicyCase> {};

TEST_P(FailurePolicies, DecideWhatBecomesOfDependentsAndOfTheWorkflow) {
  SmallWorld world;
  world.fail("b", {ErrorClass::kPermanent}, true);
  const auto id = world.start(
      define("w", "a b c d e; a>b b>c c>d a>e", {{"b", with_policy("b", GetParam().policy)}}));
  world.run();
  EXPECT_EQ(world.states(id), GetParam().states);
  EXPECT_EQ(world.outcome(id), GetParam().outcome);
}

INSTANTIATE_TEST_SUITE_P(
    , FailurePolicies,
    ::testing::Values(PolicyCase{FailurePolicy::kContinueProcessing,
                                 "a:succeeded b:failed c:succeeded d:succeeded e:succeeded",
                                 "succeeded"},
                      PolicyCase{FailurePolicy::kBlockDependents,
                                 "a:succeeded b:failed c:PENDING d:PENDING e:succeeded", "failed"},
                      PolicyCase{FailurePolicy::kCancelDependents,
                                 "a:succeeded b:failed c:cancelled d:cancelled e:succeeded",
                                 "cancelled"}),
    [](const auto& test) { return std::string{to_string(test.param.policy)}; });

TEST(Workflow, IsStartedOnceUnderOneKey) {
  SmallWorld world;
  const auto definition = define("w", "a");
  const auto first = world.start(definition, {}, "order-17");
  EXPECT_EQ(world.start(definition, {}, "order-17"), first);
  world.run();
  EXPECT_EQ(world.start(definition, {}, "order-17"), first);
  EXPECT_EQ(world.workflows.size(), 1u);
}

TEST(Workflow, CancelEndsWhatRunsAndStartsNothingMore) {
  SmallWorld world;
  const auto id = world.start(define("w", "a b c; a>b b>c"));
  world.run_for(1500ms);
  EXPECT_EQ(world.ask(CancelWorkflow{0, id}), id);
  world.run();
  EXPECT_EQ(world.outcome(id), "cancelled");
  EXPECT_EQ(world.states(id), "a:succeeded b:cancelled c:cancelled");
  EXPECT_EQ(world.node(id, "c").attempt, 0u);
}

TEST(Workflow, PauseLetsRunningNodesEndAndHoldsTheOthers) {
  SmallWorld world;
  const auto id = world.start(define("w", "a b; a>b"));
  world.run_for(500ms);
  EXPECT_EQ(world.ask(PauseWorkflow{0, id}), id);
  world.run_for(1h);
  EXPECT_EQ(world.states(id), "a:succeeded b:READY");
  EXPECT_EQ(world.ask(ResumeWorkflow{0, id}), id);
  world.run();
  EXPECT_EQ(world.outcome(id), "succeeded");
}

TEST(Workflow, TimesOutAsAWhole) {
  SmallWorld world;
  DefinitionBuilder builder("slow");
  builder.set_timeout(90s);
  builder.add_node("a", SmallWorld::task("a"));
  world.behave("a", 1h);
  const auto id = world.start(*builder.build());
  world.run();
  EXPECT_EQ(world.outcome(id), "timed_out");
  EXPECT_EQ(world.workflows.at(id).finished_at - world.workflows.at(id).created_at, 90s);
}

TEST(Retry, ComesAfterExponentialDelays) {
  SmallWorld world;
  NodeSpec spec = SmallWorld::task("a");
  spec.retry = RetryPolicy{.max_attempts = 4, .initial_delay = 10s};
  world.fail("a", {ErrorClass::kTransient, ErrorClass::kTransient, ErrorClass::kTransient});
  const auto id = world.start(define("w", "a", {{"a", spec}}));
  world.run();
  EXPECT_EQ(world.outcome(id), "succeeded");
  EXPECT_EQ(world.node(id, "a").attempt, 4u);
  // Four attempts of 1 s and delays of 10, 20 and 40 s.
  EXPECT_EQ(world.workflows.at(id).finished_at - world.workflows.at(id).created_at, 74s);
}

TEST(Retry, IsForTheErrorClassesOfThePolicyOnly) {
  SmallWorld world;
  NodeSpec spec = SmallWorld::task("a");
  spec.retry = RetryPolicy{.max_attempts = 5};
  world.fail("a", {ErrorClass::kTransient, ErrorClass::kPermanent});
  const auto id = world.start(define("w", "a", {{"a", spec}}));
  world.run();
  EXPECT_EQ(world.outcome(id), "failed");
  EXPECT_EQ(world.node(id, "a").attempt, 2u);
}

TEST(Retry, FollowsTheTenantWhereTheNodeSaysNothing) {
  SmallWorld world({.tenants = {{.name = "default"},
                                {.name = "patient", .retry = RetryPolicy{.max_attempts = 3}}}});
  world.fail("a", {ErrorClass::kTransient, ErrorClass::kTransient});
  const auto definition = define("w", "a");
  const auto plain = world.start(definition, {}, "", "default");
  const auto patient = world.start(definition, {}, "", "patient");
  world.run();
  EXPECT_EQ(world.outcome(plain), "failed");
  EXPECT_EQ(world.outcome(patient), "succeeded");
}

TEST(Retry, FollowsTheDefaultsWhereTheTenantSaysNothing) {
  SmallWorld world({.tenants = {{.name = "default", .retry = RetryPolicy{.max_attempts = 3}},
                                {.name = "silent"},
                                {.name = "hasty", .retry = RetryPolicy{.max_attempts = 1}}}});
  world.fail("a", {ErrorClass::kTransient, ErrorClass::kTransient});
  const auto definition = define("w", "a");
  const auto silent = world.start(definition, {}, "", "silent");
  const auto hasty = world.start(definition, {}, "", "hasty");
  world.run();
  EXPECT_EQ(world.outcome(silent), "succeeded");
  EXPECT_EQ(world.outcome(hasty), "failed");
}

TEST(Retry, CancelledBetweenAttemptsLeavesTheFailedOneAsItWas) {
  SmallWorld world;
  world.fail("a", {ErrorClass::kTransient}, true);
  NodeSpec spec = SmallWorld::task("a");
  spec.retry = RetryPolicy{.max_attempts = 5, .initial_delay = 1min};
  const auto id = world.start(define("w", "a", {{"a", spec}}));
  world.run_for(30s);
  ASSERT_TRUE(world.ask(CancelWorkflow{0, id}).has_value());
  world.run();
  EXPECT_EQ(world.outcome(id), "cancelled");
  ASSERT_EQ(world.count(EventKind::kActionEnded), 1u);
  for (const Event& event : world.events) {
    if (event.kind == EventKind::kActionEnded) {
      EXPECT_EQ(static_cast<Outcome>(event.outcome), Outcome::kFailed);
    }
  }
}

TEST(Retry, AfterATimeoutCancelsTheAttemptFirst) {
  SmallWorld world;
  NodeSpec spec = SmallWorld::task("a");
  spec.timeout = 30s;
  spec.retry = RetryPolicy{.max_attempts = 2, .initial_delay = 5s};
  world.behave("a", 1h);
  const auto id = world.start(define("w", "a", {{"a", spec}}));
  world.run();
  EXPECT_EQ(world.outcome(id), "failed");
  EXPECT_EQ(world.states(id), "a:timed_out");
  EXPECT_EQ(world.workflows.at(id).finished_at - world.workflows.at(id).created_at, 65s);
}

TEST(RetryWorkflow, NeverRunsASucceededNodeAgain) {
  SmallWorld world;
  world.fail("b", {ErrorClass::kPermanent});
  const auto id = world.start(define("w", "a b c; a>b b>c"));
  world.run();
  EXPECT_EQ(world.outcome(id), "failed");
  EXPECT_EQ(world.ask(RetryWorkflow{0, id}), id);
  world.run();
  EXPECT_EQ(world.outcome(id), "succeeded");
  EXPECT_EQ(world.workflows.at(id).run, 2u);
  EXPECT_EQ(world.node(id, "a").attempt, 1u);
  EXPECT_EQ(world.node(id, "b").attempt, 2u);
  EXPECT_EQ(world.pool.usage().started, 4u);
}

TEST(RetryWorkflow, RevivesTheSubWorkflowThatFailedInsteadOfStartingAnother) {
  SmallWorld world;
  world.fail("y", {ErrorClass::kPermanent});
  const auto child = define("child", "x y; x>y");
  world.upload(child);
  NodeSpec spec{.work = SubworkflowSpec{{.name = "child", .version = {}, .definition = {}}}};
  const auto id = world.start(define("parent", "sub", {{"sub", spec}}));
  world.run();
  EXPECT_EQ(world.outcome(id), "failed");
  ASSERT_TRUE(world.ask(RetryWorkflow{0, id}).has_value());
  world.run();
  EXPECT_EQ(world.outcome(id), "succeeded");
  EXPECT_EQ(world.workflows.size(), 2u);
  EXPECT_EQ(world.pool.usage().started, 3u);  // x once, y twice
}

TEST(RetryWorkflow, RefusesWhatRunsAndWhatSucceeded) {
  SmallWorld world;
  const auto id = world.start(define("w", "a"));
  EXPECT_FALSE(world.ask(RetryWorkflow{0, id}).has_value());
  world.run();
  EXPECT_FALSE(world.ask(RetryWorkflow{0, id}).has_value());
  EXPECT_FALSE(world.ask(RetryWorkflow{0, make_workflow_id(0, 99)}).has_value());
}

}  // namespace
}  // namespace gnomon::testing
