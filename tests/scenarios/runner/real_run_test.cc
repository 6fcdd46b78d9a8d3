#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <string>

#include "adapters/sqlite/record_reader.h"
#include "adapters/tzdata/zones.h"
#include "scenarios/runner/run.h"

namespace gnomon::scenarios {
namespace {

class RealRun : public ::testing::Test {
 protected:
  RealRun() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gnomon-real-XXXXXX").string();
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  ~RealRun() override { std::filesystem::remove_all(folder_); }

  std::string path(const char* name) const { return (folder_ / name).string(); }

  /// Twelve chains of four processes; each notes its key in a file before it ends.
  Scenario chains() const {
    const std::string text = R"(
name: chains
horizon: 5m
runtimes: {shell: {workers: 4, process: {slots: 4}}}
workflows:
  chain:
    generate:
      layers: 4
      task: {runtime: shell, argv: [sh, -c, 'sleep 0.02; echo $GNOMON_KEY >> )" +
                             path("effects") + R"(']}
traffic: {all: {workflow: chain, arrivals: {once: 12}}}
thresholds: [workflows failed rate == 0%]
)";
    const MemoryFiles files({{"chains.yaml", text}});
    auto scenario = load_scenario("chains.yaml", {}, files, adapters::find_zone);
    EXPECT_TRUE(scenario.has_value()) << scenario.error().to_string();
    return *scenario;
  }

  RunOptions options() const { return {.world = WorldKind::kReal, .record = path("run.db")}; }

  std::map<std::string, int> effects() const {
    std::map<std::string, int> count;
    std::ifstream file(path("effects"));
    for (std::string key; file >> key;) ++count[key];
    return count;
  }

  std::filesystem::path folder_;
};

TEST_F(RealRun, RunsProcessesAndKeepsTheirOutput) {
  const auto report = run(chains(), options());
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_TRUE(report->passed());
  EXPECT_EQ(effects().size(), 48u);
  EXPECT_EQ(report->metrics->number("workflows", "succeeded"), 12);
}

// It is killed when the first task has ended: after 0.2 s of the wall's, which are 4 s of the
// record's.
TEST_F(RealRun, GoneOnWithUnderATimeScaleNeverGoesBackInTime) {
  const std::string text = R"(
name: scaled
horizon: 1h
runtimes: {cpu: {workers: 2, otherwise: 4s}}
workflows: {w: {nodes: {a: {task: {runtime: cpu, action: x}}}}}
traffic: {t: {workflow: w, arrivals: {once: 6}}}
)";
  const MemoryFiles files({{"scaled.yaml", text}});
  const auto scenario = load_scenario("scaled.yaml", {}, files, adapters::find_zone);
  ASSERT_TRUE(scenario.has_value()) << scenario.error().to_string();
  RunOptions scaled = options();
  scaled.stand_ins = true;
  scaled.time_scale = 0.05;
  const pid_t child = fork();
  if (child == 0) {
    const auto report = run(*scenario, scaled);
    _exit(report ? 0 : 1);
  }
  const auto has_ended = [&] {
    bool ended = false;
    auto reader = adapters::RecordReader::open(path("run.db"));
    return reader &&
           reader->events({.kind = EventKind::kNodeEnded}, [&](Event&&) { return ended = true; }) &&
           ended;
  };
  for (int i = 0; i < 2000 && !has_ended(); ++i) usleep(5'000);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status)) << "the run was over before it was killed";
  const auto report = run(*scenario, scaled);
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_TRUE(report->resumed);
  EXPECT_EQ(report->metrics->number("workflows", "succeeded"), 6);
  EXPECT_GE(report->metrics->number("overhead", "").value(), 0);
  EXPECT_GE(report->metrics->histogram("makespan", "w")->min(), Duration{4s}.count());
  auto reader = adapters::RecordReader::open(path("run.db"));
  ASSERT_TRUE(reader.has_value());
  Instant before = report->began;
  ASSERT_TRUE(reader->events({}, [&](Event&& event) {
    EXPECT_GE(event.at, before) << "event " << event.sequence;
    before = event.at;
    return true;
  }));
  EXPECT_GE(report->resumed_at, report->began + 4s);
}

TEST_F(RealRun, KilledAtAnyMomentLosesNothingAndRunsNoFinishedNodeAgain) {
  const Scenario scenario = chains();
  std::mt19937 random(7);
  int killed = 0;
  for (int life = 0; life < 40; ++life) {
    const pid_t child = fork();
    if (child == 0) {
      const auto report = run(scenario, options());
      _exit(report && report->passed() ? 0 : 1);
    }
    usleep(30'000 + random() % 120'000);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status)) {
      ASSERT_EQ(WEXITSTATUS(status), 0);
      break;
    }
    ++killed;
  }
  const auto report = run(scenario, options());
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_GT(killed, 2);

