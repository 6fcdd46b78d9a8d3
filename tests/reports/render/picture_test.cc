#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "reports/render/dag_picture.h"
#include "reports/render/layers.h"
#include "reports/render/load_chart.h"
#include "reports/render/timeline.h"
#include "tests/reports/sample.h"
#include "tests/reports/xml.h"

namespace gnomon::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

Dag dag_of(const RunView& run) {
  return make_dag(run, run.workflows()[0]);
}

TEST(Layout, SetsNoTwoNodesOnOnePlace) {
  const RunView run = layered_sample({.layers = 20, .width = 1000});
  const Layout layout = lay_out(dag_of(run));
  std::set<std::pair<float, float>> places;
  for (std::size_t i = 0; i < layout.x.size(); ++i) {
    places.emplace(layout.x[i], layout.y[i]);
    EXPECT_GE(layout.x[i], 0);
    EXPECT_LE(layout.x[i], layout.width);
    EXPECT_LE(layout.y[i], layout.height);
  }
  EXPECT_EQ(places.size(), 20'000u);
}

TEST(Layout, SetsDependentsBelow) {
  const RunView run = layered_sample({.layers = 20, .width = 100});
  const Dag dag = dag_of(run);
  const Layout layout = lay_out(dag);
  for (const Dag::Edge& edge : dag.edges) EXPECT_LT(layout.y[edge.from], layout.y[edge.to]);
}

TEST(Layout, UncrossesWhatCanBeUncrossed) {
  // Node i of one layer leads to node width - 1 - i of the next.
  Dag dag;
  constexpr std::uint32_t kWidth = 40;
  dag.nodes.resize(2 * kWidth);
  for (std::uint32_t i = 0; i < 2 * kWidth; ++i) dag.nodes[i].stage = i / kWidth;
  for (std::uint32_t i = 0; i < kWidth; ++i) dag.edges.push_back({i, 2 * kWidth - 1 - i});
  const Layout layout = lay_out(dag);
  for (const Dag::Edge& edge : dag.edges) EXPECT_FLOAT_EQ(layout.x[edge.from], layout.x[edge.to]);
}

TEST(Layout, CutsAVeryLongWorkflowIntoStrips) {
  const RunView run = layered_sample({.layers = 5000, .width = 1, .slots = 1});
  const Layout layout = lay_out(dag_of(run));
  EXPECT_LT(layout.height, 3 * layout.width);
  EXPECT_LT(layout.width, 3 * layout.height);
}

TEST(DagPicture, OfASmallWorkflowIsDots) {
  const std::string svg = draw_dag(dag_of(small_sample()));
  EXPECT_EQ(xml_problem(svg), "");
  EXPECT_THAT(svg, HasSubstr("wait for upload"));
  EXPECT_THAT(svg, HasSubstr("critical path"));
  EXPECT_THAT(svg, Not(HasSubstr("Every node")));
}

TEST(DagPicture, OfALargeWorkflowHasFourPartsAndABoundedSize) {
  const RunView run = layered_sample({.failures_per_mille = 1});
  const std::string svg = draw_dag(dag_of(run));
  EXPECT_EQ(xml_problem(svg), "");
  for (const char* part : {"By stage", "Every node", "Around the failures", "The critical path"}) {
    EXPECT_THAT(svg, HasSubstr(part));
  }
  EXPECT_LT(svg.size(), 5'000'000u);
}

TEST(DagPicture, OfManyEdgesIsNotLeftToDot) {
  const std::string svg = draw_dag(dag_of(small_sample()), {.max_dot_edges = 3});
  EXPECT_EQ(xml_problem(svg), "");
  EXPECT_THAT(svg, HasSubstr("Every node"));
}

TEST(DagPicture, ComesAlsoWhenDotGivesUp) {
  const std::string svg = draw_dag(dag_of(small_sample()), {.limits = {.time = 0s}});
  EXPECT_EQ(xml_problem(svg), "");
  EXPECT_THAT(svg, HasSubstr("dot took longer"));
  EXPECT_THAT(svg, HasSubstr("Every node"));
}

TEST(Timeline, OfAFewNodesNamesEach) {
  const RunView run = small_sample();
  const std::string svg = draw_timeline(run, &run.workflows()[0]);
  EXPECT_EQ(xml_problem(svg), "");
  for (const char* name : {"extract", "wait for upload", "1m 18s · 3 attempts"})
    EXPECT_THAT(svg, HasSubstr(name));
}

TEST(Timeline, ShowsTheNodesOfSubworkflows) {
  RunView run;
  const WorkflowId parent = add_sample(
      run, "search", {{.name = "trials", .ready = 0s, .ended = 60s, .kind = NodeKind::kMap}});
  WorkflowRow row;
  row.parent = {parent, 0};
  add_sample(run, "trial", {{.name = "fit", .ready = 1s, .ended = 59s}}, row);
  run.finish();
  EXPECT_THAT(draw_timeline(run, &run.workflows()[0]), HasSubstr("trial/fit"));
}

TEST(Timeline, OfManyNodesIsGrouped) {
  const RunView run = layered_sample({});
  const std::string svg = draw_timeline(run, &run.workflows()[0]);
  EXPECT_EQ(xml_problem(svg), "");
  for (const char* part :
       {"Load of each runtime", "Load of each stage", "Slots of batch", "The critical path"}) {
    EXPECT_THAT(svg, HasSubstr(part));
  }
  EXPECT_LT(svg.size(), 2'000'000u);
}

TEST(Timeline, OfAWholeRunAndOfNothing) {
  const RunView run = small_sample();
  EXPECT_EQ(xml_problem(draw_timeline(run, nullptr)), "");
  RunView empty;
  empty.finish();
  EXPECT_EQ(xml_problem(draw_timeline(empty, nullptr)), "");
}

TEST(MeanLevels, KeepTheIntegral) {
  const TimeAxis axis(from_ns(0), from_ns(1000));
  const std::vector<Load::Hold> holds = {{from_ns(5), from_ns(995), 2},
                                         {from_ns(101), from_ns(103), 5},
                                         {from_ns(-50), from_ns(10), 1}};
  double sum = 0;
  for (const double level : mean_levels(holds, axis, 10)) sum += level * 100;
  EXPECT_NEAR(sum, 990 * 2 + 2 * 5 + 10, 1);
}

TEST(MostAtOnce, IsThePeakWhereALevelOfAPixelIsAMean) {
  const std::vector<Load::Hold> holds = {{from_ns(0), from_ns(10), 2},
                                         {from_ns(10), from_ns(20), 3},
                                         {from_ns(15), from_ns(16), 5},
                                         {from_ns(18), from_ns(18), 9}};
  EXPECT_EQ(most_at_once(holds), 8);
  EXPECT_EQ(most_at_once({}), 0);
}

TEST(TimeAxis, TicksAreRound) {
  const auto texts = [](Duration span) {
    std::vector<std::string> result;
    for (const TimeAxis::Tick& tick : TimeAxis(kSampleBegin, kSampleBegin + span).ticks())
      result.push_back(tick.text);
    return result;
  };
  EXPECT_THAT(texts(100ns), testing::ElementsAre("0s", "10ns", "20ns", "30ns", "40ns", "50ns",
                                                 "60ns", "70ns", "80ns", "90ns", "100ns"));
  EXPECT_THAT(texts(5min), testing::ElementsAre("0s", "30s", "1m 00s", "1m 30s", "2m 00s", "2m 30s",
                                                "3m 00s", "3m 30s", "4m 00s", "4m 30s", "5m 00s"));
  EXPECT_LE(texts(24h * 7).size(), 11u);
  EXPECT_LE(texts(Duration::max() - Duration{to_ns(kSampleBegin)}).size(), 11u);
}

}  // namespace
}  // namespace gnomon::reports
