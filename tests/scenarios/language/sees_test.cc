#include "scenarios/language/sees.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/events/cloud_event.h"
#include "engine/model/definition.h"
#include "scenarios/language/scenario_type.h"
#include "tests/scenarios/language/load_text.h"

namespace gnomon::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string problem(std::string_view text, const Sees& sees) {
  std::string all;
  for (const std::string& each : never_seen(Expression::compile(text).value(), sees))
    all += (all.empty() ? "" : "\n") + each;
  return all;
}

TEST(Sees, TellsARootThatIsNeverThereWithWhatWasProbablyMeant) {
  EXPECT_EQ(problem(".inptu.x > 1", node_sees()),
            "'.inptu' is always null (did you mean 'input'?)");
  EXPECT_EQ(problem("{n: .m}", {"input"}), "'.m' is always null; there is only input");
  EXPECT_EQ(problem(".x // .y", {"n", "u"}),
            "'.x' is always null; there are n, u\n'.y' is always null; there are n, u");
}

TEST(Sees, TellsWhatIsNeverThereFurtherInside) {
  EXPECT_EQ(problem(".nodes.a.outptu.x", node_sees()),
            "'.nodes.a.outptu' is always null (did you mean 'output'?)");
  EXPECT_EQ(problem(".data.workflow.team", engine_event_sees()),
            "'.data.workflow.team' is always null; there are id, key, labels, name, parent, "
            "tenant, version in '.data.workflow'");
  EXPECT_EQ(problem(".data.x", engine_event_sees()),
            "'.data.x' is always null; there are attempt, definition, delay_ns, due, error_class, "
            "idle_ns, kind, load_percent, ... in '.data'");
}

TEST(Sees, LetsPassWhatMayBeThere) {
  for (const char* text : {".input.anything.at.all", ".nodes[.input.x].outptu", ".nodes.a", ".",
                           ".nodes.a.output.deep.inside", ".workflow.run > 0",
                           ".nodes | to_entries", ".input | .inptu"})
    EXPECT_EQ(problem(text, node_sees()), "") << text;
  EXPECT_EQ(problem(".whatever", {}), "");
}

/// Every key of an engine's event is among those that an expression may read, and nothing else is.
TEST(Sees, KnowsTheKeysOfTheEventsOfTheEngine) {
  const DefinitionPtr definition = loaded(R"(
runtimes: {cpu: {otherwise: 1s}}
workflows: {w: {nodes: {a: {task: {runtime: cpu, action: x}}}}}
)")
                                       .workflows.front();
  const WorkflowNames names{.definition = definition,
                            .tenant = "t",
                            .key = "k",
                            .labels = Payload(R"({"team":"ads"})"),
                            .parent = {make_workflow_id(0, 1), 0}};
  std::string events;
  for (std::size_t kind = 0; kind < kEventKindCount; ++kind) {
    if (static_cast<EventKind>(kind) == EventKind::kExternal) continue;
    Event event;
    event.kind = static_cast<EventKind>(kind);
    event.workflow = make_workflow_id(0, 2);
    event.node = 0;
    event.attempt = 1;
    event.outcome = 1;
    event.error_class = 1;
    event.text = Payload("text");
    events += (events.empty() ? "[" : ",") + std::string(cloud_event(event, &names).json());
  }
  const auto paths = Expression::compile(R"jq(
    [.[] | to_entries[] | .key as $a | if $a != "data" then $a else
      (.value | to_entries[] | .key as $b | if $b == "node" or $b == "workflow" then
        (.value | to_entries[] | .key as $c | if $c == "parent" then
          (.value | to_entries[] | "data.\($b).\($c).\(.key)") else "data.\($b).\($c)" end)
        else "data.\($b)" end) end] | unique | join(" "))jq");
  ASSERT_TRUE(paths.has_value()) << paths.error().message;
  const auto found = paths->evaluate(Payload(events + "]"));
  ASSERT_TRUE(found.has_value()) << found.error().message;
  std::string known = "\"";
  for (const std::string_view path : engine_event_sees())
    known += (known.size() > 1 ? " " : "") + std::string(path);
  EXPECT_EQ(found->json(), known + "\"");
}

TEST(Sees, KnowsWhatTheReferenceTellsOfEveryKindOfEvent) {
  const std::string page = language_reference();
  for (std::size_t kind = 0; kind < kEventKindCount; ++kind) {
    if (static_cast<EventKind>(kind) == EventKind::kExternal) continue;
    EXPECT_THAT(page, HasSubstr(fmt::format("`{}`", to_string(static_cast<EventKind>(kind)))));
  }
}

TEST(Sees, IsAskedOfEveryExpressionOfAScenario) {
  const std::string head =
      "runtimes: {cpu: {otherwise: 1s}}\nworkflows:\n  w:\n    nodes:\n      a: {pass: {}}\n";
  for (const char* line :
       {"      b: {pass: {}, when: .inptu}",
        "      b: {wait: 1s, input: '{x: .inptu}'}",
        "      b: {wait: 1s, output: .inptu}",
        "      b: {wait: {until: .inptu}}",
        "      b: {condition: {when: .inptu, then: a}}",
        "      b: {condition: {cases: [{when: .inptu, then: a}]}}",
        "      b: {loop: {body: c, while: .inptu, max_iterations: 2}}",
        "      b: {map: {items: .inptu, body: c}}",
        "      b: {task: {runtime: cpu, action: x, units: .inptu}}",
        "      b: {task: {runtime: cpu, action: x}, simulate: {output: .inptu}}",
        "      b: {task: {runtime: cpu, action: x}, simulate: {duration_from: .inptu}}",
        "    output: .inptu",
        "traffic: {t: {workflow: w, input: .inptu}}",
        "schedules: {s: {workflow: w, every: 1h, input: '{day: .inptu}'}}",
        "sources: {s: {data: .inptu}}",
        "routes: {r: {source: engine, filter: .inptu, handler: "
        "{start: w}}}",
        "routes: {r: {source: engine, transform: .data.inptu, handler: {start: w}}}",
        "routes: {r: {source: engine, handler: {signal: {name: x, workflow_id: .inptu}}}}",
        "subscribers: {r: {source: engine, filter: .inptu, sink: {simulate: {}}}}",
        "subscribers: {r: {filter: .Inptu, sink: {simulate: {}}}}"}) {
    EXPECT_THAT(
        errors_of(
            head + line + "\n" +
            (std::string_view(line).starts_with(' ') ? "  c: {nodes: {a: {pass: {}}}}\n" : "")),
        ElementsAre(
            testing::AllOf(HasSubstr("nptu' is always null"), HasSubstr("in this expression"))))
        << line;
  }
}

TEST(Sees, LetsThePublisherOfAnEventSayWhatItLikes) {
  const std::string head = "workflows: {w: {nodes: {a: {pass: {}}}}}\nsources: {s: {}}\n";
  EXPECT_THAT(errors_of(head + "routes: {r: {source: s, filter: .partitionkey == .data.inptu, "
                               "handler: {start: w}}}\n"),
              IsEmpty());
}

TEST(Sees, IsNotAskedOfADefinitionThatWasAccepted) {
  EXPECT_TRUE(decode_workflow("w", R"({"nodes": {"a": {"pass": {}, "when": ".inptu"}}})"));
}

}  // namespace
}  // namespace gnomon::scenarios
