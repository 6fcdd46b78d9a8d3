#include "reports/render/dag.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/reports/sample.h"

namespace gnomon::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Dag dag_of(const RunView& run, std::uint32_t max_nested = 400) {
  return make_dag(run, run.workflows()[0], max_nested);
}

RunView map_of_three() {
  RunView run;
  const WorkflowId parent =
      add_sample(run, "parent",
                 {{.name = "map", .ready = 0s, .ended = 60s, .kind = NodeKind::kMap},
                  {.name = "after", .after = {"map"}, .ready = 61s, .ended = 62s}});
  for (std::uint32_t slot = 0; slot < 3; ++slot) {
    WorkflowRow row;
    row.parent = {parent, 0};
    row.slot = slot;
    add_sample(run, "child",
               {{.name = "in", .ready = 1s, .ended = 10s + slot * 10s},
                {.name = "out", .after = {"in"}, .ready = 31s, .ended = 35s + slot * 1s}},
               row);
  }
  run.finish();
  return run;
}

TEST(Dag, SaysWhatBecameOfEachNode) {
  const RunView run = small_sample();
  const Dag dag = dag_of(run);
  ASSERT_EQ(dag.nodes.size(), 7u);
  EXPECT_EQ(dag.nodes[4].state, NodeState::kFailed);
  EXPECT_EQ(dag.nodes[4].runtime, "gpu");
  EXPECT_EQ(dag.nodes[2].attempts, 3u);
  EXPECT_EQ(dag.nodes[6].stage, 4u);
  EXPECT_THAT(dag.subtitle, HasSubstr("7 nodes, 7 edges"));
  EXPECT_EQ(std::ranges::count_if(dag.nodes, &Dag::Node::critical), 4);
  EXPECT_EQ(std::ranges::count_if(dag.edges, &Dag::Edge::critical), 3);
}

TEST(Dag, DrawsSubworkflowsAsClusters) {
  const RunView run = map_of_three();
  const Dag dag = dag_of(run);
  EXPECT_EQ(dag.nodes.size(), 2u + 3 * 2);
  EXPECT_EQ(dag.clusters.size(), 4u);
  EXPECT_EQ(dag.nodes[0].children, 3u);
  EXPECT_EQ(dag.nodes[0].hidden, 0u);
  EXPECT_EQ(std::ranges::count_if(dag.edges, &Dag::Edge::starts), 3);
  // The map waited for its last child only.
  EXPECT_FALSE(dag.nodes[2].critical);
  EXPECT_TRUE(dag.nodes[7].critical);
}

TEST(Dag, CountsTheSubworkflowsThatItHasNoRoomFor) {
  const RunView run = map_of_three();
  const Dag dag = dag_of(run, 5);
  EXPECT_EQ(dag.nodes.size(), 2u + 2 * 2);
  EXPECT_EQ(dag.nodes[0].children, 3u);
  EXPECT_EQ(dag.nodes[0].hidden, 1u);
}

TEST(Dag, ThePartAroundFailuresHoldsTheirNeighbours) {
  const RunView run = small_sample();
  const Dag part = part_around_failures(dag_of(run), 10);
  std::vector<std::string> names;
  for (const Dag::Node& node : part.nodes) names.push_back(node.name);
  EXPECT_THAT(names, ElementsAre("enough rows?", "train", "publish"));
  EXPECT_EQ(part.edges.size(), 2u);
}

TEST(Dag, PartsStayWithinTheirLimit) {
  const RunView run =
      layered_sample({.layers = 40, .width = 30, .slots = 10, .failures_per_mille = 5});
  const Dag dag = dag_of(run);
  EXPECT_LE(part_around_failures(dag, 20).nodes.size(), 20u);
  const RunView whole = layered_sample({.layers = 40, .width = 30, .slots = 10});
  const Dag path = part_around_critical_path(dag_of(whole), 20);
  EXPECT_LE(path.nodes.size(), 20u);
  EXPECT_GE(std::ranges::count_if(path.nodes, &Dag::Node::critical), 10);
}

TEST(Dag, APartOfTheCriticalPathSaysHowMuchIsLeftOut) {
  const RunView run = layered_sample({.layers = 100, .width = 1, .slots = 1});
  const Dag dag = dag_of(run);
  const Dag path = part_around_critical_path(dag, 20);
  EXPECT_EQ(path.nodes.size(), 10u);
  ASSERT_EQ(path.edges.size(), 9u);  // one chain, whatever lies between
  const auto first = dag.nodes.begin();
  for (const Dag::Edge& edge : path.edges) {
    const auto place = [&](std::uint32_t node) {
      return std::ranges::find(dag.nodes, path.nodes[node].name, &Dag::Node::name) - first;
    };
    EXPECT_EQ(edge.omitted, place(edge.to) - place(edge.from) - 1);
  }
}

}  // namespace
}  // namespace gnomon::reports
