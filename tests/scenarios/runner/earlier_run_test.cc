#include "scenarios/runner/earlier_run.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "adapters/sqlite/database.h"
#include "adapters/sqlite/mailbox.h"
#include "adapters/sqlite/record_reader.h"
#include "adapters/sqlite/run_lock.h"
#include "adapters/tzdata/zones.h"
#include "scenarios/runner/run.h"

namespace gnomon::scenarios {
namespace {

class EarlierRunTest : public ::testing::Test {
 protected:
  EarlierRunTest() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "gnomon-earlier-XXXXXX").string();
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    record_ = (folder_ / "run.db").string();
  }
  ~EarlierRunTest() override { std::filesystem::remove_all(folder_); }

  static Scenario jobs() {
    const std::map<std::string, std::string> texts{{"s.yaml", R"(
name: jobs
horizon: 5m
runtimes: {cpu: {workers: 4}}
actions: {work: {duration: 1ms}}
workflows: {job: {nodes: {work: {task: {runtime: cpu, action: work}}}}}
traffic: {all: {workflow: job, arrivals: {once: 3}}}
)"}};
    auto scenario = load_scenario("s.yaml", {}, MemoryFiles(texts), adapters::find_zone);
    EXPECT_TRUE(scenario.has_value()) << scenario.error().to_string();
    return *scenario;
  }
  RunOptions in(WorldKind world) const {
    return {.world = world, .record = record_, .stand_ins = world == WorldKind::kReal};
  }
  Expected<RunReport> run_in(WorldKind world) const { return run(jobs(), in(world)); }
  void leave_unfinished() const {
    std::atomic<bool> interrupted = true;
    RunOptions stopped = in(WorldKind::kReal);
    stopped.interrupted = &interrupted;
    EXPECT_TRUE(run(jobs(), stopped));
  }
  Expected<std::uint64_t> send() const {
    auto mailbox = adapters::Mailbox::open(record_);
    EXPECT_TRUE(mailbox) << mailbox.error().message;
    return mailbox->send({.kind = CommandKind::kStart, .name = "job"});
  }
  std::string world() const {
    auto reader = adapters::RecordReader::open(record_);
    EXPECT_TRUE(reader) << reader.error().message;
    return reader->facts()->world;
  }
  std::string bytes() const {
    std::ifstream file(record_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// Runs it in `world`, which must be refused because of `why`, and change nothing.
  void expect_refused(WorldKind world, const std::string& why) const {
    const std::string before = bytes();
    const auto report = run_in(world);
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().kind, ErrorKind::kInvalid);
    EXPECT_NE(report.error().message.find(why), std::string::npos) << report.error().message;
    EXPECT_TRUE(bytes() == before);
  }

  std::filesystem::path folder_;
  std::string record_;
};

TEST_F(EarlierRunTest, ARuntimeThatLiveWorkflowsNeedMustBeThere) {
  const auto scenario_on = [](const char* runtime, const char* workflow) {
    const std::map<std::string, std::string> texts{
        {"s.yaml", fmt::format("name: jobs\nhorizon: 1s\ndrain: 0s\n"
                               "runtimes: {{{0}: {{workers: 4, otherwise: 1h}}}}\n"
                               "workflows: {{{1}: {{nodes: {{a: {{task: {{runtime: {0}, action: x"
                               "}}}}}}}}}}\n"
                               "traffic: {{all: {{workflow: {1}, arrivals: {{once: 1}}}}}}\n",
                               runtime, workflow)}};
    auto scenario = load_scenario("s.yaml", {}, MemoryFiles(texts), adapters::find_zone);
    EXPECT_TRUE(scenario.has_value()) << scenario.error().to_string();
    return *scenario;
  };
  const auto first = run(scenario_on("cpu", "job"), in(WorldKind::kReal));
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_EQ(first->live_workflows, 1u);
  const std::string before = bytes();
  const auto second = run(scenario_on("gpu", "other"), in(WorldKind::kReal));
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("needs the runtime 'cpu'"), std::string::npos)
      << second.error().message;
  EXPECT_TRUE(bytes() == before);
}

TEST_F(EarlierRunTest, AScenarioThatDoesNotFitIsRefusedBeforeAnythingIsOpened) {
  leave_unfinished();
  Scenario changed = jobs();
  const std::map<std::string, std::string> texts{{"s.yaml", R"(
name: jobs
horizon: 5m
runtimes: {cpu: {workers: 4}}
actions: {work: {duration: 1ms}}
workflows: {job: {nodes: {work: {task: {runtime: cpu, action: work, units: 2}}}}}
)"}};
  const auto other = load_scenario("s.yaml", {}, MemoryFiles(texts), adapters::find_zone);
  ASSERT_TRUE(other.has_value());
  changed.workflows = other->workflows;
  const std::string before = bytes();
  const auto report = run(changed, in(WorldKind::kReal));
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find("'job' is another one"), std::string::npos)
      << report.error().message;
  EXPECT_TRUE(bytes() == before);
}

TEST_F(EarlierRunTest, OfEitherWorldIsReplacedWhenItIsOver) {
  for (const WorldKind first : {WorldKind::kReal, WorldKind::kSimulated}) {
    for (const WorldKind second : {WorldKind::kReal, WorldKind::kSimulated}) {
      ASSERT_TRUE(run_in(first));
      const auto report = run_in(second);
      ASSERT_TRUE(report) << report.error().message;
      EXPECT_FALSE(report->resumed);
      EXPECT_EQ(report->earlier_kept_as.empty(), first == WorldKind::kSimulated);
      EXPECT_EQ(report->metrics->number("workflows", "succeeded"), 3);
      EXPECT_EQ(world(), second == WorldKind::kReal ? "real" : "simulated");
    }
  }
}

TEST_F(EarlierRunTest, KeepsWhatOverrodeTheScenarioAndSaysWhatIsAnotherOneNow) {
  std::atomic<bool> interrupted = true;
  RunOptions options = in(WorldKind::kReal);
  options.interrupted = &interrupted;
  options.scenario_text = "name: jobs # one";
  options.overrides = {"runtimes.cpu.workers=4", R"(traffic.all.input={"a": [1]})"};
  ASSERT_TRUE(run(jobs(), options));
  const auto facts = [this] { return adapters::RecordReader::open(record_)->facts().value(); };
  EXPECT_EQ(facts().overrides, options.overrides);

  const auto same = run(jobs(), options);
  ASSERT_TRUE(same);
  EXPECT_TRUE(same->resumed);
  EXPECT_TRUE(same->changes.empty());

  options.scenario_text = "name: jobs # two";
  options.overrides = {"runtimes.cpu.workers=8"};
  options.seed = same->seed + 1;
  const auto other = run(jobs(), options);
  ASSERT_TRUE(other);
  ASSERT_EQ(other->changes.size(), 3u);
  EXPECT_EQ(other->changes[0], "the scenario's text is another one");
  EXPECT_EQ(other->changes[1],
            "--set runtimes.cpu.workers=8 instead of --set runtimes.cpu.workers=4 --set "
            R"(traffic.all.input={"a": [1]})");
  EXPECT_EQ(other->changes[2], fmt::format("its seed stays {}", same->seed));
  EXPECT_EQ(facts().overrides, options.overrides);
  EXPECT_EQ(facts().scenario_text, options.scenario_text);

  options.overrides = {};
  ASSERT_TRUE(run(jobs(), options));
  EXPECT_EQ(facts().overrides, options.overrides) << "none";
}

TEST_F(EarlierRunTest, OfAnInterruptedSimulationTakesNoOthersPlace) {
  std::atomic<bool> interrupted = true;
  RunOptions stopped = in(WorldKind::kSimulated);
  stopped.interrupted = &interrupted;
  const auto facts = [](const std::string& record) {
    return adapters::RecordReader::open(record)->facts().value();
  };
  const auto alone = run(jobs(), stopped);
  ASSERT_TRUE(alone && alone->interrupted);
  EXPECT_EQ(alone->record, record_) << "nothing was there";
  EXPECT_TRUE(facts(record_).interrupted);

  const auto whole = run_in(WorldKind::kSimulated);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->record, record_) << "a run takes the place of a part of one";
  EXPECT_FALSE(facts(record_).interrupted);
  const std::string before = bytes();
  const std::string beside = (folder_ / "run.interrupted.db").string();
  for (int times = 0; times < 2; ++times) {
    const auto report = run(jobs(), stopped);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->record, beside);
    EXPECT_TRUE(facts(beside).interrupted);
    EXPECT_TRUE(bytes() == before);
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 2);

  ASSERT_TRUE(run_in(WorldKind::kReal));
  const std::string real = bytes();
  ASSERT_TRUE(run(jobs(), stopped));
  EXPECT_TRUE(bytes() == real);
}

