#include "adapters/importers/dot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/scenario.h"

namespace gnomon::adapters {
namespace {

using ::testing::HasSubstr;

/// A graph as dot writes it: its nodes, then its edges.
std::string graph(const std::string& nodes, const std::string& edges = "",
                  const std::string& more = "") {
  return R"({"name": "etl", "directed": true, "_subgraph_cnt": 0, )" + more + R"("objects": [)" +
         nodes + R"(], "edges": [)" + edges + "]}";
}

scenarios::Scenario scenario_of(const std::string& json) {
  const Expected<ImportedDrawing> imported = import_dot(json, "etl.dot");
  EXPECT_TRUE(imported.has_value()) << imported.error().message;
  auto scenario =
      scenarios::load_scenario("s.yaml", {}, scenarios::MemoryFiles({{"s.yaml", imported->yaml}}));
  if (scenario) return *std::move(scenario);
  ADD_FAILURE() << scenario.error().to_string() << imported->yaml;
  return {};
}

std::string mistakes_in(const std::string& json) {
  const Expected<ImportedDrawing> imported = import_dot(json, "etl.dot");
  return imported ? "" : imported.error().message;
}

TEST(Dot, NodesAreTasksThatWaitForThoseThatLeadToThem) {
  const scenarios::Scenario scenario = scenario_of(graph(
      R"({"_gvid": 3, "name": "a", "label": "\\N"},
         {"_gvid": 4, "name": "b", "label": "Load\\nall", "runtime": "spark", "units": "4"})",
      R"({"_gvid": 0, "tail": 3, "head": 4}, {"_gvid": 1, "tail": 3, "head": 4})"));
  const Definition& definition = *scenario.workflows.front();
  EXPECT_EQ(definition.name(), "etl");
  EXPECT_EQ(definition.node_name(0), "a");
  EXPECT_EQ(definition.node_name(1), "Load all");
  ASSERT_EQ(definition.dependencies(1).size(), 1u);
  const auto& task = std::get<TaskSpec>(definition.spec(1).work);
  EXPECT_EQ(task.runtime, "spark");
  EXPECT_EQ(task.action, "Load all");
  EXPECT_EQ(task.units, 4u);
  EXPECT_EQ(std::get<TaskSpec>(definition.spec(0).work).runtime, "workers");
}

TEST(Dot, LineBreaksOfALabelAreSpacesHoweverManyThereAre) {
  const auto first_name = [](const std::string& label) {
    const auto scenario =
        scenario_of(graph(R"({"_gvid": 0, "name": "a", "label": ")" + label + R"("})"));
    return std::string(scenario.workflows.front()->node_name(0));
  };
  EXPECT_EQ(first_name(R"(load\\lall\\rof\\nit)"), "load all of it");
  EXPECT_EQ(first_name(R"(a\\b)"), R"(a\b)");
  EXPECT_EQ(first_name(R"(ends in \\)"), R"(ends in \)");
  std::string breaks = "x";
  for (int i = 0; i < 1'000'000; ++i) breaks += R"(\\n)";
  EXPECT_EQ(first_name(breaks).substr(0, 2), "x ");
}

TEST(Dot, TakesTheDefinitionOfANodeFromItsAttribute) {
  const scenarios::Scenario scenario =
      scenario_of(graph(R"({"_gvid": 0, "name": "n0", "label": "<b>x</b>",
                "definition": "{\"wait a\": {\"wait\": \"5m\", \"after\": \"gone\"}}"})",
                        "", R"("definition": "{\"timeout\": \"2h\"}", )"));
  const Definition& definition = *scenario.workflows.front();
  EXPECT_EQ(definition.node_name(0), "wait a");
  EXPECT_EQ(definition.spec(0).kind(), NodeKind::kWait);
  EXPECT_EQ(definition.timeout(), 2h);
}

TEST(Dot, DrawsEachNodeOfAGeneratedWorkflowAsWhatItIs) {
  const std::string text =
      "runtimes: {gpu: {workers: 9, otherwise: 1s}}\n"
      "workflows: {w: {timeout: 2h, generate: {layers: 2, width: 2, fan_in: 2, seed: 7, edges: "
      "neighbours, durations: [3s, 9s], retry: 3, task: {runtime: gpu, action: step, units: "
      "2}}}}\n";
  const auto before =
      scenarios::load_scenario("s.yaml", {}, scenarios::MemoryFiles({{"s.yaml", text}}));
  ASSERT_TRUE(before) << before.error().to_string();
  const Definition& generated = *before->workflows.front();
  std::vector<std::string> names;
  for (NodeIndex node = 0; node < generated.node_count(); ++node)
    names.emplace_back(generated.node_name(node));
  const DrawnDefinition drawn = drawn_definition(generated.source().text(), names);
  std::string nodes;
  for (std::size_t i = 0; i < drawn.nodes.size(); ++i) {
    std::string escaped;
    for (const char c : drawn.nodes[i]) escaped += c == '"' ? "\\\"" : std::string(1, c);
    nodes += (i > 0 ? ", " : "") + std::string(R"({"_gvid": )") + std::to_string(i) +
             R"(, "name": "n)" + std::to_string(i) + R"(", "definition": ")" + escaped + "\"}";
  }
  const scenarios::Scenario after = scenario_of(
      graph(nodes, R"({"tail": 0, "head": 2})", R"("definition": "{\"timeout\": \"2h\"}", )"));
  EXPECT_EQ(drawn.workflow, R"({"timeout":"2h"})");
  const Definition& definition = *after.workflows.front();
  ASSERT_EQ(definition.node_count(), 4u);
  for (NodeIndex node = 0; node < 4; ++node) {
    EXPECT_EQ(definition.node_name(node), generated.node_name(node));
    const auto& task = std::get<TaskSpec>(definition.spec(node).work);
    EXPECT_EQ(task.runtime, "gpu");
    EXPECT_EQ(task.action, "step");
    EXPECT_EQ(task.units, 2u);
    EXPECT_EQ(definition.spec(node).retry->max_attempts, 3u);
  }
  const auto simulated = after.nodes.find(std::pair(std::string("etl"), names[0]));
  ASSERT_NE(simulated, after.nodes.end());
  EXPECT_EQ(simulated->second.duration.mean(), 6e9);
}

TEST(Dot, LeavesOutWhatIsPartOfAnotherNode) {
  const auto imported = import_dot(graph(R"({"_gvid": 0, "name": "a"}, {"_gvid": 1, "name": "b"},
         {"_gvid": 2, "name": "in", "inner": "true"}, {"_gvid": 3, "name": "i2", "inner": "true"})",
                                         R"({"tail": 0, "head": 1}, {"tail": 1, "head": 2},
                                            {"tail": 2, "head": 3})"),
                                   "run.dot");
  ASSERT_TRUE(imported.has_value()) << imported.error().message;
  EXPECT_EQ(imported->nodes, 2u);
  EXPECT_EQ(imported->edges, 1u);
  EXPECT_THAT(mistakes_in(graph(R"({"_gvid": 0, "name": "a", "inner": "true"})")),
              HasSubstr("there is no node"));
}

TEST(Dot, KeepsANodeThatIsSaidNotToBePartOfAnother) {
  const auto imported = import_dot(
      graph(R"({"_gvid": 0, "name": "a", "inner": "false"}, {"_gvid": 1, "name": "b"})"), "a.dot");
  ASSERT_TRUE(imported.has_value()) << imported.error().message;
  EXPECT_EQ(imported->nodes, 2u);
}

TEST(Dot, NothingThatIsDrawnBreaksTheText) {
  const std::string evil = R"(x: {y}\\nz # \\\" ' - [,] &a *b !c %d @e `f \u2028)";
  const scenarios::Scenario scenario = scenario_of(graph(
      R"({"_gvid": 0, "name": ")" + evil + R"(", "runtime": ")" + evil + R"(", "action": ")" +
      evil + R"("}, {"_gvid": 1, "name": "true"}, {"_gvid": 2, "name": "true", "when": "1"})"));
  EXPECT_EQ(scenario.workflows.front()->node_count(), 3u);
  EXPECT_EQ(scenario.workflows.front()->node_name(2), "true_2");
}

