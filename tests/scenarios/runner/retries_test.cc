// The retries of a scenario's follow-ups, in both worlds.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>

#include "adapters/sqlite/record_reader.h"
#include "adapters/tzdata/zones.h"
#include "scenarios/runner/run.h"

namespace gnomon::scenarios {
namespace {

constexpr const char* kFailsAlways = "{task: {runtime: cpu, action: work}}";

/// One workflow with that node and those follow-ups.
Scenario one_workflow(const std::string& node, const std::string& follow_ups) {
  const MemoryFiles files({{"s.yaml", fmt::format(R"(
name: retried
horizon: 2h
drain: 1h
runtimes: {{cpu: {{workers: 4}}}}
actions: {{work: {{duration: 1ms, attempts: [{{error: permanent}}]}}}}
workflows: {{w: {{nodes: {{a: {}}}}}}}
traffic: {{t: {{workflow: w, arrivals: {{once: 1}}, follow_ups: [{}]}}}}
)",
                                                  node, follow_ups)}});
  auto scenario = load_scenario("s.yaml", {}, files, adapters::find_zone);
  EXPECT_TRUE(scenario.has_value()) << scenario.error().to_string();
  return *scenario;
}

struct CountsRetries final : CommitListener {
  void committed(const Commit& commit) override {
    for (const Event& event : commit.events) retries += event.kind == EventKind::kWorkflowRetried;
  }
  int retries = 0;
};

int simulated(const std::string& follow_ups, const std::string& node = kFailsAlways) {
  CountsRetries count;
  RunOptions options;
  options.listener = &count;
  const auto report = run(one_workflow(node, follow_ups), options);
  EXPECT_TRUE(report.has_value()) << report.error().message;
  return count.retries;
}

TEST(Retries, AreEachForTheRunBeforeThemInWhateverOrderTheyStand) {
  EXPECT_EQ(simulated("{after: 10m, do: retry, when_failed: true}, "
                      "{after: 20m, do: retry, when_failed: true}"),
            2);
  EXPECT_EQ(simulated("{after: 20m, do: retry, when_failed: true}, "
                      "{after: 10m, do: retry, when_failed: true}"),
            2);
  EXPECT_EQ(simulated("{after: 10m, do: retry}, {after: 20m, do: retry, when_failed: true}, "
                      "{after: 5m, do: retry, when_failed: true}"),
            3);
}

TEST(Retries, MakeAWorkflowCountByItsLastEndAlone) {
  const std::string follow_ups =
      "{after: 10m, do: retry, when_failed: true}, {after: 20m, do: retry, when_failed: true}";
  const auto fails = run(one_workflow(kFailsAlways, follow_ups), {});
  ASSERT_TRUE(fails);
  EXPECT_EQ(fails->metrics->number("events", "workflow_retried"), 2);
  EXPECT_EQ(fails->metrics->number("workflows", "failed"), 1);
  EXPECT_EQ(fails->metrics->number("workflows", ""), 1);
  EXPECT_EQ(fails->metrics->number("nodes", "failed"), 1);
  ASSERT_NE(fails->metrics->histogram("makespan", "w"), nullptr);
  EXPECT_EQ(fails->metrics->histogram("makespan", "w")->count(), 1u);
  EXPECT_GT(fails->metrics->histogram("makespan", "w")->max(), Duration{20min}.count());

  Scenario scenario = one_workflow(kFailsAlways, follow_ups);
  const std::map<std::string, std::string> texts{{"s.yaml", R"(
runtimes: {cpu: {workers: 4}}
actions: {work: {duration: 1ms, attempts: [{error: permanent}, {}]}}
workflows: {w: {nodes: {a: {task: {runtime: cpu, action: work}}}}}
)"}};
  scenario.actions = load_scenario("s.yaml", {}, MemoryFiles(texts), adapters::find_zone)->actions;
  const auto succeeds = run(scenario, {});
  ASSERT_TRUE(succeeds);
  EXPECT_EQ(succeeds->metrics->number("events", "workflow_retried"), 1);
  EXPECT_EQ(succeeds->metrics->number("workflows", "failed"), 0);
  EXPECT_EQ(succeeds->metrics->number("workflows", "succeeded"), 1);
  EXPECT_EQ(succeeds->metrics->number("success", ""), 1);
  EXPECT_EQ(succeeds->metrics->number("nodes", ""), 1);
}

TEST(Retries, ThatAreNotDrawnDoNotCount) {
  EXPECT_EQ(simulated("{after: 10m, do: retry, when_failed: true, probability: 0%}, "
                      "{after: 20m, do: retry, when_failed: true}"),
            1);
}

TEST(Retries, ArePlannedOnceForAWorkflowThatIsOverWhenItsStartIsAnswered) {
  EXPECT_EQ(simulated("{after: 10m, do: retry, when_failed: true}",
                      R"({pass: {}, output: 'error("no")'})"),
            1);
}

/// Kills its process when a workflow has ended.
struct KillsAfterEnd final : CommitListener {
  void committed(const Commit& commit) override {
    for (const Event& event : commit.events) {
      if (event.kind == EventKind::kWorkflowEnded) raise(SIGKILL);
    }
  }
};

class RetriesOfADyingClient : public ::testing::Test {
 protected:
  RetriesOfADyingClient() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "gnomon-retries-XXXXXX").string();
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  ~RetriesOfADyingClient() override { std::filesystem::remove_all(folder_); }

  /// How often the workflow is retried when the process dies each time it has failed, and is
  /// started again until nothing is left to do.
  int retries(const std::string& follow_ups) {
    const Scenario scenario = one_workflow(kFailsAlways, follow_ups);
    const std::string record = (folder_ / "run.db").string();
    int status = 0;
    for (int life = 0; life < 6; ++life) {
      const pid_t child = fork();
      if (child == 0) {
        KillsAfterEnd killer;
        RunOptions options{.world = WorldKind::kReal, .record = record, .stand_ins = true};
        options.listener = &killer;
        _exit(run(scenario, options) ? 0 : 1);
      }
      waitpid(child, &status, 0);
      if (WIFEXITED(status)) break;
    }
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    std::map<std::string, double> figures;
    const auto metrics = adapters::RecordReader::open(record)->metrics();
    for (const adapters::MetricRow& row : *metrics)
      figures[row.name + '/' + row.label + '/' + row.statistic] = row.value;
    EXPECT_EQ(figures["workflows/failed/value"], 1) << "by its last end, over all lives";
    EXPECT_EQ(figures["makespan/w/count"], 1);
    EXPECT_EQ(figures["nodes/failed/value"], 1);
    int count = 0;
    auto reader = adapters::RecordReader::open(record);
    EXPECT_TRUE(reader && reader->events({.kind = EventKind::kWorkflowRetried}, [&](Event&&) {
      ++count;
      return true;
    }));
    return count;
  }

 private:
  std::filesystem::path folder_;
};

// Each follow-up comes a while after the failure, and the process dies in between: the next life
// makes up for it, and the one after that does not do it again.
TEST_F(RetriesOfADyingClient, HappenOnce) {
  EXPECT_EQ(retries("{after: 100ms, do: retry, when_failed: true}"), 1);
}

TEST_F(RetriesOfADyingClient, HappenOnceEach) {
  EXPECT_EQ(retries("{after: 300ms, do: retry, when_failed: true}, "
                    "{after: 100ms, do: retry, when_failed: true}"),
            2);
}

TEST_F(RetriesOfADyingClient, HappenOnceIfOneBeforeThemWasNotDrawn) {
  EXPECT_EQ(retries("{after: 100ms, do: retry, when_failed: true, probability: 0%}, "
                    "{after: 200ms, do: retry, when_failed: true}"),
            1);
}

}  // namespace
}  // namespace gnomon::scenarios