// A simulated run can be made again, and one of the real world cannot.
TEST_F(EarlierRunTest, OfTheRealWorldIsSetAside) {
  const auto first = run_in(WorldKind::kReal);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->earlier_kept_as, "");
  const std::string of_first = bytes();
  const auto second = run_in(WorldKind::kReal);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->earlier_kept_as, (folder_ / "run.1.db").string());
  const std::string of_second = bytes();
  const auto third = run_in(WorldKind::kSimulated);
  ASSERT_TRUE(third) << third.error().message;
  EXPECT_EQ(third->earlier_kept_as, (folder_ / "run.2.db").string());
  EXPECT_EQ(run_in(WorldKind::kReal)->earlier_kept_as, "");
  const auto bytes_of = [this](const char* name) {
    std::ifstream file(folder_ / name, std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(file), {}};
  };
  EXPECT_TRUE(bytes_of("run.1.db") == of_first);
  EXPECT_TRUE(bytes_of("run.2.db") == of_second);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 3);
}

TEST_F(EarlierRunTest, ThatIsUnfinishedIsNotReplacedByASimulatedOne) {
  leave_unfinished();
  expect_refused(WorldKind::kSimulated, "holds the unfinished run of 'jobs' in the real world");
  EXPECT_TRUE(run_in(WorldKind::kReal)->resumed);
}

