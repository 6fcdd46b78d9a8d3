#include "adapters/process/process_runtime.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/adapters/process/process_world.h"

namespace gnomon::adapters {
namespace {

using contract::attempt_key;
using contract::RuntimeAnswers;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string argv(std::initializer_list<std::string> arguments) {
  return json{{"argv", std::vector<std::string>(arguments)}}.dump();
}
std::string shell(const std::string& line) {
  return json{{"shell", line}}.dump();
}

class ProcessRuntimeTest : public ::testing::Test {
 protected:
  void open(ProcessSettings settings) {
    world_ = std::make_unique<ProcessWorld>(std::move(settings), answers_);
  }
  void open() { open({.slots = 2, .grace = 200ms}); }
  ProcessRuntime& runtime() { return world_->runtime(); }

  void launch(const ActionKey& key, const std::string& params, Duration timeout = Duration::max(),
              std::string_view input = "") {
    Launch launch = world_->launch(key, params);
    launch.timeout = timeout;
    launch.input = Payload(input);
    runtime().launch(launch);
  }
  template <typename T>
  T await(const ActionKey& key, std::size_t nth = 1) {
    EXPECT_TRUE(world_->run_until([&] { return answers_.of<T>(key).size() >= nth; }));
    return answers_.of<T>(key).at(nth - 1);
  }
  /// Runs one attempt to its end.
  ActionEnded run(const std::string& params, std::string_view input = "") {
    const ActionKey key = attempt_key(++runs_ + 1'000);
    launch(key, params, Duration::max(), input);
    return await<ActionEnded>(key);
  }
  /// What a command wrote to stdout; it must succeed.
  std::string output_of(const std::string& params, std::string_view input = "") {
    const ActionEnded end = run(params, input);
    EXPECT_EQ(end.outcome, Outcome::kSucceeded) << end.result.text();
    if (end.outcome != Outcome::kSucceeded) return "";
    return json::parse(end.result.text()).at("stdout");
  }

  RuntimeAnswers answers_;
  ProcessFolder folder_;
  std::unique_ptr<ProcessWorld> world_;
  NodeIndex runs_ = 0;
};

TEST_F(ProcessRuntimeTest, GivesTheProcessItsEnvironmentDirectoryAndInput) {
  open();
  const std::string params = json{
      {"shell", "echo \"$GNOMON_KEY $MINE ${HOME-none}\"; pwd; cat"},
      {"env", {{"MINE", "a b"}}},
      {"cwd", folder_.path()}}.dump();
  EXPECT_EQ(output_of(params, R"({"n":1})"),
            "w7.n1001.a1 a b none\n" + folder_.path() + "\n{\"n\":1}");
}

TEST_F(ProcessRuntimeTest, HandsArgumentsOverWithoutAShell) {
  open();
  const std::string trap = folder_ / "trap";
  EXPECT_EQ(output_of(argv(
                {"printf", "%s|", "$(touch " + trap + ")", "; touch " + trap, "a b", "*", ""})),
            "$(touch " + trap + ")|; touch " + trap + "|a b|*||");
  EXPECT_FALSE(std::filesystem::exists(trap));
}

TEST_F(ProcessRuntimeTest, NeverRunsTextAsAShellScriptUnlessAsked) {
  open();
  const std::string script = folder_ / "script";
  std::ofstream(script) << "touch " << folder_ / "ran" << "\n";
  ASSERT_EQ(chmod(script.c_str(), 0755), 0);
  const ActionEnded end = run(argv({script}));
  EXPECT_EQ(end.error, ErrorClass::kPermanent);
  EXPECT_THAT(std::string(end.result.text()), HasSubstr("Exec format error"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "ran"));
}

TEST_F(ProcessRuntimeTest, ReadsInputsOfAnyLength) {
  open();
  const std::string input = "\"" + std::string(1'000'000, 'a') + "\"";
  EXPECT_EQ(output_of(argv({"wc", "-c"}), input), "1000002\n");
  EXPECT_EQ(output_of(argv({"cat"})), "");
}

TEST_F(ProcessRuntimeTest, KeepsTheEndsOfAFloodAndLetsItFlow) {
  open({.slots = 1, .output_bytes = 1'000});
  const ActionEnded end = run(shell("seq 1 200000; seq 1 200000 >&2"));
  ASSERT_EQ(end.outcome, Outcome::kSucceeded) << end.result.text();
  const json result = json::parse(end.result.text());
  EXPECT_EQ(result.at("stdout_dropped_bytes"), 1'288'895 - 1'000);
  EXPECT_EQ(result.at("stderr_dropped_bytes"), 1'288'895 - 1'000);
  EXPECT_THAT(result.at("stdout").get<std::string>(), StartsWith("1\n2\n3\n"));
  EXPECT_TRUE(result.at("stdout").get<std::string>().ends_with("199999\n200000\n"));
}

TEST_F(ProcessRuntimeTest, GivesTheProcessNothingElseOfGnomons) {
  constexpr int kLeaked = 50;  // without close-on-exec, as libraries do
  ASSERT_EQ(dup2(STDIN_FILENO, kLeaked), kLeaked);
  signal(SIGPIPE, SIG_IGN);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  sigprocmask(SIG_BLOCK, &blocked, nullptr);
  open();
  EXPECT_EQ(output_of(shell("cd /proc/self/fd && echo *")), "0 1 2 3\n");  // 3 lists the folder
  EXPECT_EQ(output_of(argv({"grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"})),
            "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
  // It leads its group and session, and has no terminal.
  EXPECT_EQ(
      output_of(shell("set -- $(cat /proc/$$/stat); test $1 = $5 && test $1 = $6 && echo $7")),
      "0\n");
  signal(SIGPIPE, SIG_DFL);
  sigprocmask(SIG_UNBLOCK, &blocked, nullptr);
  close(kLeaked);
}

TEST_F(ProcessRuntimeTest, SaysWhyAProgramCannotBeStarted) {
  open();
  const std::string plain_file = folder_ / "plain";
  std::ofstream(plain_file) << "text";
  const auto reason = [&](const std::string& params) {
    const ActionEnded end = run(params);
    EXPECT_EQ(end.outcome, Outcome::kFailed);
    EXPECT_EQ(end.error, ErrorClass::kPermanent);
    EXPECT_EQ(end.started_at, kUnset);
    return std::string(end.result.text());
  };
  EXPECT_EQ(reason(argv({"/no/such/program"})),
            "cannot run /no/such/program: No such file or directory");
  EXPECT_EQ(reason(argv({"no-such-program"})),
            "cannot run no-such-program: No such file or directory");
  EXPECT_EQ(reason(argv({plain_file})), "cannot run " + plain_file + ": Permission denied");
  EXPECT_EQ(reason(argv({"/"})), "cannot run /: Permission denied");
  EXPECT_EQ(reason(json{{"argv", {"true"}}, {"cwd", "/no/such"}}.dump()),
            "cannot enter the directory /no/such: No such file or directory");
  EXPECT_EQ(reason(json{{"argv", {"true"}}, {"env", {{"PATH", "bin:"}}}}.dump()),
            "cannot run true: No such file or directory");
}

TEST_F(ProcessRuntimeTest, ArgumentsBeyondTheSystemsBoundCannotBeRun) {
  rlimit before{};
  getrlimit(RLIMIT_STACK, &before);
  rlimit small = before;
  small.rlim_cur = 256 << 10;  // a quarter of it is for arguments, and never less than 128 KiB
  ASSERT_EQ(setrlimit(RLIMIT_STACK, &small), 0);
  open();
  const std::string part(100'000, 'a');
  const ActionEnded end = run(argv({"true", part, part, part}));
  setrlimit(RLIMIT_STACK, &before);
  EXPECT_EQ(end.error, ErrorClass::kPermanent);
  EXPECT_EQ(end.result.text(), "cannot run true: Argument list too long");
}

TEST_F(ProcessRuntimeTest, ShortOfDescriptorsIsAFailureThatMayPass) {
  open();
  run(argv({"true"}));
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  // Fills the gaps below the highest descriptor, which whoever started the test may have left open:
  // the limit alone says then how many there are.
  int highest = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    highest = std::max(highest, std::stoi(entry.path().filename().string()));
  }
  std::vector<Descriptor> fillers;
  do {
    fillers.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    ASSERT_GE(fillers.back().get(), 0);
  } while (fillers.back().get() <= highest);
  rlimit small = before;
  small.rlim_cur = static_cast<rlim_t>(fillers.back().get()) + 1;
  int failures = 0;
  for (;; ++failures, ++small.rlim_cur) {
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &small), 0);
    const ActionEnded end = run(argv({"true"}));
    setrlimit(RLIMIT_NOFILE, &before);
    if (end.outcome == Outcome::kSucceeded) break;
    ASSERT_EQ(end.error, ErrorClass::kLaunch) << end.result.text();
    ASSERT_THAT(std::string(end.result.text()), HasSubstr("Too many open files"));
  }
  EXPECT_EQ(failures, 7) << "the input, two pipes to read from, one that tells of the start";
}

TEST_F(ProcessRuntimeTest, RefusesParamsThatMakeNoSense) {
  open();
  launch(attempt_key(0), R"({"argv":["a\u0000b"]})");
  const LaunchFailed failed = await<LaunchFailed>(attempt_key(0));
  EXPECT_EQ(failed.error.kind, ErrorKind::kInvalid);
  EXPECT_EQ(failed.error.message, "argv[0]: holds a NUL character");
  EXPECT_TRUE(answers_.of<LaunchAccepted>(attempt_key(0)).empty());
}

TEST_F(ProcessRuntimeTest, RefusesWhatTheQueueCannotHold) {
  open({.slots = 1, .queue_limit = 2});
  launch(attempt_key(0), argv({"sleep", "0.05"}));
  await<ActionStarted>(attempt_key(0));
  for (NodeIndex node = 1; node <= 3; ++node) launch(attempt_key(node), argv({"true"}));
  EXPECT_EQ(await<LaunchFailed>(attempt_key(3)).error.kind, ErrorKind::kDidNotHappen);
  await<ActionEnded>(attempt_key(2));
  launch(attempt_key(3), argv({"true"}));
  EXPECT_EQ(await<ActionEnded>(attempt_key(3)).outcome, Outcome::kSucceeded);
}

TEST_F(ProcessRuntimeTest, TellsAnEndAgainAndRunsNothingTwice) {
  open();
  const std::string log = folder_ / "log";
  const std::string params = shell("echo run >> " + log);
  launch(attempt_key(0), params);
  launch(attempt_key(0), params);
  const ActionEnded first = await<ActionEnded>(attempt_key(0));
  launch(attempt_key(0), params);
  const ActionEnded second = await<ActionEnded>(attempt_key(0), 2);
  runtime().poll(attempt_key(0));
  const ActionEnded third = await<ActionEnded>(attempt_key(0), 3);
  run(argv({"true"}));
  EXPECT_EQ(second.result, first.result);
  EXPECT_EQ(second.ended_at, first.ended_at);
  EXPECT_EQ(third.started_at, first.started_at);
  EXPECT_EQ(answers_.of<ActionEnded>(attempt_key(0)).size(), 3U);
  EXPECT_EQ(contents_of(log), "run\n");
}

TEST_F(ProcessRuntimeTest, LeavesNeitherDescriptorsNorZombiesBehind) {
  open({.slots = 8});
  const auto descriptors = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  run(argv({"true"}));
  const auto before = descriptors();
  for (NodeIndex node = 0; node < 60; ++node) {
    launch(attempt_key(node), node % 3 == 0   ? argv({"true"})
                              : node % 3 == 1 ? argv({"/no/such"})
                                              : shell("sleep 5 & exit 1"));
  }
  for (NodeIndex node = 0; node < 60; ++node) await<ActionEnded>(attempt_key(node));
  EXPECT_EQ(descriptors(), before);
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), 0) << "the reaper, and it lives";
  EXPECT_EQ(runtime().running(), 0U);
  EXPECT_EQ(runtime().queued(), 0U);
}

TEST_F(ProcessRuntimeTest, RunsAThousandShortProcesses) {
  constexpr NodeIndex kProcesses = 1'000;
  open({.slots = 4});
  const auto begin = std::chrono::steady_clock::now();
  for (NodeIndex node = 0; node < kProcesses; ++node) launch(attempt_key(node), argv({"true"}));
  ASSERT_TRUE(world_->run_until([&] { return answers_.all.size() == 3 * kProcesses; }));
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  RecordProperty("seconds", std::to_string(taken.count()));
  for (const ActionEnded& end : answers_.ends()) {
    ASSERT_EQ(end.outcome, Outcome::kSucceeded) << end.result.text();
  }
}

TEST_F(ProcessRuntimeTest, RefusesSettingsOutOfRange) {
  EventLoop loop;
  const auto refused = [&](const ProcessSettings& settings) {
    const auto opened = ProcessRuntime::open(settings, loop, answers_);
    return !opened && opened.error().kind == ErrorKind::kInvalid;
  };
  EXPECT_TRUE(refused({.slots = 0}));
  EXPECT_TRUE(refused({.slots = ProcessSettings::kMaxSlots + 1}));
  EXPECT_TRUE(refused({.output_bytes = 0}));
  EXPECT_TRUE(refused({.output_bytes = ProcessSettings::kMaxOutputBytes + 1}));
  EXPECT_TRUE(refused({.exit_codes = {{0, ErrorClass::kTransient}}}));
  EXPECT_TRUE(refused({.exit_codes = {{256, ErrorClass::kTransient}}}));
  EXPECT_TRUE(refused({.exit_codes = {{3, ErrorClass::kNone}}}));
  EXPECT_TRUE(refused({.environment = {{"A=B", ""}}}));
  EXPECT_TRUE(refused({.environment = {{"A", std::string(1, '\0')}}}));
  EXPECT_FALSE(refused({}));
}

}  // namespace
}  // namespace gnomon::adapters
