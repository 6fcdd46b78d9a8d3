#include "reports/render/dot.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <string>

#include "reports/render/condensed.h"
#include "reports/render/dot_drawing.h"
#include "tests/golden/golden.h"
#include "tests/reports/sample.h"
#include "tests/reports/xml.h"

namespace gnomon::reports {
namespace {

Dag small_dag() {
  const RunView run = small_sample();
  return make_dag(run, run.workflows()[0]);
}

TEST(Dot, OfAWorkflowOfSeveralKindsAndStates) {
  golden::expect_golden("reports/small.dot", to_dot(small_dag(), {Direction::kDown}));
}

/// A map whose two sub-workflows are drawn with it.
RunView nested_sample() {
  RunView run;
  const WorkflowId parent = add_sample(run, "parent",
                                       {{.name = "prepare", .ready = 0s, .ended = 5s},
                                        {.name = "train each",
                                         .after = {"prepare"},
                                         .ready = 6s,
                                         .ended = 60s,
                                         .kind = NodeKind::kMap}});
  for (std::uint32_t slot = 0; slot < 2; ++slot) {
    WorkflowRow row;
    row.parent = {parent, 1};
    row.slot = slot;
    add_sample(run, "train one",
               {{.name = "fit", .ready = 7s, .ended = 20s + slot * 20s},
                {.name = "score", .after = {"fit"}, .ready = 41s, .ended = 45s + slot * 1s}},
               row);
  }
  run.finish();
  return run;
}

TEST(Dot, OfSubworkflowsInClusters) {
  const RunView run = nested_sample();
  golden::expect_golden("reports/nested.dot",
                        to_dot(make_dag(run, run.workflows()[0]), {Direction::kRight}));
}

TEST(Dot, HoldsDefinitionsOfTheWorkflowItselfAndMarksTheNodesOfOthers) {
  const RunView run = nested_sample();
  const std::vector<std::string> definitions = {R"({"prepare":{}})", R"({"train each":{}})"};
  const std::string text =
      to_dot(make_dag(run, run.workflows()[0]), {.node_definitions = definitions});
  EXPECT_NE(text.find(R"(definition="{\"train each\":{}}"])"), std::string::npos) << text;
  std::size_t inner = 0;
  for (std::size_t at = text.find("inner=true"); at != text.npos;
       at = text.find("inner=true", at + 1))
    ++inner;
  EXPECT_EQ(inner, 4u);
}

TEST(Dot, CondensedByStage) {
  const RunView run =
      layered_sample({.layers = 6, .width = 50, .slots = 20, .failures_per_mille = 10});
  golden::expect_golden("reports/condensed.dot",
                        to_condensed_dot(make_dag(run, run.workflows()[0]), 3));
}

TEST(Dot, AnEmptyWorkflowIsAGraphToo) {
  RunView run;
  add_sample(run, "nothing", {});
  run.finish();
  const Dag dag = make_dag(run, run.workflows()[0]);
  EXPECT_TRUE(draw_with_dot(to_dot(dag, {})).has_value());
  EXPECT_TRUE(draw_with_dot(to_condensed_dot(dag)).has_value());
}

/// Draws a workflow of two nodes with this name and reason, and checks that they are two, and XML.
void expect_harmless(const std::string& name) {
  RunView run;
  add_sample(run, name,
             {{.name = name, .ready = 0s, .ended = 1s, .outcome = Outcome::kFailed, .reason = name},
              {.name = name + "2", .after = {name}, .kind = NodeKind::kCondition}});
  run.finish();
  const Dag dag = make_dag(run, run.workflows()[0]);
  for (const std::string& dot : {to_dot(dag, {}), to_condensed_dot(dag)}) {
    const Expected<Drawing> drawing = draw_with_dot(dot);
    ASSERT_TRUE(drawing.has_value()) << drawing.error().message << "\n" << dot;
    EXPECT_EQ(xml_problem(drawing->svg), "") << dot;
    std::size_t nodes = 0;
    for (std::size_t at = 0; (at = drawing->svg.find("class=\"node", at)) != std::string::npos;
         ++at)
      ++nodes;
    EXPECT_EQ(nodes, dot.find("s0 [") == std::string::npos ? 2u : 4u) << dot;
  }
}

TEST(Dot, NoNameCanBreakOut) {
  for (const std::string& name : std::vector<std::string>{
           R"("]; evil [label="x)", "<b>bold</b>", "a&b;", "&#60;", "line\nbreak\\n\\N\\G\\",
           "tab\ttab", "\xff\xfe bytes", "数据 🚀", "-->", "<!--", "]]>", "\\", "\"",
           std::string(256, 'x'), std::string("nul\0nul", 7), "\u202Ereversed"}) {
    expect_harmless(name);
  }
}

TEST(Dot, NoRandomBytesBreakOut) {
  rc::check([](const std::string& name) {
    if (name.size() < 256) expect_harmless("n" + name);
    RC_ASSERT(!testing::Test::HasFailure());
  });
}

TEST(Direction, FollowsTheShape) {
  const RunView wide = layered_sample({.layers = 2, .width = 10, .slots = 5});
  const RunView tall = layered_sample({.layers = 3, .width = 40, .slots = 5});
  EXPECT_EQ(direction_of(make_dag(wide, wide.workflows()[0])), Direction::kRight);
  EXPECT_EQ(direction_of(make_dag(tall, tall.workflows()[0])), Direction::kRight);
  const RunView deep = layered_sample({.layers = 30, .width = 3, .slots = 5});
  EXPECT_EQ(direction_of(make_dag(deep, deep.workflows()[0])), Direction::kDown);
}

}  // namespace
}  // namespace gnomon::reports
