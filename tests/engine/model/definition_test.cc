#include "engine/model/definition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace gnomon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// "a b>a c>a,b": nodes in order, each with what it waits for.
DefinitionBuilder build_from(std::string_view text) {
  DefinitionBuilder builder("w");
  const std::uint32_t pass = builder.add_spec({});
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const std::size_t arrow = word.find('>');
    const NodeIndex node = builder.add_node(word.substr(0, arrow), pass);
    if (arrow == std::string_view::npos) continue;
    std::string_view rest = word.substr(arrow + 1);
    while (!rest.empty()) {
      const std::string_view on = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), on.size() + 1));
      builder.add_dependency(node, on);
    }
  }
  return builder;
}

/// Each problem as "node: message".
std::vector<std::string> problems_of(DefinitionBuilder builder) {
  const auto built = builder.build();
  std::vector<std::string> lines;
  if (built) return lines;
  for (const DefinitionProblem& problem : built.error())
    lines.push_back(problem.node + ": " + problem.message);
  return lines;
}

NodeSpec spec_with(NodeWork work) {
  NodeSpec spec;
  spec.work = std::move(work);
  return spec;
}

TEST(Definition, KnowsItsNodesByNumberAndByName) {
  const DefinitionPtr definition = build_from("beta alpha>beta gamma>alpha,beta").build().value();
  EXPECT_EQ(definition->node_count(), 3u);
  EXPECT_EQ(definition->node_name(1), "alpha");
  EXPECT_EQ(definition->find("gamma"), NodeIndex{2});
  EXPECT_EQ(definition->find("beta"), NodeIndex{0});
  EXPECT_EQ(definition->find("delta"), std::nullopt);
  EXPECT_EQ(definition->find(""), std::nullopt);
}

TEST(Definition, KeepsEdgesBothWaysInAscendingOrder) {
  const DefinitionPtr definition = build_from("d>c,b,a c>a b>a a").build().value();
  EXPECT_THAT(definition->dependencies(0), ElementsAre(1, 2, 3));
  EXPECT_THAT(definition->dependents(3), ElementsAre(0, 1, 2));
  EXPECT_THAT(definition->dependents(0), IsEmpty());
  EXPECT_THAT(definition->roots(), ElementsAre(3));
  EXPECT_EQ(definition->edge_count(), 5u);
}

TEST(Definition, CountsAnEdgeGivenTwiceOnce) {
  const DefinitionPtr definition = build_from("a b>a,a,a").build().value();
  EXPECT_EQ(definition->edge_count(), 1u);
}

TEST(Definition, SharesSpecsOfNodesThatAreAlike) {
  const DefinitionPtr definition = build_from("a b c").build().value();
  EXPECT_EQ(definition->spec_count(), 1u);
  EXPECT_EQ(&definition->spec(0), &definition->spec(2));
}

TEST(Definition, MakesBranchesOfAConditionEdges) {
  DefinitionBuilder builder("w");
  const Expression yes = Expression::compile("true").value();
  builder.add_node("choose", spec_with(ConditionSpec{{{yes, {"c", "a"}}, {yes, {}}}, {"b"}}));
  for (const char* name : {"a", "b", "c"}) builder.add_node(name, NodeSpec{});
  const DefinitionPtr definition = builder.build().value();
  EXPECT_THAT(definition->dependents(0), ElementsAre(1, 2, 3));
  const auto branches = definition->branches(0);
  ASSERT_EQ(branches.size(), 3u);
  EXPECT_THAT(branches[0], ElementsAre(1, 3));
  EXPECT_THAT(branches[1], IsEmpty());
  EXPECT_THAT(branches[2], ElementsAre(2));
}

TEST(DefinitionBuilder, NamesACycleByItsShortestPath) {
  EXPECT_THAT(problems_of(build_from("a>c,d b>a c>b d>c x")),
              ElementsAre("a: depends on itself: a -> b -> c -> a"));
  EXPECT_THAT(problems_of(build_from("a>a")), ElementsAre("a: depends on itself: a -> a"));
}

TEST(DefinitionBuilder, TellsWhoCanNeverStart) {
  EXPECT_THAT(problems_of(build_from("start a>b,start b>a c>b d>c,start e>start")),
              ElementsAre("a: depends on itself: a -> b -> a",
                          "c: can never start: it follows the cycle a -> b -> a",
                          "d: can never start: it follows the cycle a -> b -> a"));
}

TEST(DefinitionBuilder, ShortensLongCycles) {
  std::string text = "n0>n99";
  for (int i = 1; i < 100; ++i) text += " n" + std::to_string(i) + ">n" + std::to_string(i - 1);
  EXPECT_THAT(problems_of(build_from(text)),
              ElementsAre("n0: depends on itself: n0 -> n1 -> n2 -> n3 -> n4 -> n5 -> (88 more) -> "
                          "n94 -> n95 -> n96 -> "
                          "n97 -> n98 -> n99 -> n0"));
}

TEST(DefinitionBuilder, TellsEverythingAtOnce) {
  DefinitionBuilder builder = build_from("fetch train>fecth train>fetch a>b b>a");
  builder.add_node("idle", spec_with(WaitSpec{}));
  builder.add_node("", NodeSpec{});
  EXPECT_THAT(problems_of(std::move(builder)),
              ElementsAre(": a node has an empty name", "train: the name is given to two nodes",
                          "train: depends on unknown node 'fecth' (did you mean 'fetch'?)",
                          "idle: waits for nothing: it needs an interval, an instant or a signal",
                          "a: depends on itself: a -> b -> a"));
}

