#include <gtest/gtest.h>

#include <map>
#include <string>

#include "adapters/tzdata/zones.h"
#include "scenarios/language/scenario.h"
#include "scenarios/runner/run.h"

namespace gnomon::scenarios {
namespace {

/// Fifty workflows of five tasks, each retried, under one fault.
RunReport run_under(const std::string& fault, const std::string& runtime = "{workers: 20}") {
  const std::map<std::string, std::string> texts{{"s.yaml", R"(
name: hurt
horizon: 1h
drain: 10d
runtimes: {cpu: )" + runtime + R"(, gpu0: {}}
actions: {work: {duration: {uniform: [10s, 60s]}}}
workflows:
  w: {generate: {layers: 5, retry: {attempts: 20, delay: 5s}, timeout: 10m, task: {runtime: cpu, action: work}}}
traffic: {t: {workflow: w, arrivals: {every: 1m}, limit: 50}}
subscribers: {all: {sink: {simulate: {latency: 10ms}}}}
engine: {commit_latency: 3ms, hop_latency: 1ms, sweep_interval: 5m}
faults: [)" + fault + "]\n"}};
  const MemoryFiles files(texts);
  auto scenario = load_scenario("s.yaml", {}, files, adapters::find_zone);
  EXPECT_TRUE(scenario.has_value()) << scenario.error().to_string();
  auto report = run(*scenario, {});
  EXPECT_TRUE(report.has_value()) << report.error().message;
  auto again = run(*scenario, {});
  EXPECT_EQ(report->digest.to_string(), again->digest.to_string());
  return std::move(*report);
}

struct Case {
  const char* name;
  const char* fault;
};
class Faults : public ::testing::TestWithParam<Case> {};

TEST_P(Faults, StrikeAndEveryWorkflowStillSucceeds) {
  const RunReport report = run_under(GetParam().fault);
  EXPECT_GT(report.metrics->number("faults", "0").value_or(0), 0) << "the fault never struck";
  EXPECT_EQ(report.metrics->number("workflows", "succeeded"), 50);
  EXPECT_EQ(report.live_workflows, 0u);
  EXPECT_EQ(report.metrics->number("behind", "all"), 0);
}

INSTANTIATE_TEST_SUITE_P(
    , Faults,
    ::testing::Values(
        Case{"crash", "{what: crash, at: 10m, for: 30s}"},
        Case{"store_down", "{what: store_down, at: 10m, for: 1m}"},
        Case{"store_slow", "{what: store_slow, probability: 20%, by: {exponential: 2s}}"},
        Case{"store_answer_lost", "{what: store_answer_lost, probability: 1%}"},
        Case{"runtime_down", "{what: runtime_down, at: 10m, for: 5m}"},
        Case{"runtime_slow", "{what: runtime_slow, probability: 30%, by: 20s}"},
        Case{"launch_answer_lost", "{what: launch_answer_lost, probability: 20%}"},
        Case{"worker_lost", "{what: worker_lost, probability: 20%}"},
        Case{"completion_lost", "{what: completion_lost, probability: 10%}"},
        Case{"completion_late", "{what: completion_late, probability: 20%, by: {exponential: 3m}}"},
        Case{"completion_twice", "{what: completion_twice, probability: 30%}"},
        Case{"sink_down", "{what: sink_down, at: 5m, for: 30m}"},
        Case{"sink_answer_lost", "{what: sink_answer_lost, probability: 10%}"}),
    [](const auto& test) { return std::string{test.param.name}; });

TEST(FaultTimes, BoundHowOftenARuleStrikes) {
  const RunReport report = run_under("{what: worker_lost, times: 7}");
  EXPECT_EQ(report.metrics->number("faults", "0"), 7);
  EXPECT_EQ(report.metrics->number("retries", ""), 7);
}

TEST(FaultWhere, HurtsOnlyWhatTheGlobNames) {
  const RunReport report = run_under("{what: worker_lost, where: gpu*}");
  EXPECT_EQ(report.metrics->number("faults", "0"), 0);
}

}  // namespace
}  // namespace gnomon::scenarios
