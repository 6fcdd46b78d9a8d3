#include "scenarios/language/overrides.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/language/load_text.h"

namespace gnomon::scenarios {
namespace {

using testing::ElementsAre;

constexpr const char* kScenario =
    "runtimes: {gpu: {workers: 8}, cpu: {otherwise: 1s}}\n"
    "actions: {train: 5m}\n"
    "workflows:\n"
    "  'day.1': {nodes: {a: {task: {runtime: cpu, action: x, params: {deep: {list: [1]}}}}}}\n"
    "traffic: {t: {workflow: 'day.1'}}\n"
    "faults: [{what: crash}, {what: crash, at: 5m}]\n";

Scenario with(const std::vector<std::string>& overrides) {
  return loaded(kScenario, overrides);
}
std::vector<std::string> errors(const std::vector<std::string>& overrides) {
  return errors_of(kScenario, overrides);
}

TEST(Overrides, ChangeWhatIsThere) {
  EXPECT_EQ(with({"runtimes.gpu.workers=64"}).runtimes[0].pool.workers, 64u);
  EXPECT_EQ(with({"faults[1].at=1h"}).faults[1].at, 1h);
  EXPECT_EQ(with({"traffic.t.workflow='day.1'", "workflows.\"day.1\".timeout=5m"})
                .workflows[0]
                ->timeout(),
            5min);
  EXPECT_EQ(with({
                     "actions.train={duration: {exponential: 1h}}"  // replaces the whole value
                 })
                .actions.size(),
            1u);
}

TEST(Overrides, AddKeysThatTheLanguageKnows) {
  EXPECT_EQ(with({"engine.shards=4"}).engine.shards, 4u);
  EXPECT_EQ(with({"runtimes.gpu.otherwise.duration={exponential: 30s}"})
                .runtimes[0]
                .pool.otherwise.duration.mean(),
            30e9);
  EXPECT_EQ(with({"seed=0x10"}).seed, 16u);
  EXPECT_EQ(with({"traffic.t.input={a: 1}", "traffic.t.input.b=2"}).traffic[0].input.text(),
            R"({"a":1,"b":2})");
}

TEST(Overrides, ApplyOneAfterTheOther) {
  EXPECT_EQ(with({"seed=5", "seed=6"}).seed, 6u);
  EXPECT_EQ(with({"thresholds=[overhead < 1]", "thresholds[0]=nodes > 2"}).thresholds[0].metric,
            "nodes");
}

TEST(Overrides, ReachIntoConstants) {
  EXPECT_EQ(std::get<TaskSpec>(with({"workflows.\"day.1\".nodes.a.task.params.deep.list[0]=x"})
                                   .workflows[0]
                                   ->spec(0)
                                   .work)
                .params.text(),
            R"({"deep":{"list":["x"]}})");
}

TEST(Overrides, TellWhatIsWrongWhereItIs) {
  EXPECT_THAT(errors({"runtimes.gpu.wrkers=5"}),
              ElementsAre("--set:1:14: unknown key 'wrkers' (did you mean 'workers'?)"));
  EXPECT_THAT(errors({"runtimes.gpuu.workers=5"}),
              ElementsAre("--set:1:10: there is no 'gpuu' here (did you mean 'gpu'?)"));
  EXPECT_THAT(
      errors({"runtimes.gpu.workers=many"}),
      ElementsAre(
          "--set runtimes.gpu.workers:1:1: expected an integer from 1 to 1000000, found 'many'"));
  EXPECT_THAT(errors({"faults[2].at=1h"}),
              ElementsAre("--set:1:8: the list has 2 elements, counted from 0"));
  EXPECT_THAT(errors({"runtimes[0]=1"}), ElementsAre("--set:1:10: there is no list here"));
  EXPECT_THAT(errors({"actions.train.duration=1s"}),
              ElementsAre("--set:1:15: there is no map here"));
  EXPECT_THAT(errors({"seed.x=1"}), ElementsAre("--set:1:6: unknown key 'x'"));
  EXPECT_THAT(errors({"seed=[1"}),
              ElementsAre(testing::HasSubstr("--set seed:1:3: did not find expected ',' or ']'")));
}

TEST(Overrides, HaveBoundedPaths) {
  std::string path = "traffic.t.input";
  for (int i = 0; i < 1000; ++i) path += ".x";
  EXPECT_THAT(errors({path + "=1"}), ElementsAre(testing::HasSubstr("the path is too long")));
}

TEST(Overrides, TellABrokenPath) {
  EXPECT_THAT(errors({""}), ElementsAre("--set:1:1: expected a key"));
  EXPECT_THAT(errors({"seed"}), ElementsAre("--set:1:5: expected '=' and a value"));
  EXPECT_THAT(errors({"=5"}), ElementsAre("--set:1:1: expected a key"));
  EXPECT_THAT(errors({"runtimes.=5"}), ElementsAre("--set:1:10: expected a key"));
  EXPECT_THAT(errors({"workflows.\"day=5"}), ElementsAre("--set:1:11: the quote is not closed"));
  EXPECT_THAT(errors({"faults[x]=5"}), ElementsAre("--set:1:8: expected a number and ']'"));
  EXPECT_THAT(errors({"faults[1=5"}), ElementsAre("--set:1:8: expected a number and ']'"));
  EXPECT_THAT(errors({"faults[1]at=5"}), ElementsAre("--set:1:11: expected '.', '[' or '='"));
  EXPECT_THAT(errors({"workflows.\"a\"b=5"}), ElementsAre("--set:1:15: expected '.', '[' or '='"));
}

}  // namespace
}  // namespace gnomon::scenarios
