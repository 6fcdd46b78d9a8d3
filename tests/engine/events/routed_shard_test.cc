// EventRouter with a whole shard, in virtual time: article A, figures 8 to 10.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/events/event_router.h"
#include "engine/expressions/json.h"
#include "tests/engine/small_world.h"

namespace gnomon::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Takes everything, at once.
class KeepingSink final : public EventSink {
 public:
  explicit KeepingSink(Inbox& inbox) : inbox_(inbox) {}
  void deliver(Delivery delivery) override {
    for (const Payload& event : delivery.events) events.emplace_back(event.text());
    inbox_.post(Delivered{delivery.subscriber, delivery.upto, {}});
  }
  std::vector<std::string> events;

 private:
  Inbox& inbox_;
};

/// A SmallWorld with a router. Its host is opened once more so that the router hears of it.
struct RoutedWorld {
  explicit RoutedWorld(std::vector<Route> routes, SmallWorld::Options options = {})
      : world(options) {
    sink = std::make_unique<KeepingSink>(world.host);
    for (Route& route : routes) {
      if (auto* deliver = std::get_if<DeliverTo>(&route.handler)) deliver->sink = sink.get();
    }
    router =
        *EventRouter::create({.routes = std::move(routes)}, world.kernel, world.store, world.host);
    world.host.set_router(*router);
    world.crash_at(Duration{1});
    world.run_for(1ms);
  }
  std::uint64_t started_by(std::string_view route) const {
    return static_cast<std::uint64_t>(std::ranges::count_if(world.workflows, [&](const auto& each) {
      return each.second.key.starts_with("event/") &&
             each.second.key.ends_with(fmt::format("/{}", route));
    }));
  }
  Expected<WorkflowId> publish(std::string_view type, std::string_view data) {
    return world.ask(PublishEvent{
        0, Payload{fmt::format(
               R"({{"specversion":"1.0","id":"1","source":"/lab","type":"{}","data":{}}})", type,
               data)}});
  }

  SmallWorld world;
  std::unique_ptr<KeepingSink> sink;
  std::unique_ptr<EventRouter> router;
};

Route route(std::string name, Handler handler) {
  Route route;
  route.name = std::move(name);
  route.handler = std::move(handler);
  return route;
}

WorkflowTarget by_name(std::string name) {
  return {.name = std::move(name), .version = {}, .definition = {}};
}

// CHECKLIST 71: workflow_start, node_start, node_end, and if a node failed, why.
TEST(RoutedShard, TellsASubscriberWhatHappensAndWhy) {
  Route ui = route("ui", DeliverTo{});
  ui.types = {"gnomon.workflow_*", "gnomon.node_start", "gnomon.node_end"};
  ui.transform = jq(
      R"([.type[7:], .data.node.name, .data.outcome, .data.error_class] | map(values) | join(" "))");
  RoutedWorld routed({ui});
  routed.world.fail("b", {ErrorClass::kPermanent}, /*for_ever=*/true);
  routed.world.start(define("train", "a b; a>b"));
  routed.world.run();
  EXPECT_THAT(routed.sink->events,
              ElementsAre("\"workflow_created\"", "\"workflow_start\"", "\"node_start a\"",
                          "\"node_end a succeeded\"", "\"node_start b\"",
                          "\"node_end b failed permanent\"", "\"workflow_end failed permanent\""));
  EXPECT_TRUE(routed.router->idle());
}

// CHECKLIST 19: an event source starts a workflow; its transform is the input.
TEST(RoutedShard, StartsAWorkflowOnAnEventFromOutside) {
  Route import =
      route("import", StartOnEvent{.workflow = by_name("etl"), .tenant = {}, .priority = 0});
  import.types = {"file.created"};
  import.transform = jq("{file: .data.name}");
  RoutedWorld routed({import});
  routed.world.upload(define("etl", "load"));
  routed.publish("file.created", R"({"name":"x.csv"})");
  routed.publish("file.deleted", R"({"name":"x.csv"})");
  routed.world.run();
  ASSERT_EQ(routed.world.workflows.size(), 1u);
  const WorkflowRow& row = routed.world.workflows.begin()->second;
  EXPECT_EQ(row.input.text(), R"({"file":"x.csv"})");
  EXPECT_EQ(row.outcome, static_cast<std::uint8_t>(Outcome::kSucceeded));
}

// CHECKLIST 70: what is learned midway decides whether the run goes on.
TEST(RoutedShard, SignalsTheWorkflowThatAnEventNames) {
  Route decide = route("decide", SignalOnEvent{.workflow = jq(".data.run"), .signal = "decision"});
  decide.transform = jq(".data.verdict");
  decide.types = {"judged"};
  RoutedWorld routed({decide});
  DefinitionBuilder builder("train");
  builder.set_output(jq(".nodes.judge.output"));
  builder.add_node("judge", {.work = WaitSpec{.signal = "decision"}});
  const auto id = routed.world.start(*builder.build());
  routed.publish("judged", fmt::format(R"({{"run":"{}","verdict":"go on"}})", value_of(id)));
  routed.world.run();
  EXPECT_EQ(routed.world.outcome(id), "succeeded");
  EXPECT_EQ(routed.world.output(id), "\"go on\"");
}

