// Claims of scenarios/library that take more than one run, or more than figures, to hold.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "adapters/tzdata/zones.h"
#include "reports/render/dot.h"
#include "reports/view/read_run.h"
#include "scenarios/language/workflow.h"
#include "scenarios/runner/run.h"

namespace gnomon::scenarios {
namespace {

Scenario load(const std::string& name, const std::vector<std::string>& settings = {}) {
  const DiskFiles files;
  auto scenario = load_scenario(GNOMON_SOURCE_DIR "/scenarios/library/" + name + ".yaml", settings,
                                files, adapters::find_zone);
  EXPECT_TRUE(scenario.has_value()) << scenario.error().to_string();
  return scenario ? *scenario : Scenario{};
}

RunReport ran(const Scenario& scenario, RunOptions options = {}) {
  auto report = run(scenario, options);
  EXPECT_TRUE(report.has_value()) << report.error().message;
  return report ? std::move(*report) : RunReport{};
}

reports::RunView recorded(const Scenario& scenario, const std::string& path) {
  RunOptions options;
  options.record = path;
  ran(scenario, options);
  auto view = reports::read_run(path, [](std::string_view name, std::string_view text) {
    return decode_workflow(name, text);
  });
  EXPECT_TRUE(view.has_value()) << view.error().message;
  return view ? std::move(*view) : reports::RunView{};
}

double seconds(const RunReport& report) {
  return static_cast<double>((report.ended - report.began).count()) / 1e9;
}

TEST(MoreShards, DoTwiceTheWorkUntilTheStoresAreNoLongerWhatIsWaitedFor) {
  std::vector<double> took;
  for (const int shards : {1, 2, 4}) {
    took.push_back(seconds(
        ran(load("more-shards", {fmt::format("engine.shards={}", shards), "thresholds=[]"}))));
  }
  EXPECT_NEAR(took[0] / took[1], 2, 0.05);
  EXPECT_NEAR(took[1] / took[2], 2, 0.05);
}

TEST(RecurringDst, TellsEachNightlyTrainingTheDayItIsFor) {
  const reports::RunView run =
      recorded(load("recurring-dst"), testing::TempDir() + "recurring-dst.db");
  std::vector<std::string> days;
  for (const reports::WorkflowView& workflow : run.workflows()) {
    if (run.graph_of(workflow).name() == "nightly") days.emplace_back(workflow.row.input.text());
  }
  std::ranges::sort(days);
  std::vector<std::string> expected;
  // 23 to 25 March are backfilled; on the 29th there is no half past two.
  for (const char* day :
       {"03-23", "03-24", "03-25", "03-26", "03-27", "03-28", "03-30", "03-31", "04-01"})
    expected.push_back(fmt::format(R"({{"day":"2026-{}"}})", day));
  EXPECT_EQ(days, expected);
}

/// Looks for rows and events in a commit that are about a workflow of another shard.
class Confined final : public CommitListener {
 public:
  void committed(const Commit& commit) override {
    const auto look = [&](WorkflowId id) {
      ++rows;
      if (id != WorkflowId::kNone && shard_of(id) != commit.shard) ++strangers;
    };
    for (const WorkflowRow& row : commit.workflows) {
      look(row.id);
      look(row.parent.workflow);
    }
    for (const NodeRow& row : commit.nodes) look(row.workflow);
    for (const AttemptRow& row : commit.attempts) look(row.key.workflow);
    for (const SignalRow& row : commit.signals) look(row.workflow);
    for (const Event& event : commit.events) {
      look(event.workflow);
      if (event.shard != commit.shard) ++strangers;
    }
    if (commit.shard > 0) ++of_other_shards;
  }
  std::uint64_t of_other_shards = 0;
  std::uint64_t rows = 0;
  std::uint64_t strangers = 0;
};

class Shards : public ::testing::TestWithParam<std::string> {};

TEST_P(Shards, CommitOnlyWhatIsOfTheirOwnWorkflows) {
  Confined confined;
  RunOptions options;
  options.listener = &confined;
  ran(load(GetParam(), {"engine.shards=8", "thresholds=[]"}), options);
  EXPECT_GT(confined.of_other_shards, 0u);
  EXPECT_GT(confined.rows, 1000u);
  EXPECT_EQ(confined.strangers, 0u);
}

// Between them: sub-workflows and maps, signals, attempts that were replaced, revivals, routes that
// start workflows, hosts that crash.
INSTANTIATE_TEST_SUITE_P(, Shards,
                         ::testing::Values("more-shards", "ml-training", "v1-and-now",
                                           "event-driven", "cutover"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(Ledger, OfEachRuntimeAddsUpToWhatTheRuntimeCost) {
  const Scenario scenario = load("ml-training");
  const RunReport report = ran(scenario);
  double total = 0;
  for (const RuntimeSettings& runtime : scenario.runtimes) {
    const double cost = report.metrics->number("cost", runtime.pool.name).value_or(0);
    double sum = 0;
    for (const auto& [key, value] : report.metrics->numbers()) {
      if (key.first == "bill" && key.second.ends_with("/" + runtime.pool.name)) sum += value;
    }
    EXPECT_GT(cost, 0.1) << runtime.pool.name;
    EXPECT_NEAR(sum, cost, 1e-9 * cost) << runtime.pool.name;
    total += cost;
  }
  double tenants = 0;
  for (const Tenant& tenant : scenario.tenants) {
    const double bill = report.metrics->number("bill", tenant.name).value_or(0);
    EXPECT_GT(bill, 1) << tenant.name;
    tenants += bill;
  }
  // The schedule and the sweeps name no tenant.
  tenants += report.metrics->number("bill", "default").value_or(0);
  EXPECT_NEAR(tenants, total, 1e-9 * total);
  EXPECT_EQ(report.metrics->number("cost", ""), total);
}

TEST(OneView, DrawsContainersGpusAndServicesAlike) {
  const reports::RunView run = recorded(load("one-ledger"), testing::TempDir() + "one-ledger.db");
  ASSERT_FALSE(run.workflows().empty());
  const std::string drawn = reports::to_dot(reports::make_dag(run, run.workflows().front()), {});
  for (const char* node : {"prepare (task on containers), succeeded, ran 10m",
                           "train (task on gpu), succeeded, ran 30m",
                           "register (task on service), succeeded, ran 36s"}) {
    EXPECT_NE(drawn.find(node), std::string::npos) << node << "\n" << drawn;
  }
}

TEST(Growth, OfARecordIsLinearAndASummaryHoldsNoNodes) {
  const std::string path = testing::TempDir() + "growth.db";
  const auto bytes = [&](int workflows, const std::string& level) {
    const reports::RunView run =
        recorded(load("growth", {fmt::format("traffic.large.limit={}", workflows),
                                 "record=" + level, "thresholds=[]"}),
                 path);
    return static_cast<double>(std::filesystem::file_size(path));
  };
  const double a = bytes(20, "full");
  const double b = bytes(40, "full");
  const double c = bytes(80, "full");
  EXPECT_NEAR((c - b) / (b - a), 2, 0.1);
  constexpr double kNodesOfEach = 1000;
  EXPECT_LT((c - b) / (40 * kNodesOfEach), 500);
  EXPECT_LT(bytes(80, "summary"), c / 20);
}

}  // namespace
}  // namespace gnomon::scenarios
