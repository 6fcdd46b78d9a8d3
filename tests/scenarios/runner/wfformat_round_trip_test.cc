// Imports a recorded workflow, runs it, and exports what its record says: the same workflow again.

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "adapters/importers/wfformat.h"
#include "reports/exports/wfformat.h"
#include "reports/view/read_run.h"
#include "scenarios/language/workflow.h"
#include "scenarios/runner/run.h"

namespace gnomon::scenarios {
namespace {

using nlohmann::json;

std::set<std::pair<std::string, std::string>> edges_of(const json& document) {
  std::set<std::pair<std::string, std::string>> edges;
  for (const json& task : document["workflow"]["specification"]["tasks"]) {
    for (const json& parent : task["parents"]) edges.emplace(parent, task["id"]);
  }
  return edges;
}

std::map<std::string, std::pair<double, int>> runtimes_and_cores_of(const json& document) {
  std::map<std::string, std::pair<double, int>> found;
  for (const json& task : document["workflow"]["execution"]["tasks"])
    found[task["id"]] = {task["runtimeInSeconds"], task["coreCount"]};
  return found;
}

TEST(WfFormat, ComesOutOfARunAsItWentIn) {
  std::ifstream file(GNOMON_SOURCE_DIR "/scenarios/library/data/word-index.json");
  const std::string recorded(std::istreambuf_iterator<char>(file), {});
  const auto imported = adapters::import_wfformat(recorded, "word-index.json");
  ASSERT_TRUE(imported) << imported.error().message;
  const MemoryFiles files({{"trace.yaml", imported->yaml}});
  const auto scenario = load_scenario("trace.yaml", {}, files);
  ASSERT_TRUE(scenario) << scenario.error().to_string();

  RunOptions options;
  options.record = testing::TempDir() + "word-index.db";
  std::remove(options.record.c_str());
  const auto report = run(*scenario, options);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->passed());

  const auto view = reports::read_run(options.record, decode_workflow);
  ASSERT_TRUE(view) << view.error().message;
  const std::string exported = reports::to_wfformat(*view, view->workflows().front());
  const json before = json::parse(recorded);
  const json after = json::parse(exported);
  EXPECT_EQ(edges_of(after), edges_of(before));
  EXPECT_EQ(runtimes_and_cores_of(after), runtimes_and_cores_of(before));

  const auto again = adapters::import_wfformat(exported, "exported.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->tasks, imported->tasks);
  EXPECT_EQ(again->edges, imported->edges);
  EXPECT_EQ(again->levels, imported->levels);
  EXPECT_EQ(again->longest, imported->longest);
  std::remove(options.record.c_str());
}

TEST(WfFormat, KeepsRuntimesActionsAndPriorities) {
  const std::string text = R"(
name: etl
runtimes:
  gpu: {workers: 1, units_per_worker: 4, otherwise: 5m}
  cpu-2: {workers: 1, units_per_worker: 12, otherwise: 1m}
  cpu: {workers: 1, units_per_worker: 12, otherwise: 1m}
workflows:
  etl:
    nodes:
      load_1: {task: {runtime: cpu, action: load}}
      load_2: {task: {runtime: cpu-2, action: load}, priority: 7}
      train: {task: {runtime: gpu, action: "train it/now", units: 4}, after: [load_1, load_2]}
      tune: {task: {runtime: gpu, action: tune, units: 4}, after: [load_1, load_2], priority: -3}
traffic: {once: {workflow: etl, arrivals: {once: 1}}}
)";
  const MemoryFiles files({{"etl.yaml", text}});
  const std::vector<std::string> overrides = {"runtimes.gpu.workers=3"};
  const auto before = load_scenario("etl.yaml", overrides, files);
  ASSERT_TRUE(before) << before.error().to_string();
  RunOptions options;
  options.record = testing::TempDir() + "etl.db";
  std::remove(options.record.c_str());
  ASSERT_TRUE(run(*before, options));
  const auto view = reports::read_run(options.record, decode_workflow);
  std::remove(options.record.c_str());
  ASSERT_TRUE(view) << view.error().message;
  const std::string exported = reports::to_wfformat(*view, view->workflows().front());
  const auto imported = adapters::import_wfformat(exported, "exported.json");
  ASSERT_TRUE(imported) << imported.error().message;
  const auto after = load_scenario("e.yaml", {}, MemoryFiles({{"e.yaml", imported->yaml}}));
  ASSERT_TRUE(after) << after.error().to_string();

  const auto runtimes_of = [](const Scenario& scenario) {
    std::map<std::string, std::pair<std::uint32_t, std::uint32_t>> shapes;
    for (const RuntimeSettings& each : scenario.runtimes)
      shapes[each.pool.name] = {each.pool.workers, each.pool.units_per_worker};
    return shapes;
  };
  EXPECT_EQ(runtimes_of(*after), runtimes_of(*before));
  const auto tasks_of = [](const Scenario& scenario) {
    std::map<std::string, std::tuple<std::string, std::string, std::uint32_t, int>> tasks;
    const Definition& definition = *scenario.workflows.front();
    for (NodeIndex node = 0; node < definition.node_count(); ++node) {
      const auto& task = std::get<TaskSpec>(definition.spec(node).work);
      tasks[std::string(definition.node_name(node))] = {task.runtime, task.action, task.units,
                                                        definition.spec(node).priority};
    }
    return tasks;
  };
  EXPECT_EQ(tasks_of(*after), tasks_of(*before));
}

TEST(WfFormat, KeepsApartWhatItsAlphabetMakesAlike) {
  const std::string text = R"(
name: alike
runtimes:
  gpu a: {workers: 2, otherwise: 5m}
  gpu_a: {workers: 3, otherwise: 1m}
workflows:
  alike:
    nodes:
      a b: {task: {runtime: gpu a, action: x/y z}}
      a_b: {task: {runtime: gpu_a, action: w}}
traffic: {once: {workflow: alike, arrivals: {once: 1}}}
)";
  const auto before = load_scenario("s.yaml", {}, MemoryFiles({{"s.yaml", text}}));
  ASSERT_TRUE(before) << before.error().to_string();
  RunOptions options;
  options.record = testing::TempDir() + "alike.db";
  std::remove(options.record.c_str());
  ASSERT_TRUE(run(*before, options));
  const auto view = reports::read_run(options.record, decode_workflow);
  std::remove(options.record.c_str());
  ASSERT_TRUE(view) << view.error().message;

  const std::string exported = reports::to_wfformat(*view, view->workflows().front());
  const auto imported = adapters::import_wfformat(exported, "exported.json");
  ASSERT_TRUE(imported) << imported.error().message;
  const auto after = load_scenario("e.yaml", {}, MemoryFiles({{"e.yaml", imported->yaml}}));
  ASSERT_TRUE(after) << after.error().to_string();
  ASSERT_EQ(after->runtimes.size(), 2u);
  EXPECT_EQ(after->runtimes[0].pool.name, "gpu_a");
  EXPECT_EQ(after->runtimes[0].pool.workers, 2u);
  EXPECT_EQ(after->runtimes[1].pool.workers, 3u);
  const Definition& definition = *after->workflows.front();
  EXPECT_EQ(std::get<TaskSpec>(definition.spec(0).work).action, "x/y z");
  EXPECT_EQ(std::get<TaskSpec>(definition.spec(1).work).action, "w");
}

}  // namespace
}  // namespace gnomon::scenarios
