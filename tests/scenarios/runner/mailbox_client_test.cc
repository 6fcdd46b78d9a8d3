#include "scenarios/runner/mailbox_client.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "adapters/sqlite/record_reader.h"
#include "adapters/sqlite/run_lock.h"
#include "adapters/sqlite/shard_file.h"
#include "adapters/tzdata/zones.h"
#include "scenarios/runner/run.h"
#include "sim/kernel/kernel.h"
#include "sim/world/network.h"
#include "sim/world/sim_store.h"

namespace gnomon::scenarios {
namespace {

std::string refusal(const CommandRow& row) {
  const Command command = command_of(row);
  const auto* refused = std::get_if<RefuseCommand>(&command);
  return refused == nullptr ? "" : refused->reason;
}

TEST(CommandOf, IsWhatTheRowAsksFor) {
  const Command start = command_of({.kind = CommandKind::kStart,
                                    .name = "w",
                                    .payload = Payload{R"({ "b": 1, "a": 2 })"},
                                    .key = "k",
                                    .tenant = "t",
                                    .labels = Payload{R"({"x":"y"})"},
                                    .priority = 3});
  const auto& started = std::get<StartWorkflow>(start);
  EXPECT_EQ(started.workflow.name, "w");
  EXPECT_EQ(started.input.text(), R"({"a":2,"b":1})") << "in canonical form";
  EXPECT_EQ(started.key, "k");
  EXPECT_EQ(started.tenant, "t");
  EXPECT_EQ(started.labels.text(), R"({"x":"y"})");
  EXPECT_EQ(started.priority, 3);
  const WorkflowId id{17};
  const Command signal = command_of({.kind = CommandKind::kSignal,
                                     .workflow = id,
                                     .name = "go",
                                     .payload = Payload{"1"},
                                     .key = "k"});
  EXPECT_EQ(std::get<SignalWorkflow>(signal).workflow, id);
  EXPECT_EQ(std::get<SignalWorkflow>(signal).name, "go");
  EXPECT_EQ(std::get<SignalWorkflow>(signal).payload.text(), "1");
  EXPECT_EQ(std::get<SignalWorkflow>(signal).key, "k");
  const auto of = [&](CommandKind kind) { return command_of({.kind = kind, .workflow = id}); };
  EXPECT_EQ(std::get<CancelWorkflow>(of(CommandKind::kCancel)).workflow, id);
  EXPECT_EQ(std::get<PauseWorkflow>(of(CommandKind::kPause)).workflow, id);
  EXPECT_EQ(std::get<ResumeWorkflow>(of(CommandKind::kResume)).workflow, id);
  EXPECT_EQ(std::get<RetryWorkflow>(of(CommandKind::kRetry)).workflow, id);
  const Command event = command_of({.kind = CommandKind::kPublish, .payload = Payload{"{}"}});
  EXPECT_EQ(std::get<PublishEvent>(event).event.text(), "{}");
}

TEST(CommandOf, RefusesWhatIsNotJson) {
  EXPECT_EQ(refusal({.kind = CommandKind::kSignal, .payload = Payload{"{\n]"}}).substr(0, 25),
            "payload: line 2, column 1");
  for (const char* labels : {"[]", "1", R"({"a":1})", R"({"a":["b"]})", "{"}) {
    EXPECT_EQ(refusal({.kind = CommandKind::kStart, .labels = Payload{labels}}).substr(0, 7),
              "labels:")
        << labels;
  }
  EXPECT_EQ(refusal({.kind = CommandKind::kStart, .labels = Payload{"{}"}}), "");
}

/// A store that cannot read workflows back for a while.
class ReadsBadly final : public Store {
 public:
  ReadsBadly(Store& store, Inbox& inbox, int failures)
      : store_(store), inbox_(inbox), failures_(failures) {}
  Expected<StoredShard> open() override { return store_.open(); }
  void commit(CommitPtr commit) override { store_.commit(std::move(commit)); }
  void fetch(WorkflowId workflow, std::uint64_t ticket) override {
    if (failures_-- > 0) {
      inbox_.post(WorkflowFetched{ticket, fail(ErrorKind::kDidNotHappen, "the disk")});
    } else {
      store_.fetch(workflow, ticket);
    }
  }
  void read_events(std::uint64_t after, std::uint32_t limit) override {
    store_.read_events(after, limit);
  }

