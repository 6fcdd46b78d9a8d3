// Sources, routes and subscribers of a scenario, in both worlds.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "adapters/sqlite/record_reader.h"
#include "adapters/tzdata/zones.h"
#include "engine/expressions/json.h"
#include "scenarios/runner/run.h"

namespace gnomon::scenarios {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

class RoutedRun : public ::testing::Test {
 protected:
  RoutedRun() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "gnomon-routes-XXXXXX").string();
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  ~RoutedRun() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  static Scenario load(const std::string& text) {
    const MemoryFiles files(std::map<std::string, std::string>{{"s.yaml", text}});
    auto scenario = load_scenario("s.yaml", {}, files, adapters::find_zone);
    EXPECT_TRUE(scenario.has_value()) << scenario.error().to_string();
    return *scenario;
  }

  RunReport run_in(WorldKind world, const Scenario& scenario, CommitListener* listener = nullptr) {
    auto report = run(scenario, {.world = world, .record = path("run.db"), .listener = listener});
    EXPECT_TRUE(report.has_value()) << report.error().message;
    return std::move(*report);
  }

  /// Runs it in the real world to its end, through as many deaths as come about. Gives how many.
  int run_killed(const Scenario& scenario) {
    std::mt19937 random(7);
    int killed = 0;
    for (int life = 0; life < 40; ++life) {
      const pid_t child = fork();
      if (child == 0) {
        const auto report = run(scenario, {.world = WorldKind::kReal, .record = path("run.db")});
        if (!report) fputs(report.error().message.c_str(), stderr);
        _exit(report ? 0 : 1);
      }
      usleep(30'000 + random() % 200'000);
      kill(child, SIGKILL);
      int status = 0;
      waitpid(child, &status, 0);
      if (WIFEXITED(status)) {
        EXPECT_EQ(WEXITSTATUS(status), 0);
        return killed;
      }
      ++killed;
    }
    run_in(WorldKind::kReal, scenario);
    return killed;
  }

