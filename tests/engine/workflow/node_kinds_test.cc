#include <gtest/gtest.h>

#include "tests/engine/small_world.h"

namespace gnomon::testing {
namespace {

Duration makespan(const SmallWorld& world, WorkflowId id) {
  return world.workflows.at(id).finished_at - world.workflows.at(id).created_at;
}

WorkflowTarget by_name(std::string name) {
  return {.name = std::move(name), .version = {}, .definition = {}};
}

TEST(Pass, CostsNoTimeAndJoins) {
  SmallWorld world;
  const auto id =
      world.start(define("w", "fork a b join; fork>a fork>b a>join b>join",
                         {{"fork", {.work = PassSpec{}}}, {"join", {.work = PassSpec{}}}}));
  world.run();
  EXPECT_EQ(world.outcome(id), "succeeded");
  EXPECT_EQ(makespan(world, id), 1s);
}

TEST(Wait, EndsWithItsInterval) {
  SmallWorld world;
  const auto id =
      world.start(define("w", "pause", {{"pause", {.work = WaitSpec{.interval = 5min}}}}));
  world.run();
  EXPECT_EQ(makespan(world, id), 5min);
}

TEST(Wait, EndsWithTheSignalIfItComesFirst) {
  SmallWorld world;
  NodeSpec spec{.work = WaitSpec{.interval = 5min, .signal = "go"}};
  spec.output = jq(".result.speed");
  const auto id = world.start(define("w", "pause", {{"pause", spec}}));
  world.run_for(10s);
  ASSERT_TRUE(world.ask(SignalWorkflow{0, id, "stop", Payload{"1"}}).has_value());
  ASSERT_TRUE(world.ask(SignalWorkflow{0, id, "go", Payload{R"({"speed":7})"}}).has_value());
  world.run();
  EXPECT_EQ(makespan(world, id), 10s);
  EXPECT_EQ(world.node(id, "pause").output.text(), "7");
}

TEST(Wait, TakesASignalThatCameBeforeItBegan) {
  SmallWorld world;
  const auto id = world.start(define(
      "w", "a pause; a>pause", {{"pause", {.work = WaitSpec{.interval = 1h, .signal = "go"}}}}));
  ASSERT_TRUE(world.ask(SignalWorkflow{0, id, "go", {}}).has_value());
  world.run();
  EXPECT_EQ(makespan(world, id), 1s);
}

TEST(Wait, UntilAnInstantThatHasPassedEndsAtOnce) {
  SmallWorld world;
  world.run_for(1h);
  const auto id =
      world.start(define("w", "pause", {{"pause", {.work = WaitSpec{.until = from_ns(5)}}}}));
  world.run();
  EXPECT_EQ(makespan(world, id), 0s);
}

TEST(Subworkflow, GetsTheInputAndGivesItsOutput) {
  SmallWorld world;
  DefinitionBuilder child("double");
  child.set_output(jq("{twice: (.input.n * 2)}"));
  child.add_node("work", SmallWorld::task("work"));
  world.upload(*child.build());
  NodeSpec spec{.work = SubworkflowSpec{by_name("double")}, .input = jq("{n: .input.n}")};
  DefinitionBuilder parent("parent");
  parent.set_output(jq(".nodes.sub.output.twice"));
  parent.add_node("sub", spec);
  const auto id = world.start(*parent.build(), Payload{R"({"n":21})"});
  world.run();
  EXPECT_EQ(world.outcome(id), "succeeded");
  EXPECT_EQ(world.output(id), "42");
}

TEST(Subworkflow, FailsItsNodeWhenItFailsOrIsUnknown) {
  SmallWorld world;
  world.fail("bad", {ErrorClass::kPermanent}, true);
  world.upload(define("child", "bad"));
  const auto failed =
      world.start(define("p1", "sub", {{"sub", {.work = SubworkflowSpec{by_name("child")}}}}));
  const auto unknown =
      world.start(define("p2", "sub", {{"sub", {.work = SubworkflowSpec{by_name("nowhere")}}}}));
  world.run();
  EXPECT_EQ(world.outcome(failed), "failed");
  EXPECT_EQ(world.outcome(unknown), "failed");
  EXPECT_EQ(static_cast<ErrorClass>(world.node(failed, "sub").error_class), ErrorClass::kChild);
  EXPECT_NE(world.node(unknown, "sub").reason.text().find("no workflow named 'nowhere'"),
            std::string_view::npos);
}

TEST(Subworkflow, IsCancelledWithItsParent) {
  SmallWorld world;
  world.behave("long", 10h);
  world.upload(define("child", "long"));
  const auto id =
      world.start(define("p", "sub", {{"sub", {.work = SubworkflowSpec{by_name("child")}}}}));
  world.run_for(1min);
  ASSERT_TRUE(world.ask(CancelWorkflow{0, id}).has_value());
  world.run();
  EXPECT_EQ(world.outcome(id), "cancelled");
  for (const auto& [each, row] : world.workflows) EXPECT_EQ(world.outcome(each), "cancelled");
  EXPECT_EQ(makespan(world, id), 1min);
}

TEST(Attach, KeepsTheNodeOpenUntilTheSubworkflowEnds) {
  SmallWorld world;
  world.behave("quick", 1s);
  world.behave("long", 1min);
  world.upload(define("extra", "long"));
  const auto id = world.start(define("w", "quick after; quick>after"));
  const auto child = world.ask(AttachWorkflow{0, {id, 0}, by_name("extra"), "once", {}});
  ASSERT_TRUE(child.has_value());
  EXPECT_EQ(world.ask(AttachWorkflow{0, {id, 0}, by_name("extra"), "once", {}}), *child);
  world.run_for(30s);
  EXPECT_EQ(world.states(id), "quick:FINISHING after:PENDING");
  world.run();
  EXPECT_EQ(world.outcome(id), "succeeded");
  EXPECT_EQ(world.node(id, "quick").finished_at - world.node(id, "quick").finishing_at, 59s);
}

TEST(Attach, FailsTheNodeWhenTheSubworkflowFails) {
  SmallWorld world;
  world.fail("bad", {ErrorClass::kPermanent}, true);
  world.behave("slow", 10s);
  world.upload(define("extra", "bad"));
  const auto id = world.start(define("w", "slow"));
  ASSERT_TRUE(world.ask(AttachWorkflow{0, {id, 0}, by_name("extra"), "", {}}).has_value());
  world.run();
  EXPECT_EQ(world.outcome(id), "failed");
}

NodeSpec condition() {
  ConditionSpec spec;
  spec.cases.push_back({jq(".input.score > 0.9"), {"publish"}});
  spec.cases.push_back({jq(".input.score > 0.5"), {"tune"}});
  spec.otherwise = {"drop"};
  return {.work = spec};
}
DefinitionPtr branches() {
  return define("w",
                "choose publish tune drop end; choose>publish choose>tune choose>drop publish>end "
                "tune>end drop>end",
                {{"choose", condition()}, {"end", {.work = PassSpec{}}}});
}

TEST(Condition, RunsTheBranchOfTheFirstCaseThatHolds) {
  SmallWorld world;
  const auto high = world.start(branches(), Payload{R"({"score":0.95})"});
  const auto middle = world.start(branches(), Payload{R"({"score":0.6})"});
  const auto low = world.start(branches(), Payload{R"({"score":0.1})"});
  world.run();
  EXPECT_EQ(world.states(high),
            "choose:succeeded publish:succeeded tune:skipped drop:skipped end:succeeded");
  EXPECT_EQ(world.states(middle),
            "choose:succeeded publish:skipped tune:succeeded drop:skipped end:succeeded");
  EXPECT_EQ(world.states(low),
            "choose:succeeded publish:skipped tune:skipped drop:succeeded end:succeeded");
  EXPECT_EQ(world.outcome(low), "succeeded");
}

TEST(Condition, FailsWhenItsExpressionFails) {
  SmallWorld world;
  const auto id = world.start(branches(), Payload{R"("text")"});
  world.run();
  EXPECT_EQ(world.outcome(id), "failed");
  EXPECT_EQ(static_cast<ErrorClass>(world.node(id, "choose").error_class), ErrorClass::kExpression);
}

TEST(When, SkipsTheNodeAndWhatOnlyItLeadsTo) {
  SmallWorld world;
  NodeSpec guarded = SmallWorld::task("b");
  guarded.when = jq(".input.full");
  const auto definition = define("w", "a b c d; a>b b>c a>d c>d", {{"b", guarded}});
  const auto id = world.start(definition, Payload{R"({"full":false})"});
  world.run();
  EXPECT_EQ(world.states(id), "a:succeeded b:skipped c:skipped d:succeeded");
}

TEST(Loop, HandsEachOutputToTheNextIteration) {
  SmallWorld world;
  DefinitionBuilder body("add");
  body.set_output(jq("{n: (.input.n + 1)}"));
  body.add_node("work", SmallWorld::task("work"));
  world.upload(*body.build());
  LoopSpec loop{.body = by_name("add"),
                .while_expression = jq(".iteration == 0 or .output.n < 5"),
                .max_iterations = 100};
  const auto id =
      world.start(define("w", "again", {{"again", {.work = loop, .input = jq(".input")}}}),
                  Payload{R"({"n":0})"});
  world.run();
  EXPECT_EQ(world.outcome(id), "succeeded");
  EXPECT_EQ(world.node(id, "again").output.text(), R"({"n":5})");
  EXPECT_EQ(makespan(world, id), 5s);
}

TEST(Loop, NeverRunsMoreThanItsBound) {
  SmallWorld world;
  world.upload(define("body", "work"));
  LoopSpec loop{.body = by_name("body"), .while_expression = jq("true"), .max_iterations = 7};
  const auto id = world.start(define("w", "again", {{"again", {.work = loop}}}));
  world.run();
  EXPECT_EQ(world.pool.usage().started, 7u);
  EXPECT_EQ(world.outcome(id), "succeeded");
}

DefinitionPtr squares(std::uint32_t concurrency, bool reduce) {
  DefinitionBuilder body("square");
  body.set_output(jq(".input * .input"));
  body.add_node("work", SmallWorld::task("work"));
  MapSpec map{.items = jq("[range(10)]"),
              .body = {.definition = *body.build()},
              .concurrency = concurrency};
  if (reduce) {
    DefinitionBuilder sum("sum");
    sum.set_output(jq(".input | add"));
    sum.add_node("work", SmallWorld::task("work"));
    map.reduce = WorkflowTarget{.definition = *sum.build()};
  }
  return define("w", "all", {{"all", {.work = map}}});
}

TEST(Map, RunsAnItemEachWithinItsConcurrencyAndKeepsTheirOrder) {
  SmallWorld world;
  const auto id = world.start(squares(3, false));
  world.run();
  EXPECT_EQ(world.node(id, "all").output.text(), "[0,1,4,9,16,25,36,49,64,81]");
  EXPECT_EQ(makespan(world, id), 4s);
}

TEST(MapReduce, ReducesAfterAllItemsAreThere) {
  SmallWorld world;
  const auto id = world.start(squares(0, true));
  world.run();
  EXPECT_EQ(world.node(id, "all").output.text(), "285");
  EXPECT_EQ(makespan(world, id), 2s);
}

TEST(Map, OfAnEmptyListSucceedsAtOnce) {
  SmallWorld world;
  world.upload(define("body", "work"));
  const auto id = world.start(
      define("w", "all", {{"all", {.work = MapSpec{.items = jq("[]"), .body = by_name("body")}}}}));
  world.run();
  EXPECT_EQ(world.node(id, "all").output.text(), "[]");
}

TEST(Map, FailsWhenMoreItemsFailThanItTolerates) {
  SmallWorld world;
  world.fail("work", {ErrorClass::kPermanent}, true);
  world.upload(define("body", "work"));
  const auto strict = world.start(define(
      "w", "all",
      {{"all",
        {.work = MapSpec{.items = jq("[1,2,3]"), .body = by_name("body"), .concurrency = 1}}}}));
  const auto lax = world.start(define("v", "all",
                                      {{"all",
                                        {.work = MapSpec{.items = jq("[1,2,3]"),
                                                         .body = by_name("body"),
                                                         .concurrency = 1,
                                                         .tolerated_failures = 3}}}}));
  world.run();
  EXPECT_EQ(world.outcome(strict), "failed");
  EXPECT_EQ(world.outcome(lax), "succeeded");
  EXPECT_EQ(world.pool.usage().started, 4u);
}

/// A kind of node that the core does not know: succeeds once it has got as many signals as its
/// params say.
class ApprovalExecutor final : public NodeExecutor {
 public:
  void start(RunningNode node, NodeServices& services) override { signal_received(node, services); }
  void recover(RunningNode node, NodeServices& services) override {
    signal_received(node, services);
  }
  void signal_received(RunningNode node, NodeServices& services) override {
    Payload voice;
    if (services.take_signal(node, "approve", voice))
      services.finish(node, {Outcome::kSucceeded, ErrorClass::kNone, voice});
  }
};

TEST(NodeExecutors, TakeAKindThatTheCoreDoesNotKnow) {
  SmallWorld world;
  world.executors.add("approval", std::make_unique<ApprovalExecutor>());
  const auto id = world.start(define(
      "w", "ask a; ask>a", {{"ask", {.work = CustomSpec{.kind = "approval", .params = {}}}}}));
  world.run_for(1h);
  EXPECT_EQ(world.states(id), "ask:RUNNING a:PENDING");
  ASSERT_TRUE(world.ask(SignalWorkflow{0, id, "approve", Payload{"\"yes\""}}).has_value());
  world.run();
  EXPECT_EQ(world.outcome(id), "succeeded");
  EXPECT_EQ(world.node(id, "ask").output.text(), "\"yes\"");
}

}  // namespace
}  // namespace gnomon::testing