 private:
  Store& store_;
  Inbox& inbox_;
  int failures_;
};

/// The rows lie in a record; the answers on the disk of a simulated store, which cannot read
/// workflows back at first.
class MailboxClientTest : public ::testing::Test {
 protected:
  MailboxClientTest() {
    EXPECT_TRUE(adapters::ShardFile::open(path_, 0));
    auto mailbox = adapters::Mailbox::open(path_);
    EXPECT_TRUE(mailbox);
    sender_.emplace(std::move(*mailbox));
  }
  ~MailboxClientTest() override { std::filesystem::remove(path_); }

  void send(const CommandRow& row) {
    const auto number = sender_->send(row);
    ASSERT_TRUE(number);
    disk_.commands[*number] = std::nullopt;
  }
  void open(int failures) {
    bad_.emplace(store_, network_, failures);
    HostSettings settings;
    settings.shard.workflow.tenants = {Tenant{}};
    host_.emplace(settings, executors_, kernel_, *bad_, std::vector<Runtime*>{}, Decoders{});
    network_.connect(*host_);
    gateway_.emplace(GatewaySettings{}, std::vector<Host*>{&*host_},
                     std::vector<CommandInbox*>{&network_});
    client_.emplace(std::move(*sender_), *gateway_, std::vector<Host*>{&*host_});
    ASSERT_TRUE(host_->start());
  }
  void look() {
    client_->look();
    kernel_.run();
  }
  bool answered(std::uint64_t number) const { return disk_.commands.at(number).has_value(); }
  std::string error(std::uint64_t number) const { return disk_.commands.at(number)->error; }

  std::optional<MailboxClient> client_;

 private:
  std::string path_ =
      (std::filesystem::temp_directory_path() / fmt::format("gnomon-mailbox-{}.db", getpid()))
          .string();
  std::optional<adapters::Mailbox> sender_;
  sim::Kernel kernel_;
  sim::SimDisk disk_;
  sim::Network network_{0, {}, KeyedRandom{1}, kernel_};
  sim::SimStore store_{{}, disk_, KeyedRandom{1}, kernel_, network_};
  const NodeExecutors executors_;
  std::optional<ReadsBadly> bad_;
  std::optional<Host> host_;
  std::optional<Gateway> gateway_;
};

TEST_F(MailboxClientTest, SendsAgainWhatCouldNotBeDoneForTheMoment) {
  send({.kind = CommandKind::kRetry, .workflow = WorkflowId{99}});
  send({.kind = CommandKind::kCancel, .workflow = WorkflowId{98}});
  open(2);
  for (int i = 0; i < 2; ++i) {
    look();
    EXPECT_FALSE(client_->done());
    EXPECT_FALSE(answered(1)) << "the disk may read it yet";
    EXPECT_FALSE(answered(2)) << "it was sent later";
  }
  look();
  ASSERT_TRUE(answered(1));
  EXPECT_EQ(error(1), "there is no workflow 99");
}

TEST_F(MailboxClientTest, HoldsARetryUntilWhatWasSentBeforeItIsAnswered) {
  send({.kind = CommandKind::kSignal, .workflow = WorkflowId{99}, .name = "go", .key = "k"});
  send({.kind = CommandKind::kRetry, .workflow = WorkflowId{99}});
  open(2);
  for (int i = 0; i < 2; ++i) {
    look();
    EXPECT_FALSE(answered(1)) << "the disk may read it yet";
    EXPECT_FALSE(answered(2)) << "it would find the workflow running again";
  }
  for (int i = 0; i < 3 && !client_->done(); ++i) look();
  EXPECT_TRUE(client_->done());
  EXPECT_EQ(error(1), "workflow 99 is not running");
  EXPECT_EQ(error(2), "there is no workflow 99");
}

class CommandsToARun : public ::testing::Test {
 protected:
  CommandsToARun() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gnomon-run-XXXXXX").string();
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    options_ = {
        .world = WorldKind::kReal, .record = (folder_ / "run.db").string(), .stand_ins = true};
  }
  ~CommandsToARun() override { std::filesystem::remove_all(folder_); }