TEST(Dot, OnlyTheWorkflowIsForAScenarioThatIncludesIt) {
  const auto imported =
      import_dot(graph(R"({"_gvid": 0, "name": "a"})"), "etl.dot", {.only_workflow = true});
  ASSERT_TRUE(imported.has_value());
  const auto scenario = scenarios::load_scenario(
      "s.yaml", {},
      scenarios::MemoryFiles(
          {{"drawn.yaml", imported->yaml},
           {"s.yaml", "include: drawn.yaml\nruntimes: {workers: {otherwise: 1s}}\n"}}));
  ASSERT_TRUE(scenario.has_value()) << scenario.error().to_string();
  EXPECT_EQ(scenario->workflows.size(), 1u);
  EXPECT_TRUE(scenario->traffic.empty());
}

TEST(Dot, SaysWhatIsWrong) {
  EXPECT_THAT(mistakes_in("[]"), HasSubstr("this is no graph"));
  EXPECT_THAT(mistakes_in(R"({"directed": false})"), HasSubstr("write digraph"));
  EXPECT_THAT(mistakes_in(graph("")), HasSubstr("there is no node"));
  EXPECT_THAT(mistakes_in(graph(R"({"_gvid": 0, "name": "a", "definition": "{"})")),
              HasSubstr("node 'a': its definition:1:2"));
  EXPECT_THAT(mistakes_in(graph(R"({"_gvid": 0, "name": "a", "definition": "[3]"})")),
              HasSubstr("node 'a': its definition is no JSON object"));
  EXPECT_THAT(mistakes_in(graph(R"({"_gvid": 0, "name": "a", "definition": "{\"a\": 3}"})")),
              HasSubstr("node 'a': its definition is not of the form"));
  EXPECT_THAT(mistakes_in(graph(R"({"_gvid": 0, "name": "a"})", R"({"tail": 7, "head": 0})")),
              HasSubstr("leads to no node"));
}

TEST(DrawnDefinition, HasEachNodeWithoutItsEdges) {
  const DrawnDefinition drawn = drawn_definition(
      R"({"nodes": {"b": {"pass": {}, "after": "a"}, "a": {"wait": "5m"}}, "timeout": "1h"})",
      {"a", "b"});
  EXPECT_EQ(drawn.workflow, R"({"timeout":"1h"})");
  EXPECT_EQ(drawn.nodes,
            (std::vector<std::string>{R"({"a":{"wait":"5m"}})", R"({"b":{"pass":{}}})"}));
}

TEST(DrawnDefinition, OfAnythingElseIsEmpty) {
  for (const char* source : {"", "[]", R"({"generate": {}})", R"({"nodes": [1]})"})
    EXPECT_EQ(drawn_definition(source, {"a"}).nodes, std::vector<std::string>{""}) << source;
}

}  // namespace
}  // namespace gnomon::adapters
