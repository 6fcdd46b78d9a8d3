#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "scenarios/language/scenario.h"
#include "scenarios/runner/run.h"
#include "scenarios/runner/thresholds.h"

namespace gnomon::scenarios {
namespace {

using testing::ElementsAre;

TEST(Bills, AreKeptWhereTheyAreNotZeroAndMeasuredAsZeroElsewhere) {
  const std::map<std::string, std::string> texts{{"s.yaml", R"(
horizon: 1h
runtimes:
  gpu: {otherwise: 30m, cost_per_unit_hour: 2}
  cpu: {otherwise: 30m}
workflows: {w: {nodes: {a: {task: {runtime: gpu, action: x}}, b: {task: {runtime: cpu, action: x}}}}}
tenants: {ads: {}, idle: {}}
traffic: {t: {workflow: w, arrivals: {once: 1}, tenants: ads}}
thresholds:
  - bill(ads) == 1
  - bill(ads/gpu) == 1
  - bill(ads/cpu) == 0
  - bill(idle) == 0
  - bill(idle/gpu) == 0
  - bill(default) == 0
)"}};
  const auto scenario = load_scenario("s.yaml", {}, MemoryFiles(texts));
  ASSERT_TRUE(scenario.has_value()) << scenario.error().to_string();
  const auto report = run(*scenario, {});
  ASSERT_TRUE(report.has_value()) << report.error().message;
  for (const ThresholdResult& each : report->thresholds)
    EXPECT_TRUE(each.passed) << each.threshold.text;
  std::vector<std::string> kept;
  for (const auto& [key, value] : report->metrics->numbers()) {
    if (key.first == "bill") kept.push_back(key.second);
  }
  EXPECT_THAT(kept, ElementsAre("ads", "ads/gpu"));
}

TEST(Bills, AreNotMeasuredWhereNothingWasCharged) {
  const Metrics metrics({}, 1);
  const auto results = judge({parse_threshold("bill(ads) == 0").value()}, metrics, 1h);
  EXPECT_FALSE(results.front().measured);
  EXPECT_FALSE(results.front().passed);
}

}  // namespace
}  // namespace gnomon::scenarios