  std::vector<std::string> lines_of(const std::string& name) const {
    std::vector<std::string> lines;
    std::ifstream file(path(name));
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  /// How often each input was given to a workflow, in the record.
  std::map<std::string, int> inputs() const {
    std::map<std::string, int> count;
    auto reader = adapters::RecordReader::open(path("run.db"));
    EXPECT_TRUE(reader && reader->workflows({}, [&](WorkflowRow&& row) {
      ++count[std::string{row.input.text()}];
      return true;
    }));
    return count;
  }

  /// How often each id was published, in the record.
  std::map<std::string, int> published() const {
    std::map<std::string, int> count;
    auto reader = adapters::RecordReader::open(path("run.db"));
    EXPECT_TRUE(reader && reader->events({.kind = EventKind::kExternal}, [&](Event&& event) {
      ++count[std::string{json_field(event.text, "id")->text()}];
      return true;
    }));
    return count;
  }

  /// Sixty events in 1.2 s. Those with an even n start a workflow with n alone as its input, but
  /// for the multiples of ten, on which the filter fails. `log` is told the same way.
  Scenario files() const {
    return load(R"(
name: files
horizon: 5s
workflows: {ingest: {nodes: {load: {pass: {}}}}}
sources:
  blob: {arrivals: {every: 20ms}, limit: 60, type: blob.created, data: '{n: .n, secret: "s3cret"}'}
  other: {arrivals: {every: 100ms}, limit: 5, type: blob.created, data: {n: 2, secret: s3cret}}
routes:
  even:
    source: blob
    types: blob.*
    filter: 'if .data.n % 10 == 0 then error("ten") else .data.n % 2 == 0 end'
    transform: '{n: .data.n}'
    handler: {start: ingest}
subscribers:
  log:
    source: blob
    filter: 'if .data.n % 10 == 0 then error("ten") else .data.n % 2 == 0 end'
    transform: '{n: .data.n}'
    sink: {file: )" +
                path("log.jsonl") +
                R"(}
)");
  }
  static std::set<std::string> expected_inputs() {
    std::set<std::string> expected;
    for (int n = 0; n < 60; n += 2) {
      if (n % 10 != 0) expected.insert(fmt::format(R"({{"n":{}}})", n));
    }
    return expected;
  }
  void expect_each_once(const std::map<std::string, int>& found,
                        const std::set<std::string>& expected) const {
    std::set<std::string> names;
    for (const auto& [name, count] : found) {
      EXPECT_EQ(count, 1) << name;
      names.insert(name);
    }
    EXPECT_EQ(names, expected);
  }

  std::filesystem::path folder_;
};

// CHECKLIST 19 to 22: what a filter does not let through, or cannot judge, and what a transform
// leaves out, reaches nobody.
TEST_F(RoutedRun, BringsToAHandlerWhatFilterAndTransformLeaveInBothWorlds) {
  for (const WorldKind world : {WorldKind::kSimulated, WorldKind::kReal}) {
    const RunReport report = run_in(world, files());
    EXPECT_EQ(report.metrics->number("events", "external"), 65);
    EXPECT_EQ(report.metrics->number("passed_over", "even"), 6);
    EXPECT_EQ(report.metrics->number("passed_over", "log"), 6);
    EXPECT_EQ(report.metrics->number("delivered", "even"), 24);
    EXPECT_EQ(report.metrics->number("behind", "log"), 0);
    expect_each_once(inputs(), expected_inputs());
  }
  // Only the real world has files.
  const std::vector<std::string> lines = lines_of("log.jsonl");
  EXPECT_EQ(std::set<std::string>(lines.begin(), lines.end()), expected_inputs());
  EXPECT_EQ(lines.size(), 24u);
  EXPECT_THAT(lines, Each(Not(HasSubstr("s3cret"))));
}

TEST_F(RoutedRun, SaysWhyARoutePassedEventsOverInBothWorlds) {
  for (const WorldKind world : {WorldKind::kSimulated, WorldKind::kReal}) {
    std::vector<std::string> news;
    RunOptions options{.world = world, .record = path("run.db")};
    options.progress = [&](const Progress& progress) {
      if (!progress.news.empty()) news.push_back(progress.news);
    };
    const auto report = run(files(), options);
    ASSERT_TRUE(report.has_value()) << report.error().message;
    ASSERT_EQ(report->passed_over.size(), 2u);
    const PassedOver& even = report->passed_over[0];
    EXPECT_EQ(even.route, "even");
    EXPECT_EQ(even.count, 6u);
    EXPECT_THAT(even.first, HasSubstr("ten"));
    EXPECT_NE(even.first, even.last);
    auto reader = adapters::RecordReader::open(path("run.db"));
    ASSERT_TRUE(reader);
    EXPECT_EQ(reader->facts()->passed_over.at("even"), even.last);
    EXPECT_EQ(reader->facts()->passed_over.at("log"), report->passed_over[1].last);
    if (world == WorldKind::kSimulated) continue;
    ASSERT_EQ(news.size(), 2u) << "once a route";
    EXPECT_THAT(news[0], HasSubstr(even.first));
  }
}

// Each shard has a router of its own.
TEST_F(RoutedRun, SaysWhyARouteFirstAndLastPassedAnEventOverInAnyShard) {
  const Scenario scenario = load(R"yaml(
name: failing
horizon: 1m
engine: {shards: 4}
workflows: {w: {nodes: {a: {pass: {}}}}}
traffic: {t: {workflow: w, arrivals: {every: 1s}, limit: 9}}
subscribers: {never: {types: gnomon.workflow_end, filter: 'error("never")', sink: {simulate: {}}}}
)yaml");
  const RunReport report = run_in(WorldKind::kSimulated, scenario);
  auto reader = adapters::RecordReader::open(path("run.db"));
  ASSERT_TRUE(reader);
  std::map<Instant, Event> ends;
  ASSERT_TRUE(reader->events({.kind = EventKind::kWorkflowEnded}, [&](Event&& event) {
    ends[event.at] = event;
    return true;
  }));
  ASSERT_EQ(ends.size(), 9u);
  const Event& first = ends.begin()->second;
  const Event& last = ends.rbegin()->second;
  ASSERT_NE(first.shard, last.shard);
  ASSERT_EQ(report.passed_over.size(), 1u);
  EXPECT_EQ(report.passed_over[0].count, 9u);
  const auto name = [](const Event& event) {
    return fmt::format("event {}-{}:", event.shard, event.sequence);
  };
  EXPECT_THAT(report.passed_over[0].first, HasSubstr(name(first)));
  EXPECT_THAT(report.passed_over[0].last, HasSubstr(name(last)));
}

/// Interrupts the run when that many events have come from outside.
class AfterEvents final : public CommitListener {
 public:
  AfterEvents(int count, std::atomic<bool>& interrupted)
      : count_(count), interrupted_(interrupted) {}
  void committed(const Commit& commit) override {
    for (const Event& event : commit.events) count_ -= event.kind == EventKind::kExternal;
    if (count_ <= 0) interrupted_ = true;
  }