TEST(DefinitionBuilder, RejectsWorkThatSaysTooLittle) {
  const Expression items = Expression::compile(".").value();
  const std::vector<std::pair<NodeWork, std::string>> cases = {
      {TaskSpec{"", "train", {}, 1}, "names no runtime"},
      {TaskSpec{"gpu", "train", {}, 0}, "asks for no unit"},
      {SubworkflowSpec{}, "names no workflow"},
      {ConditionSpec{}, "has no cases to choose from"},
      {LoopSpec{{"w", "", nullptr}, std::nullopt, 0}, "may never iterate"},
      {LoopSpec{}, "names no workflow"},
      {MapSpec{items, {}, 0, 0, std::nullopt}, "names no workflow"},
      {MapSpec{items, {"w", "", nullptr}, 0, 0, WorkflowTarget{}}, "names no workflow"},
      {CustomSpec{}, "names no kind"},
  };
  for (const auto& [work, message] : cases) {
    DefinitionBuilder builder("w");
    builder.add_node("n", spec_with(work));
    EXPECT_THAT(problems_of(std::move(builder)), ElementsAre("n: " + message));
  }
}

TEST(DefinitionBuilder, RejectsNamesThatCannotBeShown) {
  DefinitionBuilder builder("w");
  builder.add_node(std::string(257, 'x'), NodeSpec{});
  builder.add_node("line\nbreak", NodeSpec{});
  builder.add_node(std::string(256, 'y'), NodeSpec{});
  const std::vector<std::string> problems = problems_of(std::move(builder));
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_THAT(problems[0], HasSubstr("longer than 256 bytes"));
  EXPECT_THAT(problems[1], HasSubstr("control character"));
}

TEST(DefinitionBuilder, RejectsAWorkflowWithoutNodes) {
  EXPECT_THAT(problems_of(DefinitionBuilder("w")), ElementsAre(": there are no nodes"));
}

TEST(DefinitionBuilder, BoundsWhatItTells) {
  DefinitionBuilder builder("w");
  for (int i = 0; i < 1000; ++i) builder.add_node("same", NodeSpec{});
  const std::vector<std::string> problems = problems_of(std::move(builder));
  EXPECT_EQ(problems.size(), DefinitionBuilder::kMaxProblems + 1);
  EXPECT_EQ(problems.back(), ": and 899 more problems");
}

TEST(DefinitionBuilder, IsEmptyAfterwards) {
  DefinitionBuilder builder = build_from("a b>a");
  ASSERT_TRUE(builder.build());
  EXPECT_FALSE(builder.build());
}

TEST(DefinitionBuilder, SortsOutAChainOfAMillion) {
  DefinitionBuilder builder("w");
  const std::uint32_t pass = builder.add_spec({});
  constexpr NodeIndex kCount = 1'000'000;
  for (NodeIndex i = 0; i < kCount; ++i) builder.add_node("n" + std::to_string(i), pass);
  for (NodeIndex i = 1; i < kCount; ++i) builder.add_edge(i - 1, i);
  const DefinitionPtr definition = builder.build().value();
  EXPECT_EQ(definition->edge_count(), kCount - 1);
  EXPECT_EQ(definition->find("n777777"), NodeIndex{777'777});
}

/// A reference in a few lines: repeatedly remove nodes that wait for nobody.
bool is_acyclic(std::size_t count, const std::set<std::pair<NodeIndex, NodeIndex>>& edges) {
  std::set<NodeIndex> left;
  for (NodeIndex i = 0; i < count; ++i) left.insert(i);
  for (bool removed = true; removed;) {
    removed = std::erase_if(left, [&](NodeIndex node) {
                return std::none_of(edges.begin(), edges.end(), [&](const auto& edge) {
                  return edge.second == node && left.contains(edge.first);
                });
              }) > 0;
  }
  return left.empty();
}

RC_GTEST_PROP(DefinitionBuilderProperty, AcceptsExactlyTheAcyclicGraphsAndKeepsTheirEdges, ()) {
  const auto count = *rc::gen::inRange<NodeIndex>(1, 9);
  const auto pairs = *rc::gen::container<std::vector<std::pair<NodeIndex, NodeIndex>>>(
      rc::gen::pair(rc::gen::inRange<NodeIndex>(0, count), rc::gen::inRange<NodeIndex>(0, count)));
  DefinitionBuilder builder("w");
  for (NodeIndex i = 0; i < count; ++i) builder.add_node("n" + std::to_string(i), NodeSpec{});
  for (const auto& [from, to] : pairs) builder.add_edge(from, to);
  const std::set<std::pair<NodeIndex, NodeIndex>> edges(pairs.begin(), pairs.end());
  const auto built = builder.build();
  RC_ASSERT(built.has_value() == is_acyclic(count, edges));
  if (!built) return;
  std::set<std::pair<NodeIndex, NodeIndex>> down, up;
  for (NodeIndex node = 0; node < count; ++node) {
    for (const NodeIndex to : (*built)->dependents(node)) down.emplace(node, to);
    for (const NodeIndex from : (*built)->dependencies(node)) up.emplace(from, node);
  }
  RC_ASSERT(down == edges);
  RC_ASSERT(up == edges);
}

}  // namespace
}  // namespace gnomon