  auto reader = adapters::RecordReader::open(path("run.db"));
  ASSERT_TRUE(reader.has_value());
  std::uint64_t ended = 0;
  std::map<NodeRef, int> ends;
  std::map<NodeRef, std::uint64_t> end_of;
  std::set<ActionKey> finished;
  ASSERT_TRUE(reader
                  ->events({},
                           [&](Event&& event) {
                             if (event.kind == EventKind::kNodeEnded) {
                               ++ends[{event.workflow, event.node}];
                               end_of[{event.workflow, event.node}] = event.sequence;
                             }
                             if (event.kind == EventKind::kActionLaunched) {
                               EXPECT_FALSE(end_of.contains({event.workflow, event.node}))
                                   << "launched after it was finished";
                             }
                             ended += event.kind == EventKind::kWorkflowEnded;
                             return true;
                           })
                  .has_value());
  EXPECT_EQ(ended, 12u);
  EXPECT_EQ(ends.size(), 48u);
  for (const auto& [ref, count] : ends) EXPECT_EQ(count, 1);
  EXPECT_EQ(effects().size(), 48u) << "every node has had its effect, under one key";
}

TEST_F(RealRun, TakenUpLateItStillFinishesItsWork) {
  Scenario scenario = chains();
  scenario.horizon = 1500ms;
  scenario.drain.reset();
  const pid_t child = fork();
  if (child == 0) {
    (void)run(scenario, options());
    _exit(0);
  }
  usleep(60'000);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  usleep(1'600'000);  // its horizon passes
  const auto report = run(scenario, options());
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_FALSE(report->unfinished);
  EXPECT_EQ(effects().size(), 48u);
}

TEST_F(RealRun, WhatIsNotDoneWhenTheTimeIsUpIsGoneOnWith) {
  Scenario scenario = chains();
  scenario.horizon = 50ms;
  scenario.drain.reset();
  const auto first = run(scenario, options());
  ASSERT_TRUE(first.has_value()) << first.error().message;
  EXPECT_TRUE(first->unfinished);
  scenario.horizon = 1min;
  const auto second = run(scenario, options());
  ASSERT_TRUE(second.has_value()) << second.error().message;
  EXPECT_TRUE(second->resumed);
  EXPECT_FALSE(second->unfinished);
  EXPECT_EQ(effects().size(), 48u);
}

TEST_F(RealRun, StandInsEndLikeTheSimulation) {
  const std::map<std::string, std::string> texts{{"s.yaml", R"(
name: both
horizon: 10m
runtimes: {cpu: {workers: 20}}
actions: {work: {duration: {uniform: [20s, 40s]}, failures: {permanent: 20%}}}
workflows: {w: {generate: {layers: 3, width: 3, fan_in: 2, task: {runtime: cpu, action: work}}}}
traffic: {t: {workflow: w, arrivals: {every: 30s}, limit: 6}}
)"}};
  const MemoryFiles files(texts);
  const auto scenario = load_scenario("s.yaml", {}, files, adapters::find_zone);
  ASSERT_TRUE(scenario.has_value());
  const auto simulated = run(*scenario, {});
  RunOptions real = options();
  real.time_scale = 0.005;
  real.stand_ins = true;
  const auto stood_in = run(*scenario, real);
  ASSERT_TRUE(simulated.has_value() && stood_in.has_value());
  for (const char* outcome : {"succeeded", "failed"}) {
    EXPECT_EQ(simulated->metrics->number("workflows", outcome),
              stood_in->metrics->number("workflows", outcome))
        << outcome;
    EXPECT_EQ(simulated->metrics->number("nodes", outcome),
              stood_in->metrics->number("nodes", outcome))
        << outcome;
  }
  // The same attempts take as long in both worlds, to the nanosecond.
  EXPECT_EQ(simulated->metrics->histogram("run_time", "cpu")->count(),
            stood_in->metrics->histogram("run_time", "cpu")->count());
}

TEST_F(RealRun, RefusesTheUnfinishedRunOfAnotherScenario) {
  Scenario scenario = chains();
  std::atomic<bool> interrupted = true;
  RunOptions stopped = options();
  stopped.interrupted = &interrupted;
  ASSERT_TRUE(run(scenario, stopped).has_value());
  scenario.name = "another";
  const auto report = run(scenario, options());
  ASSERT_FALSE(report.has_value());
  EXPECT_NE(report.error().message.find("unfinished run of another scenario, 'chains'"),
            std::string::npos);
}

TEST_F(RealRun, BeginsAnewWhatWasKilledBeforeItHadMadeItsRecord) {
  std::ofstream(path("run.db")).flush();  // as SQLite leaves it
  const auto report = run(chains(), options());
  ASSERT_TRUE(report.has_value()) << report.error().message;
  EXPECT_FALSE(report->resumed);
  EXPECT_EQ(effects().size(), 48u);
}

TEST_F(RealRun, GoesOnAfterAnInterruption) {
  std::atomic<bool> interrupted = true;
  RunOptions stopped = options();
  stopped.interrupted = &interrupted;
  const auto first = run(chains(), stopped);
  ASSERT_TRUE(first.has_value());
  EXPECT_TRUE(first->interrupted);
  const auto second = run(chains(), options());
  ASSERT_TRUE(second.has_value());
  EXPECT_TRUE(second->resumed);
  EXPECT_EQ(effects().size(), 48u);
}

/// Interrupts the run in the middle.
class AfterSomeNodes final : public CommitListener {
 public:
  explicit AfterSomeNodes(std::atomic<bool>& interrupted) : interrupted_(interrupted) {}
  void committed(const Commit& commit) override {
    for (const Event& event : commit.events) ended_ += event.kind == EventKind::kNodeEnded;
    if (ended_ >= 20) interrupted_ = true;
  }

 private:
  std::atomic<bool>& interrupted_;
  int ended_ = 0;
};

TEST_F(RealRun, CountsAllThatItsEarlierLivesHaveDone) {
  std::atomic<bool> interrupted = false;
  AfterSomeNodes listener(interrupted);
  RunOptions stopped = options();
  stopped.interrupted = &interrupted;
  stopped.listener = &listener;
  const auto first = run(chains(), stopped);
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(first->interrupted);
  const auto in_first = first->metrics->number("nodes", "succeeded").value_or(0);
  ASSERT_LT(in_first, 48);
  {
    auto reader = adapters::RecordReader::open(path("run.db"));
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->facts()->ended_at, kUnset) << "it is to be gone on with";
    const auto figures = reader->metrics();
    const auto nodes = std::ranges::find_if(*figures, [](const adapters::MetricRow& row) {
      return row.name == "nodes" && row.label == "succeeded";
    });
    ASSERT_NE(nodes, figures->end());
    EXPECT_EQ(nodes->value, in_first);
  }
  const auto second = run(chains(), options());
  ASSERT_TRUE(second.has_value());
  auto reader = adapters::RecordReader::open(path("run.db"));
  std::uint64_t events = 0;
  ASSERT_TRUE(reader && reader->events({}, [&](Event&&) { return ++events > 0; }));
  EXPECT_EQ(second->events, events);
  EXPECT_GT(second->resumed_at, second->began);
  EXPECT_NE(reader->facts()->ended_at, kUnset);
  const auto restarts = reader->series();
  ASSERT_EQ(restarts->size(), 1u);
  EXPECT_EQ(restarts->front().name, adapters::kResumed);
  EXPECT_EQ(restarts->front().at, second->resumed_at);
  const Metrics& metrics = *second->metrics;
  EXPECT_EQ(metrics.number("workflows", "started"), 12);
  EXPECT_EQ(metrics.number("workflows", "succeeded"), 12);
  EXPECT_EQ(metrics.number("nodes", "succeeded"), 48);
  EXPECT_EQ(metrics.number("success", "chain"), 1);
  ASSERT_NE(metrics.histogram("run_time", "shell"), nullptr);
  EXPECT_EQ(metrics.histogram("run_time", "shell")->count(), 48u);
  EXPECT_EQ(metrics.histogram("makespan", "chain")->count(), 12u);
}

}  // namespace
}  // namespace gnomon::scenarios