 private:
  int count_;
  std::atomic<bool>& interrupted_;
};

TEST_F(RoutedRun, CountsWhatRoutesDidInAllLivesOfARun) {
  std::atomic<bool> interrupted = false;
  AfterEvents listener(30, interrupted);
  RunOptions options{.world = WorldKind::kReal, .record = path("run.db")};
  options.listener = &listener;
  options.interrupted = &interrupted;
  const auto first = run(files(), options);
  ASSERT_TRUE(first && first->interrupted);
  ASSERT_GT(first->metrics->number("delivered", "even").value_or(0), 0);
  const RunReport second = run_in(WorldKind::kReal, files());
  EXPECT_TRUE(second.resumed);
  EXPECT_EQ(second.metrics->number("delivered", "even"), 24);
  EXPECT_GE(second.metrics->number("passed_over", "even").value_or(0), 6);
}

TEST_F(RoutedRun, TakesEachEventOfASourceOnceHoweverOftenTheRunIsKilled) {
  EXPECT_GT(run_killed(files()), 2);
  std::set<std::string> ids;
  for (int n = 0; n < 60; ++n) ids.insert(fmt::format("\"blob-{}\"", n));
  for (int n = 0; n < 5; ++n) ids.insert(fmt::format("\"other-{}\"", n));
  expect_each_once(published(), ids);
  expect_each_once(inputs(), expected_inputs());
  const std::vector<std::string> lines = lines_of("log.jsonl");
  EXPECT_EQ(std::set<std::string>(lines.begin(), lines.end()), expected_inputs())
      << "a subscriber may be told twice, but of everything";
}

// Its clients live in the process that is killed, and plan their follow-ups anew.
TEST_F(RoutedRun, SendsEachSignalOfAClientOnceHoweverOftenTheRunIsKilled) {
  const Scenario scenario = load(R"(
name: signals
horizon: 5s
workflows:
  w:
    nodes:
      first: {wait: {signal: go}}
      second: {wait: {signal: go, interval: 1s}, after: first}
traffic: {t: {workflow: w, arrivals: {every: 100ms}, limit: 8, follow_ups: [{after: 150ms, signal: go}]}}
)");
  EXPECT_GT(run_killed(scenario), 2);
  std::map<WorkflowId, int> received;
  auto reader = adapters::RecordReader::open(path("run.db"));
  ASSERT_TRUE(reader && reader->events({.kind = EventKind::kSignalReceived}, [&](Event&& event) {
    ++received[event.workflow];
    return true;
  }));
  EXPECT_EQ(received.size(), 8u);
  for (const auto& [workflow, count] : received) EXPECT_EQ(count, 1) << value_of(workflow);
}

TEST_F(RoutedRun, TakesEachEventOfASourceOnceThroughCrashesOfTheHost) {
  Scenario scenario = load(R"(
name: crashes
horizon: 1h
workflows: {ingest: {nodes: {load: {pass: {}}}}}
sources: {blob: {arrivals: {every: 1s}, limit: 1000, data: '{n: .n}'}}
routes: {all: {source: blob, transform: .data.n, handler: {start: ingest}}}
engine: {commit_latency: {exponential: 200ms}, hop_latency: {exponential: 100ms}}
faults:
  - {what: crash, at: 5m, for: 40s}
  - {what: crash, at: 10m, for: 1ms}
  - {what: store_answer_lost, probability: 1%}
)");
  const RunReport report = run_in(WorldKind::kSimulated, scenario);
  EXPECT_GT(report.metrics->number("faults", "2").value_or(0), 0);
  std::set<std::string> ids;
  std::set<std::string> numbers;
  for (int n = 0; n < 1000; ++n) {
    ids.insert(fmt::format("\"blob-{}\"", n));
    numbers.insert(fmt::format("{}", n));
  }
  expect_each_once(published(), ids);
  expect_each_once(inputs(), numbers);
}

/// What cursors say the first time that several of them become durable.
class FirstCursors final : public CommitListener {
 public:
  void committed(const Commit& commit) override {
    for (const CursorRow& row : commit.cursors) {
      if (row.delivered > 0) latest_[row.subscriber] = row.delivered;
    }
    if (first.empty() && latest_.contains("fast")) first = latest_;
  }
  std::map<std::string, std::uint64_t> first;

