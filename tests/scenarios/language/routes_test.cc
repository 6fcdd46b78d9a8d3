#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/scenario.h"
#include "tests/scenarios/language/load_text.h"

namespace gnomon::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Routes, SayAllThatTheEngineKnows) {
  const auto scenario = load_text(R"(
workflows: {w: {nodes: {a: {pass: {}}}}}
tenants: {lab: {}}
sources: {jobs: {type: job.done}}
subscribers:
  all: {sink: {file: a.jsonl}}
  some: {source: jobs, types: [job.*, x], from: first, was: few, sink: {file: b.jsonl}}
routes:
  ends:
    source: jobs
    types: job.done
    transform: .data
    batch: 7
    from: first
    was: done
    answer_timeout: 5s
    retry_delay: 1s
    max_retry_delay: 20s
    handler: {callback: {}}
  next: {source: engine, types: gnomon.workflow_end, handler: {start: {workflow: w, tenant: lab, priority: 3}}}
)");
  ASSERT_TRUE(scenario) << scenario.error().to_string();
  const Route& all = scenario->subscribers[0].route;
  EXPECT_EQ(all.name, "all");
  EXPECT_EQ(all.source, "*");
  EXPECT_THAT(all.types, IsEmpty());
  EXPECT_EQ(all.batch, 100u);
  EXPECT_FALSE(all.from_first_event);
  const Route& some = scenario->subscribers[1].route;
  EXPECT_EQ(some.source, "jobs");
  EXPECT_THAT(some.types, ElementsAre("job.*", "x"));
  EXPECT_TRUE(some.from_first_event);
  EXPECT_EQ(some.was, "few");
  const Route& ends = scenario->routes[0].route;
  EXPECT_EQ(ends.name, "ends");
  EXPECT_EQ(ends.source, "jobs");
  EXPECT_THAT(ends.types, ElementsAre("job.done"));
  EXPECT_EQ(ends.transform->text(), ".data");
  EXPECT_EQ(ends.batch, 7u);
  EXPECT_TRUE(ends.from_first_event);
  EXPECT_EQ(ends.was, "done");
  EXPECT_EQ(ends.answer_timeout, 5s);
  EXPECT_EQ(ends.retry_delay, 1s);
  EXPECT_EQ(ends.max_retry_delay, 20s);
  EXPECT_TRUE(std::holds_alternative<CallbackOnEvent>(ends.handler));
  const Route& next = scenario->routes[1].route;
  EXPECT_EQ(next.source, kEngineSource);
  const auto& start = std::get<StartOnEvent>(next.handler);
  EXPECT_EQ(start.workflow.name, "w");
  EXPECT_EQ(start.tenant, "lab");
  EXPECT_EQ(start.priority, 3);
}

std::vector<std::string> errors_in(const char* routes) {
  return errors_of(
      "workflows: {w: {nodes: {a: {pass: {}}}}}\nsubscribers: {ui: {sink: {simulate: {}}}}\n"
      "routes: " +
      std::string{routes});
}

TEST(Routes, HaveNamesOfTheirOwn) {
  EXPECT_THAT(errors_in("[{source: engine, handler: {start: w}}]"),
              ElementsAre("s.yaml:3:9: expected a map, found a list"));
  EXPECT_THAT(errors_in("{'': {source: engine, handler: {start: w}}}"),
              ElementsAre(HasSubstr("a name has 1 to 256 bytes")));
  EXPECT_THAT(errors_in("{a: {source: engine, handler: {start: w}}, a: {source: engine, handler: "
                        "{start: w}}}"),
              ElementsAre(HasSubstr("'a'")));
  EXPECT_THAT(errors_in("{ui: {source: engine, handler: {start: w}}}"),
              ElementsAre(HasSubstr("'ui' is a subscriber already: a route needs a name of its "
                                    "own")));
  EXPECT_THAT(
      errors_in("{source/a: {source: engine, handler: {start: w}}}"),
      ElementsAre(HasSubstr("names that begin with 'source/' or 'from/' are the engine's own")));
}

TEST(Routes, CannotHaveBeenOnesThatAreThereStill) {
  EXPECT_THAT(errors_in("{a: {source: engine, handler: {start: w}}, b: {source: engine, was: a, "
                        "handler: {start: w}}}"),
              ElementsAre(HasSubstr("'b' cannot have been 'a', which is there still")));
  EXPECT_THAT(errors_in("{b: {source: engine, was: ui, handler: {start: w}}}"),
              ElementsAre(HasSubstr("'b' cannot have been 'ui', which is there still")));
}

TEST(Routes, CannotHaveBeenTheEnginesOwn) {
  EXPECT_THAT(errors_in("{b: {source: engine, was: source/blob, handler: {start: w}}}"),
              ElementsAre(HasSubstr("'b' cannot have been 'source/blob': names that begin with "
                                    "'source/' or 'from/' are the engine's own")));
}

TEST(Routes, ThatNothingCouldEverTakeAreMistakes) {
  EXPECT_THAT(errors_in("{a: {source: engine, types: gnomon.node_ended, handler: {start: w}}}"),
              ElementsAre(HasSubstr("no event of the engine is of the type 'gnomon.node_ended' "
                                    "(did you mean 'gnomon.node_end'?)")));
  EXPECT_THAT(errors_in("{a: {source: engine, handler: {callback: {}}}}"),
              ElementsAre(HasSubstr("'callback' needs a source")));
  EXPECT_THAT(errors_of("sources: {'b*': {type: x}}"),
              ElementsAre(HasSubstr("the name of a source cannot hold '*'")));
  EXPECT_THAT(errors_of("sources: {engine: {type: x}}"),
              ElementsAre(HasSubstr("'engine' is the source of the engine's own events")));
}

TEST(Routes, ShareTheSameBounds) {
  EXPECT_THAT(errors_in("{a: {source: engine, batch: 0, handler: {start: w}}}"),
              ElementsAre(HasSubstr("expected an integer from 1 to 10000")));
  EXPECT_THAT(errors_in("{a: {source: engine, retry_delay: 2m, handler: {start: w}}}"),
              ElementsAre(HasSubstr("max_retry_delay is shorter than retry_delay")));
}

}  // namespace
}  // namespace gnomon::scenarios
