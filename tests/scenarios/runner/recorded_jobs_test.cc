// Jobs of a GPU cluster run as they were recorded: when they came, for whom, how long, on how many
// GPUs.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "scenarios/language/csv.h"
#include "scenarios/runner/run.h"
#include "tests/scenarios/language/load_text.h"

namespace gnomon::scenarios {
namespace {

struct Job {
  std::string tenant;
  Instant created{};
  Duration ran{};
};

/// What came of each job, by its client's key.
class Jobs final : public CommitListener {
 public:
  void committed(const Commit& commit) override {
    for (const WorkflowRow& row : commit.workflows) {
      key_of_[row.id] = row.key;
      Job& job = jobs[row.key];
      job.tenant = row.tenant;
      job.created = row.created_at;
    }
    for (const NodeRow& row : commit.nodes) {
      if (row.phase == NodePhase::kFinished)
        jobs[key_of_[row.workflow]].ran = row.ended_at - row.started_at;
    }
  }
  std::map<std::string, Job> jobs;

 private:
  std::map<WorkflowId, std::string> key_of_;
};

/// Runs philly-gpu over a trace, and holds each job against its row.
void expect_as_recorded(const std::string& trace, const std::vector<std::string>& settings) {
  const DiskFiles files;
  std::vector<std::string> overrides = {"traffic.jobs.arrivals.trace.file=" + trace,
                                        "traffic.jobs.arrivals.trace.sort=true", "thresholds=[]"};
  overrides.insert(overrides.end(), settings.begin(), settings.end());
  const auto scenario =
      load_scenario(GNOMON_SOURCE_DIR "/scenarios/library/philly-gpu.yaml", overrides, files);
  ASSERT_TRUE(scenario) << scenario.error().to_string();
  Jobs ran;
  RunOptions options;
  options.listener = &ran;
  const auto report = run(*scenario, options);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->refused_starts, 0u) << report->refused_because;

  const std::string text = files.read(trace, 64 << 20).value();
  const Csv csv = Csv::read(text).value();
  const std::vector<Instant> submitted = csv.instants("timestamp").value();
  const std::vector<double> seconds = csv.numbers("duration").value();
  const std::vector<double> gpus = csv.numbers("num_gpus").value();
  const std::size_t cluster = csv.find("cluster").value();
  std::vector<std::size_t> order(csv.row_count());
  for (std::size_t row = 0; row < order.size(); ++row) order[row] = row;
  std::ranges::stable_sort(order, {}, [&](std::size_t row) { return submitted[row]; });
  ASSERT_EQ(ran.jobs.size(), order.size());
  double gpu_hours = 0;
  for (std::size_t n = 0; n < order.size(); ++n) {
    const std::size_t row = order[n];
    const Job& job = ran.jobs["jobs/" + std::to_string(n)];
    EXPECT_EQ(job.tenant, csv.cell(row, cluster));
    EXPECT_EQ(job.created - report->began, submitted[row] - submitted[order[0]]) << "row " << row;
    EXPECT_EQ(job.ran, Duration{std::llround(seconds[row] * 1e9)}) << "row " << row;
    gpu_hours += seconds[row] * gpus[row] / 3600;
  }
  const double price = scenario->runtimes.at(0).pool.cost_per_unit_hour;
  const double used = report->metrics->number("cost", "gpu").value() / price;
  EXPECT_NEAR(used, gpu_hours, gpu_hours * 1e-6);
}

TEST(RecordedJobs, OfAWeekRunAsTheyDid) {
  expect_as_recorded(GNOMON_SOURCE_DIR "/scenarios/library/data/philly-2017-week.csv", {});
}

TEST(RecordedJobs, OfThreeMonthsRunAsTheyDid) {
  const char* const named = getenv("GNOMON_PHILLY_TRACE");
  const std::string trace = named != nullptr ? named
                                             : GNOMON_SOURCE_DIR
                                "/../shared/data/gpu-jobs/philly-2017-shared.csv";
  if (!std::filesystem::exists(trace))
    GTEST_SKIP() << "the whole trace of Philly is not here; set GNOMON_PHILLY_TRACE";
  expect_as_recorded(
      trace, {"start=2017-09-19T00:00:00Z", "horizon=20w", "drain=20w", "runtimes.gpu.workers=60"});
}

TEST(RecordedJobs, WithoutAWholeNumberOfUnitsFail) {
  const auto scenario = load_text(
      "runtimes: {gpu: {workers: 4}}\n"
      "actions: {train: {duration_from: .input.hours * 3600}}\n"
      "workflows: {w: {nodes: {train: {task: {runtime: gpu, action: train, units: .input.gpus}, "
      "input: .input}}}}\n"
      "traffic: {jobs: {workflow: w, input: .row, arrivals: {trace: {file: jobs.csv, column: at, "
      "columns: {gpus: number, hours: number}}}}}\n"
      "thresholds: [workflows failed == 4, workflows succeeded == 1]\n",
      {}, {{"jobs.csv", "at,gpus,hours\n1,0,1\n2,1.5,1\n3,5,1\n4,4,-1\n5,4,1\n"}});
  ASSERT_TRUE(scenario) << scenario.error().to_string();
  const auto report = run(*scenario, {});
  ASSERT_TRUE(report) << report.error().message;
  for (const ThresholdResult& threshold : report->thresholds) EXPECT_TRUE(threshold.passed);
}

/// A factor of a tenant is the same in every shard and attempt.
TEST(RecordedJobs, OfOneTenantShareItsFactor) {
  for (const char* shards : {"1", "3"}) {
    const auto scenario = load_text(
        "runtimes: {pool: {workers: 64}}\n"
        "tenants: {ads: {}, search: {}}\n"
        "actions: {work: {duration: 10s, factor: {uniform: [1, 3]}, correlation: tenant, "
        "attempts: [{error: transient}, {}]}}\n"
        "workflows: {w: {nodes: {work: {task: {runtime: pool, action: work}, retry: 3}}}}\n"
        "traffic:\n"
        "  a: {workflow: w, tenants: ads, arrivals: {once: 20}}\n"
        "  s: {workflow: w, tenants: search, arrivals: {once: 20}}\n",
        {std::string("engine.shards=") + shards});
    ASSERT_TRUE(scenario) << scenario.error().to_string();
    Jobs ran;
    RunOptions options;
    options.listener = &ran;
    ASSERT_TRUE(run(*scenario, options));
    std::map<std::string, Duration> length_of;
    ASSERT_EQ(ran.jobs.size(), 40u);
    for (const auto& [key, job] : ran.jobs)
      EXPECT_EQ(length_of.emplace(job.tenant, job.ran).first->second, job.ran) << key;
    ASSERT_EQ(length_of.size(), 2u);
    EXPECT_NE(length_of["ads"], length_of["search"]);
  }
}

}  // namespace
}  // namespace gnomon::scenarios