 private:
  std::map<std::string, std::uint64_t> latest_;
};

// CHECKLIST 23. One takes a second for each event, and one takes nothing at first: neither the
// third one nor the workflows notice.
TEST_F(RoutedRun, LetsNoSlowSubscriberDelayAnotherInEitherWorld) {
  const Scenario scenario = load(R"(
name: slow
horizon: 20s
workflows: {w: {nodes: {a: {pass: {}}}}}
traffic: {t: {workflow: w, arrivals: {once: 1}}}
subscribers:
  fast: {sink: {file: )" + path("fast.jsonl") +
                                 R"(}}
  slow: {batch: 1, sink: {simulate: {latency: 400ms}}}
  down: {retry_delay: 100ms, max_retry_delay: 200ms, sink: {simulate: {down: [[0s, 2s]]}}}
)");
  for (const WorldKind world : {WorldKind::kSimulated, WorldKind::kReal}) {
    FirstCursors cursors;
    const RunReport report = run_in(world, scenario, &cursors);
    const double events = static_cast<double>(report.events);
    EXPECT_GT(events, 6);
    EXPECT_EQ(cursors.first["fast"], report.events) << "has everything after a second";
    EXPECT_LT(cursors.first["slow"], 4u);
    EXPECT_EQ(cursors.first["down"], 0u);
    for (const char* name : {"fast", "slow", "down"}) {
      EXPECT_EQ(report.metrics->number("delivered", name), events) << name;
      EXPECT_EQ(report.metrics->number("behind", name), 0) << name;
    }
    EXPECT_GT(report.metrics->number("redelivered", "down"), 1);
    EXPECT_LT(report.metrics->histogram("makespan", "w")->max(), 300'000'000);
    EXPECT_GE(report.ended - report.began, 400ms * report.events);
  }
  EXPECT_GT(lines_of("fast.jsonl").size(), 6u);
}

// What tells how far subscribers have got is made durable when nothing else is left to do, and not
// up to a second later.
TEST_F(RoutedRun, EndsWithItsWork) {
  const std::string text = R"(
name: end
runtimes: {cpu: {workers: 1}}
actions: {work: 10s}
workflows: {w: {nodes: {a: {task: {runtime: cpu, action: work}}}}}
traffic: {t: {workflow: w, arrivals: {once: 1}}}
engine: {commit_latency: 3ms}
)";
  const RunReport alone = run_in(WorldKind::kSimulated, load(text));
  const RunReport told =
      run_in(WorldKind::kSimulated,
             load(text + "subscribers: {ui: {sink: {simulate: {latency: 5ms}}}}\n"));
  EXPECT_LT(told.ended, alone.ended + 20ms);
  auto reader = adapters::RecordReader::open(path("run.db"));
  ASSERT_TRUE(reader);
  const auto cursors = reader->cursors();
  ASSERT_TRUE(cursors);
  ASSERT_EQ(cursors->size(), 1u);
  EXPECT_EQ(cursors->front().row.subscriber, "ui");
  EXPECT_EQ(cursors->front().row.delivered, told.events) << "and it is durable";
}

// Events from outside are taken in by one shard; the workflows that they name live in all of them.
TEST_F(RoutedRun, SignalsWorkflowsInEveryShardInEitherWorld) {
  const Scenario scenario = load(R"(
name: shards
horizon: 10s
engine: {shards: 4, placement: least_loaded}
workflows: {w: {nodes: {wait: {wait: {signal: go, interval: 3s}}}}}
traffic: {t: {workflow: w, arrivals: {every: 10ms}, limit: 40}}
sources:
  lab:
    begin: 1s
    arrivals: {every: 10ms}
    limit: 8
    data: '{run: ((.n % 4) * 281474976710656 + (.n / 4 | floor) + 1)}'
routes: {go: {source: lab, handler: {signal: {name: go, workflow_id: .data.run}}}}
)");
  for (const WorldKind world : {WorldKind::kSimulated, WorldKind::kReal}) {
    const RunReport report = run_in(world, scenario);
    EXPECT_EQ(report.metrics->number("delivered", "go"), 8);
    EXPECT_EQ(report.metrics->number("passed_over", "go"), 0);
    EXPECT_EQ(report.metrics->number("redelivered", "go"), 0);
    auto reader = adapters::RecordReader::open(path("run.db"));
    std::set<WorkflowId> signalled;
    ASSERT_TRUE(reader && reader->events({.kind = EventKind::kSignalReceived}, [&](Event&& event) {
      EXPECT_TRUE(signalled.insert(event.workflow).second);
      return true;
    }));
    EXPECT_EQ(signalled.size(), 8u);
  }
}

TEST_F(RoutedRun, EndsTheAttemptsOfWhichARuntimeTellsByAnEvent) {
  // The job is polled once an hour; what it publishes after ten seconds ends its attempt.
  const std::string text = R"(
name: callback
horizon: 1m
drain: 1d
runtimes: {lab: {workers: 4, poll_interval: 1h, otherwise: 10s}}
workflows:
  w:
    nodes: {job: {task: {runtime: lab, action: job}}}
    output: .nodes.job.output
traffic: {t: {workflow: w, arrivals: {once: 1}}}
)";
  const std::string routed = text + R"(
sources:
  lab:
    arrivals: {once: 1}
    begin: 10s
    type: job.done
    data: {job: {workflow: '1', node: 0, attempt: 1, outcome: succeeded, result: 7}}
routes:
  ends: {source: lab, types: job.done, transform: .data.job, handler: {callback: {}}}
)";
  const RunReport polled = run_in(WorldKind::kSimulated, load(text));
  EXPECT_GE(polled.metrics->histogram("makespan", "w")->max(), 3'600'000'000'000);
  const RunReport pushed = run_in(WorldKind::kSimulated, load(routed));
  EXPECT_EQ(pushed.metrics->number("workflows", "succeeded"), 1);
  EXPECT_LT(pushed.metrics->histogram("makespan", "w")->max(), 11'000'000'000);
}

}  // namespace
}  // namespace gnomon::scenarios
