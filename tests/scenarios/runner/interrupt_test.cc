#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>

#include "scenarios/language/scenario.h"
#include "scenarios/runner/run.h"

namespace gnomon::scenarios {
namespace {

/// Far more traffic than a run of an hour could carry in reasonable time.
Scenario flooded(const std::string& more) {
  const MemoryFiles files({{"s.yaml", R"(
horizon: 1h
runtimes: {cpu: {workers: 4, otherwise: 1m}}
workflows: {w: {nodes: {a: {task: {runtime: cpu, action: work}}}}}
traffic: {flood: {workflow: w, arrivals: {poisson: 200000/s}}}
)" + more}});
  return load_scenario("s.yaml", {}, files).value();
}

TEST(Interruption, IsHeededWhateverTheTraffic) {
  for (const char* more :
       {"", "schedules: {s: {workflow: w, every: 10m}}", "engine: {commit_latency: 5ms}"}) {
    std::atomic<bool> interrupted = false;
    RunOptions options;
    options.interrupted = &interrupted;
    options.progress = [&](const Progress&) { interrupted = true; };
    const auto report = run(flooded(more), options);
    ASSERT_TRUE(report.has_value());
    EXPECT_TRUE(report->interrupted);
    EXPECT_LT(report->events, 200'000u) << more;
  }
}

}  // namespace
}  // namespace gnomon::scenarios
