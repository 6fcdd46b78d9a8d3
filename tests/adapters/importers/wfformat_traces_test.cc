// Imports the recorded workflows of WfInstances and holds them against what is known of them.

#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/importers/wfformat.h"
#include "scenarios/language/scenario.h"
#include "tests/adapters/importers/recorded_traces.h"

namespace gnomon::adapters {
namespace {

class WfFormatTrace : public ::testing::TestWithParam<RecordedTrace> {};

double seconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

std::uint32_t levels_of(const Definition& definition) {
  std::vector<std::uint32_t> levels(definition.node_count());
  std::vector<NodeIndex> left(definition.roots().begin(), definition.roots().end());
  std::vector<std::size_t> waits(definition.node_count());
  for (NodeIndex node = 0; node < definition.node_count(); ++node)
    waits[node] = definition.dependencies(node).size();
  std::uint32_t deepest = 0;
  while (!left.empty()) {
    const NodeIndex node = left.back();
    left.pop_back();
    deepest = std::max(deepest, levels[node] += 1);
    for (const NodeIndex next : definition.dependents(node)) {
      levels[next] = std::max(levels[next], levels[node]);
      if (--waits[next] == 0) left.push_back(next);
    }
  }
  return deepest;
}

TEST_P(WfFormatTrace, BecomesAScenarioWithTheSameGraphAndRuntimes) {
  const RecordedTrace& trace = GetParam();
  const std::optional<std::string> text = text_of(trace);
  if (!text) GTEST_SKIP() << "the traces of WfInstances are not here; set GNOMON_WFINSTANCES";
  const auto imported = import_wfformat(*text, trace.name);
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported->tasks, trace.tasks);
  EXPECT_EQ(imported->edges, trace.edges);
  EXPECT_EQ(imported->levels, trace.levels);
  EXPECT_NEAR(seconds(imported->shortest), trace.lower_bound, 0.0501);
  EXPECT_NEAR(seconds(imported->longest), trace.sum, 0.0501);

  const scenarios::MemoryFiles files({{"trace.yaml", imported->yaml}});
  const auto scenario = scenarios::load_scenario("trace.yaml", {}, files);
  ASSERT_TRUE(scenario) << scenario.error().to_string();
  ASSERT_EQ(scenario->workflows.size(), 1U);
  const Definition& definition = *scenario->workflows.front();
  EXPECT_EQ(definition.node_count(), trace.tasks);
  EXPECT_EQ(definition.edge_count(), trace.edges);
  EXPECT_EQ(levels_of(definition), trace.levels);
  EXPECT_EQ(scenario->nodes.size(), trace.tasks) << "nodes with a runtime of their own";
  EXPECT_EQ(scenario->thresholds.size(), 3U);
}

INSTANTIATE_TEST_SUITE_P(WfInstances, WfFormatTrace, ::testing::ValuesIn(recorded_traces()),
                         [](const auto& trace) {
                           std::string name = trace.param.name;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace gnomon::adapters