  static Scenario approvals(int shards) {
    const MemoryFiles files({{"s.yaml", fmt::format(R"(
name: approvals
horizon: 5m
runtimes: {{cpu: {{workers: 4}}}}
actions: {{work: {{duration: 1ms}}}}
workflows:
  approval: {{nodes: {{gate: {{wait: {{signal: go}}}}, work: {{after: gate, task: {{runtime: cpu, action: work}}}}}}}}
engine: {{shards: {}}}
)",
                                                    shards)}});
    auto scenario = load_scenario("s.yaml", {}, files, adapters::find_zone);
    EXPECT_TRUE(scenario.has_value()) << scenario.error().to_string();
    return *scenario;
  }
  pid_t start(const Scenario& scenario) {
    const pid_t child = fork();
    if (child == 0) {
      RunOptions options = options_;
      options.keep_running = true;
      _exit(run(scenario, options) ? 0 : 1);
    }
    return child;
  }
  static void kill_it(pid_t child) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
  }
  /// Closed before the next fork: SQLite's connections do not survive one.
  adapters::Mailbox mailbox() {
    for (int i = 0; i < 1000 && !ready(); ++i) usleep(10'000);
    auto opened = adapters::Mailbox::open(options_.record);
    EXPECT_TRUE(opened) << opened.error().message;
    return std::move(*opened);
  }
  bool ready() {
    auto reader = adapters::RecordReader::open(options_.record);
    return reader && reader->facts() && reader->facts()->world == "real";
  }
  static bool wait_for(const std::function<bool()>& done) {
    for (int i = 0; i < 2000 && !done(); ++i) usleep(10'000);
    return done();
  }
  std::map<EventKind, int> events() {
    std::map<EventKind, int> count;
    auto reader = adapters::RecordReader::open(options_.record);
    EXPECT_TRUE(reader && reader->events({}, [&](Event&& event) {
      ++count[event.kind];
      return true;
    }));
    return count;
  }

  /// Many commands while the process that runs the record is killed again and again.
  void send_while_killing(int shards) {
    const Scenario scenario = approvals(shards);
    std::mt19937 random(11);
    pid_t host = start(scenario);
    constexpr int kStarts = 60;
    std::vector<std::uint64_t> starts;
    int killed = 0;
    const auto perhaps_kill = [&] {
      if (random() % 8 != 0) return;
      usleep(random() % 80'000);
      kill_it(host);
      ++killed;
      host = start(scenario);
    };
    for (int i = 0; i < kStarts; ++i) {
      const auto number = mailbox().send({.kind = CommandKind::kStart, .name = "approval"});
      ASSERT_TRUE(number) << number.error().message;
      starts.push_back(*number);
      perhaps_kill();
    }
    const auto answered = [&] { return mailbox().unanswered(0, 1)->empty(); };
    ASSERT_TRUE(wait_for(answered));
    std::set<WorkflowId> ids;
    for (const std::uint64_t number : starts) {
      const CommandRow row = mailbox().find(number)->value();
      EXPECT_EQ(row.error, "");
      ids.insert(row.result);
    }
    EXPECT_EQ(ids.size(), std::size_t{kStarts}) << "each start its own workflow";
    for (const WorkflowId id : ids) {
      ASSERT_TRUE(mailbox().send({.kind = CommandKind::kSignal, .workflow = id, .name = "go"}));
      perhaps_kill();
    }
    kill_it(host);
    EXPECT_FALSE(adapters::RunLock::holder(options_.record));
    EXPECT_GT(killed, 5);

    const auto report = run(scenario, options_);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->resumed);
    auto count = events();
    EXPECT_EQ(count[EventKind::kWorkflowCreated], kStarts);
    EXPECT_EQ(count[EventKind::kSignalReceived], kStarts);
    EXPECT_EQ(count[EventKind::kWorkflowEnded], kStarts);
  }

  std::filesystem::path folder_;
  RunOptions options_;
};

TEST_F(CommandsToARun, TakeEffectOnceHoweverOftenItIsKilled) {
  send_while_killing(1);
}

TEST_F(CommandsToARun, TakeEffectOnceInManyShardsToo) {
  send_while_killing(3);
}

TEST_F(CommandsToARun, ThatHasEndedMakeItGoOn) {
  const Scenario scenario = approvals(1);
  ASSERT_TRUE(run(scenario, options_));
  const auto number = mailbox().send({.kind = CommandKind::kStart, .name = "approval"});
  const auto refused = mailbox().send({.kind = CommandKind::kCancel, .workflow = WorkflowId{99}});
  ASSERT_TRUE(
      mailbox().send({.kind = CommandKind::kSignal, .workflow = WorkflowId{1}, .name = "go"}));
  const auto report = run(scenario, options_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->resumed);
  EXPECT_EQ(mailbox().find(*number)->value().result, WorkflowId{1});
  EXPECT_EQ(mailbox().find(*refused)->value().error, "workflow 99 is not running");
  EXPECT_EQ(report->metrics->number("workflows", "succeeded"), 1);
  const auto third = run(scenario, options_);
  ASSERT_TRUE(third);
  EXPECT_FALSE(third->resumed) << "nothing waits: the next run is a new one";
}

}  // namespace
}  // namespace gnomon::scenarios
