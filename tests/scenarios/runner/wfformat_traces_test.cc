// Runs the recorded workflows of WfInstances in simulation, on their recorded machines.

#include <gtest/gtest.h>

#include <algorithm>

#include "adapters/importers/wfformat.h"
#include "scenarios/runner/run.h"
#include "tests/adapters/importers/recorded_traces.h"

namespace gnomon::scenarios {
namespace {

using adapters::RecordedTrace;

class RecordedRun : public ::testing::TestWithParam<RecordedTrace> {};

TEST_P(RecordedRun, EndsBetweenItsLowerBoundAndTheSumOfItsRuntimes) {
  const std::optional<std::string> text = adapters::text_of(GetParam());
  if (!text) GTEST_SKIP() << "the traces of WfInstances are not here; set GNOMON_WFINSTANCES";
  const auto imported = adapters::import_wfformat(*text, GetParam().name);
  ASSERT_TRUE(imported) << imported.error().message;
  const MemoryFiles files({{"trace.yaml", imported->yaml}});
  const auto scenario = load_scenario("trace.yaml", {}, files);
  ASSERT_TRUE(scenario) << scenario.error().to_string();

  const auto report = run(*scenario, {});
  ASSERT_TRUE(report) << report.error().message;
  for (const ThresholdResult& threshold : report->thresholds) {
    EXPECT_TRUE(threshold.passed) << threshold.threshold.text << ", measured "
                                  << threshold.measured.value_or(-1);
  }
  const reports::Histogram* makespan = report->metrics->histogram("makespan", "");
  ASSERT_NE(makespan, nullptr);
  EXPECT_EQ(makespan->count(), 1U);
  EXPECT_GE(Duration{makespan->min()}, imported->shortest);
  EXPECT_LE(Duration{makespan->max()}, imported->longest);
  EXPECT_EQ(report->metrics->number("nodes", "succeeded"), static_cast<double>(GetParam().tasks));
}

INSTANTIATE_TEST_SUITE_P(WfInstances, RecordedRun, ::testing::ValuesIn(adapters::recorded_traces()),
                         [](const auto& trace) {
                           std::string name = trace.param.name;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace gnomon::scenarios