TEST_F(EarlierRunTest, ThatAProcessRunsIsNotReplacedByASimulatedOne) {
  ASSERT_TRUE(run_in(WorldKind::kReal));
  const auto lock = adapters::RunLock::take(record_);
  expect_refused(WorldKind::kSimulated, "is being run by process " + std::to_string(getpid()));
}

TEST_F(EarlierRunTest, InWhichACommandWaitsIsNotReplacedByASimulatedOne) {
  ASSERT_TRUE(run_in(WorldKind::kReal));
  ASSERT_TRUE(send());
  expect_refused(WorldKind::kSimulated, "holds commands that nobody has answered");
  EXPECT_TRUE(run_in(WorldKind::kReal)->resumed);
}

TEST_F(EarlierRunTest, ThatIsSentACommandMeanwhileIsNotReplacedByASimulatedOne) {
  ASSERT_TRUE(run_in(WorldKind::kReal));
  RunOptions options = in(WorldKind::kSimulated);
  bool sent = false;
  options.progress = [&](const Progress&) {
    if (!sent) sent = send().has_value();
  };
  const auto report = run(jobs(), options);
  ASSERT_TRUE(sent);
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().message.find("was sent commands meanwhile"), std::string::npos);
  EXPECT_TRUE(run_in(WorldKind::kReal)->resumed);
}

TEST_F(EarlierRunTest, OfTheSimulatedWorldWithACommandInItIsNotRemovedByARealOne) {
  ASSERT_TRUE(run_in(WorldKind::kSimulated));
  ASSERT_TRUE(send());
  expect_refused(WorldKind::kReal, "holds commands that nobody has answered");
}

TEST_F(EarlierRunTest, ThatIsNoRecordIsLeftAlone) {
  std::ofstream(record_) << "something that somebody wrote";
  expect_refused(WorldKind::kReal, "not a run record");
  expect_refused(WorldKind::kSimulated, "not a run record");
}

TEST_F(EarlierRunTest, KilledInTheMiddleOfMakingItsTablesIsBegunAnew) {
  const pid_t child = fork();
  if (child == 0) {
    auto database = adapters::Database::open(record_, {});
    // The half of it is in the file, by the smallest of caches, and the rest is not.
    const auto done = database->execute(
        "PRAGMA cache_size = 1; BEGIN; CREATE TABLE half (text); "
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) "
        "INSERT INTO half SELECT hex(zeroblob(500)) FROM n");
    raise(done ? SIGKILL : SIGTERM);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(WTERMSIG(status), SIGKILL);
  ASSERT_TRUE(std::filesystem::exists(record_ + "-journal"));
  ASSERT_GT(std::filesystem::file_size(record_), 0u);
  const auto report = run_in(WorldKind::kReal);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->resumed);
}

/// Kills its process when the first shard is opened: nothing has been committed yet.
struct KillsAtTheStart final : CommitListener {
  void opened(const StoredShard&) override { raise(SIGKILL); }
  void committed(const Commit&) override {}
};

TEST_F(EarlierRunTest, KilledBeforeItHadDoneAnythingKeepsWhatItWasSent) {
  const pid_t child = fork();
  if (child == 0) {
    KillsAtTheStart killer;
    RunOptions options = in(WorldKind::kReal);
    options.listener = &killer;
    (void)run(jobs(), options);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_EQ(world(), "real") << "so that it may be sent commands";
  const auto number = send();
  ASSERT_TRUE(number) << number.error().message;
  const auto report = run_in(WorldKind::kReal);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->resumed);
  EXPECT_EQ(report->metrics->number("workflows", "succeeded"), 4) << "its own three, and that one";
  EXPECT_NE(adapters::Mailbox::open(record_)->find(*number)->value().answered_at, kUnset);
}

}  // namespace
}  // namespace gnomon::scenarios