// CHECKLIST 73 to 75: the runtime is polled every 10 s, but publishes that it is done after 1 s.
// Pushed through the router, the node ends 9 s earlier.
TEST(RoutedShard, TellsTheActionServiceOfAnEndThatARuntimePublishes) {
  const auto node_ends_at = [](bool push) {
    Route callback = route("callback", CallbackOnEvent{});
    callback.types = {"job.done"};
    callback.transform = jq(".data");
    RoutedWorld routed({callback});
    routed.world.behave("job", 1s);
    const Instant start = routed.world.kernel.now();
    const auto id =
        routed.world.start(define("train", "job", {{"job", SmallWorld::task("job", "polled")}}));
    routed.world.run_for(1s);
    if (push) {
      routed.publish(
          "job.done",
          fmt::format(
              R"({{"workflow":"{}","node":0,"attempt":1,"outcome":"succeeded","result":{{"loss":1}}}})",
              value_of(id)));
    }
    routed.world.run();
    EXPECT_EQ(routed.world.states(id), "job:succeeded");
    EXPECT_EQ(routed.world.count(EventKind::kNodeEnded), 1u)
        << "the poll that comes later counts for nothing";
    return routed.world.node(id, "job").finished_at - start;
  };
  EXPECT_LT(node_ends_at(true), 1100ms);
  EXPECT_GE(node_ends_at(false), 10s);
}

TEST(RoutedShard, EndsALoopOfWorkflowsThatStartThemselves) {
  Route loop = route("loop", StartOnEvent{.workflow = by_name("w"), .tenant = {}, .priority = 0});
  loop.types = {"gnomon.workflow_end"};
  RoutedWorld routed({loop});
  routed.world.upload(define("w", "a"));
  routed.world.ask(StartWorkflow{.workflow = by_name("w")});
  routed.world.run();
  EXPECT_EQ(routed.world.workflows.size(), 1u + kMaxEventHops);
  EXPECT_EQ(routed.router->stats()[0].failed, 1u);
  EXPECT_THAT(routed.router->stats()[0].last_problem, HasSubstr("have started one another"));
}

TEST(RoutedShard, PassesOverAStartThatTheShardRefuses) {
  RoutedWorld routed(
      {route("lost", StartOnEvent{.workflow = by_name("nowhere"), .tenant = {}, .priority = 0})});
  routed.publish("x", "1");
  routed.publish("x", "2");
  routed.world.run();
  EXPECT_TRUE(routed.router->idle());
  EXPECT_GE(routed.router->stats()[0].refused, 1u);
  EXPECT_THAT(routed.router->stats()[0].last_problem, HasSubstr("nowhere"));
}

TEST(RoutedShard, TakesInNothingThatIsNoCloudEvent) {
  RoutedWorld routed({});
  Expected<WorkflowId> answer = routed.world.ask(PublishEvent{0, Payload{R"({"id":"1"})"}});
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().message, HasSubstr("not a CloudEvent 1.0: `source`"));
  EXPECT_EQ(routed.world.count(EventKind::kExternal), 0u);
}

// The host is killed at every moment of a run in which each end of a node starts a workflow:
// nothing is started twice or left out, and the subscriber has seen everything.
TEST(RoutedShard, ActsOnEachEventExactlyOnceWhateverMomentItsHostIsKilled) {
  for (int moment = 0; moment < 60; ++moment) {
    Route starts =
        route("starts", StartOnEvent{.workflow = by_name("child"), .tenant = {}, .priority = 0});
    starts.filter = jq(R"(.type == "gnomon.node_end" and .data.workflow.name == "parent")");
    RoutedWorld routed({route("all", DeliverTo{}), starts},
                       {.commit_latency = *sim::Distribution::constant(20e6),
                        .hop_latency = *sim::Distribution::constant(5e6)});
    routed.world.behave("a", 100ms);
    routed.world.behave("b", 100ms);
    routed.world.upload(define("child", "c"));
    routed.world.start(define("parent", "a b; a>b"));
    routed.world.crash_at(moment * 7ms);
    routed.world.run();
    EXPECT_EQ(routed.started_by("starts"), 2u) << moment;
    EXPECT_EQ(routed.world.workflows.size(), 3u) << moment;
    EXPECT_TRUE(routed.router->idle()) << moment;
    std::set<std::string> seen;
    for (const std::string& event : routed.sink->events) {
      seen.insert(std::string{json_field(Payload{event}, "id")->text()});
    }
    const auto& durable = routed.world.disk.of(0).events;
    for (const Event& event : durable) {
      EXPECT_THAT(seen, Contains(fmt::format("\"0-{}\"", event.sequence))) << moment;
    }
  }
}

}  // namespace
}  // namespace gnomon::testing
