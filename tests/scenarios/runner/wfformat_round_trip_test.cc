// Imports a recorded workflow, runs it, and exports what its record says: the same workflow again.

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

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

}  // namespace
}  // namespace gnomon::scenarios
