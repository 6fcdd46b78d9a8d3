#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/metric.h"
#include "tests/scenarios/language/load_text.h"

namespace gnomon::scenarios {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kScenario = R"(
runtimes: {gpu: {otherwise: 1s}, cpu: {otherwise: 1s}}
workflows:
  train:
    nodes:
      tune: {subworkflow: {definition: {nodes: {a: {task: {runtime: gpu, action: x}}}}}}
subscribers: {ui: {sink: {simulate: {}}}}
routes: {again: {source: engine, handler: {start: train}}}
faults: [{what: crash}]
thresholds:
)";

/// What is wrong with one threshold, without its place, which is always the same.
std::vector<std::string> errors_in(const std::string& threshold) {
  std::vector<std::string> errors = errors_of(kScenario + "  - " + threshold + "\n");
  const std::string place = "s.yaml:11:5: in this threshold, ";
  for (std::string& error : errors) {
    EXPECT_THAT(error, testing::StartsWith(place));
    error = error.substr(std::min(place.size(), error.size()));
  }
  return errors;
}

TEST(ThresholdCheck, TakesWhatCanBeMeasured) {
  for (const char* good :
       {"makespan p(95) < 30s", "makespan(train) count == 3", "makespan(train/tune) max < 1h",
        "makespan < 30", "queue_wait(gpu) p(99) < 1s", "workflows failed rate < 1%",
        "workflows live count == 0", "nodes skipped count > 100", "events(node_end) rate > 5/s",
        "utilisation(gpu) > 60%", "utilisation(cpu) > 0.6", "overhead < 1%", "cost(gpu) < 100",
        "shard_imbalance < 1.2", "behind(ui) == 0", "delivered(again) == 100", "faults(0) >= 1",
        "attempts rate > 1/min"}) {
    EXPECT_THAT(errors_in(good), IsEmpty()) << good;
  }
}

TEST(ThresholdCheck, TellsNamesThatAreNotThere) {
  EXPECT_THAT(errors_in("makespam p(95) < 1s"),
              ElementsAre("there is no metric 'makespam' (did you mean 'makespan'?)"));
  EXPECT_THAT(errors_in("makespan(trian) < 1s"),
              ElementsAre("'makespan' has no workflow 'trian' (did you mean 'train'?)"));
  EXPECT_THAT(errors_in("utilisation(tpu0) > 60%"),
              ElementsAre("'utilisation' has no runtime 'tpu0'; there are gpu, cpu"));
  EXPECT_THAT(errors_in("workflows faild rate < 1%"),
              ElementsAre("'workflows' has no outcome 'faild' (did you mean 'failed'?)"));
  EXPECT_THAT(errors_in("events(node_ended) > 3"),
              ElementsAre("'events' has no kind of event 'node_ended' (did you mean 'node_end'?)"));
  EXPECT_THAT(errors_in("behind(web) == 0"),
              ElementsAre("'behind' has no subscriber or route 'web'; there are ui, again"));
  EXPECT_THAT(errors_in("faults(1) > 0"),
              ElementsAre("'faults' has no number of a fault '1'; there is only 0"));
  EXPECT_THAT(errors_in("overhead(gpu) < 1%"), ElementsAre("'overhead' has no labels"));
  EXPECT_THAT(errors_in("utilisation > 60%"),
              ElementsAre("'utilisation' needs a runtime: utilisation(gpu)"));
}

TEST(ThresholdCheck, TellsAggregatesThatDoNotFit) {
  EXPECT_THAT(errors_in("makespan rate > 5/s"),
              ElementsAre("'makespan' is a time, which has no rate; there are p(95), mean, min, "
                          "max, median, sum and count"));
  EXPECT_THAT(errors_in("nodes failed p(95) < 5"),
              ElementsAre("'nodes' is a count, which is one number; there are count and rate"));
  EXPECT_THAT(
      errors_in("utilisation(gpu) p(95) > 60%"),
      ElementsAre("'utilisation' is a share, which is one number: leave the aggregate out"));
  EXPECT_THAT(errors_in("retries rate < 5%"),
              ElementsAre("'retries' is a count, but no part of something: give its rate a bound "
                          "such as 5/s"));
  EXPECT_THAT(
      errors_in("workflows rate < 5%"),
      ElementsAre("the rate of all of 'workflows' is all of it: give it a label, or a bound "
                  "such as 5/s"));
}

TEST(ThresholdCheck, TellsUnitsThatDoNotFit) {
  EXPECT_THAT(errors_in("makespan p(95) < 30%"),
              ElementsAre("expected a duration such as 30s as the bound, found a percentage"));
  EXPECT_THAT(errors_in("utilisation(gpu) > 60s"),
              ElementsAre("expected a percentage such as 60% as the bound, found a duration"));
  EXPECT_THAT(errors_in("workflows failed rate < 1s"),
              ElementsAre("expected a percentage such as 60% as the bound, found a duration"));
  EXPECT_THAT(errors_in("makespan count < 5s"),
              ElementsAre("expected a number such as 1000 as the bound, found a duration"));
  EXPECT_THAT(errors_in("nodes failed < 64MiB"),
              ElementsAre("expected a number such as 1000 as the bound, found a size"));
}

TEST(ThresholdCheck, TellsAllThatIsWrongWithOne) {
  EXPECT_THAT(errors_in("makespan(trian) rate < 5%"), testing::SizeIs(2));
}

TEST(Metrics, AreFoundByTheirNames) {
  for (const Metric& metric : metrics()) EXPECT_EQ(find_metric(metric.name), &metric);
  EXPECT_EQ(find_metric("makespam"), nullptr);
}

}  // namespace
}  // namespace gnomon::scenarios
