#include "engine/events/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <memory>
#include <string>

#include "tests/engine/events/fakes.h"

namespace gnomon {
namespace {

using ::testing::HasSubstr;

OfferedEvent offer(Event event, WorkflowNamesPtr names = nullptr) {
  event.sequence = 5;
  return {std::move(event), std::move(names)};
}

bool accepts(const Route& route, const Event& event) {
  const Expected<bool> accepted = Selection(route, 0).accepts(offer(event));
  EXPECT_TRUE(accepted) << accepted.error().message;
  return accepted.value_or(false);
}

TEST(Selection, ChoosesTheEnginesEventsByKind) {
  Route route;
  route.types = {"gnomon.node_*", "gnomon.workflow_end"};
  const Selection selection(route, 0);
  EXPECT_TRUE(selection.may_accept(EventKind::kNodeEnded));
  EXPECT_TRUE(selection.may_accept(EventKind::kWorkflowEnded));
  EXPECT_FALSE(selection.may_accept(EventKind::kWorkflowStarted));
  EXPECT_TRUE(selection.may_accept(EventKind::kExternal)) << "its type is its client's";
  EXPECT_FALSE(accepts(route, an_event(EventKind::kWorkflowStarted)));
}

TEST(Selection, ChoosesBySource) {
  Route route;
  route.source = kEngineSource;
  EXPECT_TRUE(accepts(route, an_event(EventKind::kNodeEnded)));
  EXPECT_FALSE(accepts(route, external("/blob/a", "file.created")));
  route.source = "/blob/*";
  EXPECT_FALSE(accepts(route, an_event(EventKind::kNodeEnded)));
  EXPECT_TRUE(accepts(route, external("/blob/a", "file.created")));
  route.source = "/gnomon/shard/1";
  EXPECT_FALSE(Selection(route, 0).may_accept(EventKind::kNodeEnded));
  EXPECT_TRUE(Selection(route, 1).may_accept(EventKind::kNodeEnded));
}

TEST(Selection, ChoosesExternalEventsByTheirType) {
  Route route;
  route.types = {"file.*"};
  EXPECT_TRUE(accepts(route, external("/blob/a", "file.created")));
  EXPECT_FALSE(accepts(route, external("/blob/a", "row.changed")));
}

TEST(Selection, FiltersOverTheCloudEvent) {
  Route route;
  route.filter = jq(".data.size > 10");
  EXPECT_TRUE(accepts(route, external("/blob/a", "x", R"({"size":11})")));
  EXPECT_FALSE(accepts(route, external("/blob/a", "x", R"({"size":10})")));
  EXPECT_FALSE(accepts(route, external("/blob/a", "x")));
  route.filter = jq("select(.data.size > 10)");
  EXPECT_FALSE(accepts(route, external("/blob/a", "x"))) << "no result is no";
}

// CHECKLIST 22.
TEST(Selection, TransformsTheCloudEventOrLeavesItAsItIs) {
  Route route;
  const Event event = external("/blob/a", "x", R"({"b":1, "a":[1,2]})");
  EXPECT_EQ(Selection(route, 0).transformed(offer(event))->text(), event.text.text());
  route.transform = jq("{from: .source, sum: (.data.a | add), all: .data}");
  EXPECT_EQ(Selection(route, 0).transformed(offer(event))->text(),
            R"({"all":{"a":[1,2],"b":1},"from":"/blob/a","sum":3})");
}

TEST(Selection, SignalsTheWorkflowThatTheExpressionNames) {
  Route route;
  route.name = "continue";
  route.handler = SignalOnEvent{.workflow = jq(".data.run"), .signal = "go on"};
  route.transform = jq(".data.parameters");
  const auto command = [&](std::string_view data) {
    return Selection(route, 0).command(offer(external("/lab", "decision", data)));
  };
  const auto signal = command(R"({"run":"281474976710657","parameters":{"lr":0.1}})");
  ASSERT_TRUE(signal);
  EXPECT_EQ(std::get<SignalByEvent>(*signal).workflow, make_workflow_id(1, 1));
  EXPECT_EQ(std::get<SignalByEvent>(*signal).name, "go on");
  EXPECT_EQ(std::get<SignalByEvent>(*signal).payload.text(), R"({"lr":0.1})");
  EXPECT_EQ(std::get<SignalByEvent>(*command(R"({"run":12})")).workflow, make_workflow_id(0, 12));
  for (const char* bad : {R"({"run":null})", R"({"run":"0"})", R"({"run":-1})", R"({"run":1.5})",
                          R"({"run":"12 "})", R"({"run":"99999999999999999999"})"}) {
    const auto refused = command(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_THAT(refused.error().message, HasSubstr("is not the id of a workflow"));
  }
}

// Whatever a filter looks at, it says of every kind of event what it says of its CloudEvent.
TEST(Selection, AsksAFilterOverTheTypeOnceAKindWithTheSameResult) {
  for (const char* text :
       {"true", "null", "empty", ".type", ".typo", ".type == \"gnomon.node_end\"",
        ".type | endswith(\"_end\")", ".source == \"/gnomon/shard/3\" and (.type > \"gnomon.n\")",
        ".datacontenttype == \"application/json\"", ".specversion == \"1.0\"", ".id != null",
        ".data.kind == \"node_end\"", "has(\"data\")",
        "if .type == \"gnomon.node_end\" then error(\"no\") else true end"}) {
    Route route;
    route.filter = jq(text);
    const Selection selection(route, 3);
    for (std::size_t i = 0; i < kEventKindCount; ++i) {
      const auto kind = static_cast<EventKind>(i);
      if (kind == EventKind::kExternal) continue;
      Event event = an_event(kind);
      event.shard = 3;
      const OfferedEvent offered = offer(event);
      const Expected<bool> expected = route.filter->evaluate_bool(offered.text());
      const Expected<bool> found = selection.accepts(offered);
      ASSERT_EQ(found.has_value(), expected.has_value()) << text << " of " << to_string(kind);
      if (expected) {
        EXPECT_EQ(*found, *expected) << text << " of " << to_string(kind);
      }
    }
  }
}

TEST(Selection, KnowsByTheKindAloneWhatAFilterOverTheTypeLeavesOut) {
  Route route;
  route.filter = jq(".type == \"gnomon.node_end\"");
  const Selection selection(route, 0);
  EXPECT_TRUE(selection.may_accept(EventKind::kNodeEnded));
  EXPECT_FALSE(selection.may_accept(EventKind::kNodeStarted));
  EXPECT_TRUE(selection.may_accept(EventKind::kExternal)) << "of which types are not known";
}

TEST(Selection, KeepsASignallingRouteFromAnsweringItself) {
  Route route;
  route.handler = SignalOnEvent{.workflow = jq(".data.workflow.id"), .signal = "again"};
  EXPECT_FALSE(Selection(route, 0).may_accept(EventKind::kSignalReceived));
  EXPECT_TRUE(Selection(route, 0).may_accept(EventKind::kNodeEnded));
}

TEST(Selection, EndsAChainOfWorkflowsThatStartOneAnother) {
  Route route;
  route.name = "loop";
  route.handler = StartOnEvent{.workflow = {.name = "w", .version = {}, .definition = {}}};
  const auto names = [](std::uint32_t hops) {
    return std::make_shared<WorkflowNames>(WorkflowNames{.hops = hops});
  };
  const Event event = an_event(EventKind::kWorkflowEnded);
  const auto command = Selection(route, 0).command(offer(event, names(kMaxEventHops - 1)));
  ASSERT_TRUE(command);
  EXPECT_EQ(std::get<StartByEvent>(*command).labels.text(),
            R"({"event_hops":"16","event_route":"loop"})");
  const auto refused = Selection(route, 0).command(offer(event, names(kMaxEventHops)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "16 workflows have started one another by events");
}

// CHECKLIST 74 and 75: the runtime publishes, and the ActionService hears of it.
TEST(Selection, MakesAPublishedEventTheEndOfAnAttempt) {
  Route route;
  route.handler = CallbackOnEvent{};
  route.transform = jq(".data");
  const auto ended = [&](std::string_view data) {
    return Selection(route, 0).command(offer(external("/gpu-farm", "job.done", data)));
  };
  auto command = ended(
      R"({"workflow":"12","node":3,"attempt":2,"outcome":"succeeded","result":{"loss":0.1}})");
  ASSERT_TRUE(command) << command.error().message;
  const auto& success = std::get<ActionEnded>(*command);
  EXPECT_EQ(success.key, (ActionKey{make_workflow_id(0, 12), 3, 2}));
  EXPECT_EQ(success.outcome, Outcome::kSucceeded);
  EXPECT_EQ(success.result.text(), R"({"loss":0.1})");

  command =
      ended(R"({"workflow":"12","node":3,"attempt":2,"outcome":"failed","error_class":"lost",)"
            R"("reason":"line 1\nline \"2\" \u0001\\"})");
  ASSERT_TRUE(command) << command.error().message;
  const auto& failure = std::get<ActionEnded>(*command);
  EXPECT_EQ(failure.outcome, Outcome::kFailed);
  EXPECT_EQ(failure.error, ErrorClass::kLost);
  EXPECT_EQ(failure.result.text(), "line 1\nline \"2\" \x01\\");

  command = ended(R"({"workflow":"12","node":3,"attempt":2,"outcome":"failed"})");
  EXPECT_EQ(std::get<ActionEnded>(*command).error, ErrorClass::kPermanent);
}

TEST(Selection, RefusesACallbackThatSaysTooLittle) {
  Route route;
  route.handler = CallbackOnEvent{};
  route.transform = jq(".data");
  for (const char* bad : {"null", "[]", "\"x\"", R"({"workflow":"12"})",
                          R"({"workflow":"12","node":"three","attempt":1,"outcome":"succeeded"})",
                          R"({"workflow":"12","node":-3,"attempt":1,"outcome":"succeeded"})",
                          R"({"workflow":"12","node":3,"attempt":1})",
                          R"({"workflow":"12","node":3,"attempt":1,"outcome":"skipped"})",
                          R"({"workflow":"12","node":3,"attempt":1,"outcome":"well"})",
                          R"({"node":3,"attempt":1,"outcome":"succeeded"})"}) {
    EXPECT_FALSE(Selection(route, 0).command(offer(external("/gpu", "job.done", bad)))) << bad;
  }
  EXPECT_FALSE(Selection(route, 0).may_accept(EventKind::kAnswerIgnored));
}

}  // namespace
}  // namespace gnomon
