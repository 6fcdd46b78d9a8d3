#include "reports/view/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gnomon::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<Graph::Node> named(std::initializer_list<const char*> names) {
  std::vector<Graph::Node> nodes;
  for (const char* name : names) nodes.push_back({.name = name});
  return nodes;
}

TEST(Graph, KeepsEdgesBothWaysAndCountsThemOnce) {
  const Graph graph =
      Graph::make("g", "1", named({"a", "b", "c", "d"}), {{0, 2}, {0, 1}, {1, 3}, {2, 3}, {0, 1}})
          .value();
  EXPECT_THAT(graph.dependents(0), ElementsAre(1, 2));
  EXPECT_THAT(graph.dependencies(3), ElementsAre(1, 2));
  EXPECT_EQ(graph.edge_count(), 4u);
  EXPECT_TRUE(graph.dependencies(0).empty());
}

TEST(Graph, AStageIsTheLongestPathToTheNode) {
  const Graph graph =
      Graph::make("g", "1", named({"a", "b", "c", "d"}), {{0, 1}, {1, 2}, {0, 2}}).value();
  EXPECT_EQ(graph.stage(0), 0u);
  EXPECT_EQ(graph.stage(2), 2u);
  EXPECT_EQ(graph.stage(3), 0u);
  EXPECT_EQ(graph.stage_count(), 3u);
}

TEST(Graph, ADamagedRecordIsAnError) {
  EXPECT_THAT(Graph::make("g", "1", named({"a"}), {{0, 1}}).error().message,
              HasSubstr("only 1 nodes"));
  EXPECT_THAT(Graph::make("g", "1", named({"a", "b"}), {{0, 1}, {1, 0}}).error().message,
              HasSubstr("cycle"));
  EXPECT_THAT(Graph::make("g", "1", named({"a"}), {{0, 0}}).error().message, HasSubstr("cycle"));
}

TEST(Graph, MayBeEmpty) {
  const Graph graph = Graph::make("g", "1", {}, {}).value();
  EXPECT_EQ(graph.size(), 0u);
  EXPECT_EQ(graph.stage_count(), 0u);
}

}  // namespace
}  // namespace gnomon::reports
