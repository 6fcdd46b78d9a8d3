// How a ProcessRuntime ends what runs: by a timeout, on request, with its host, and what becomes of
// the descendants then.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <string>

#include "adapters/process/process_runtime.h"
#include "tests/adapters/process/process_world.h"

namespace gnomon::adapters {
namespace {

using contract::attempt_key;
using contract::RuntimeAnswers;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ProcessEndTest : public ::testing::Test {
 protected:
  void SetUp() override { open({.slots = 2, .grace = 200ms}); }
  void open(ProcessSettings settings) {
    world_ = std::make_unique<ProcessWorld>(std::move(settings), answers_);
  }
  ProcessRuntime& runtime() { return world_->runtime(); }
  void launch(const ActionKey& key, const std::string& line, Duration timeout = Duration::max()) {
    Launch launch = world_->launch(key, JsonObject().add_string("shell", line).text());
    launch.timeout = timeout;
    runtime().launch(launch);
  }
  ActionEnded await_end(const ActionKey& key) {
    EXPECT_TRUE(world_->run_until([&] { return !answers_.of<ActionEnded>(key).empty(); }));
    return answers_.of<ActionEnded>(key).at(0);
  }
  /// The number that a process has written to a file of the folder.
  pid_t await_pid(std::string_view name) {
    std::string text;
    EXPECT_TRUE(world_->run_until([&] {
      text = contents_of(folder_ / name);
      return text.ends_with('\n');
    }));
    return std::stoi(text);
  }
  std::string file(std::string_view name) const { return folder_ / name; }

  ProcessFolder folder_;
  RuntimeAnswers answers_;
  std::unique_ptr<ProcessWorld> world_;
};

TEST_F(ProcessEndTest, ATimeoutEndsTheWholeGroup) {
  launch(attempt_key(0), "sleep 100 & echo $! > " + file("child") + "; echo busy >&2; wait", 150ms);
  const pid_t child = await_pid("child");
  EXPECT_TRUE(runs(child));
  const ActionEnded end = await_end(attempt_key(0));
  EXPECT_EQ(end.outcome, Outcome::kFailed);
  EXPECT_EQ(end.error, ErrorClass::kTimeout);
  EXPECT_EQ(
      end.result.text(),
      "ran longer than its timeout; killed by SIGTERM; stderr ends with:\nbusy");
  EXPECT_LT(end.ended_at - end.started_at, 5s);
  EXPECT_TRUE(eventually([&] { return !runs(child); }));
}

TEST_F(ProcessEndTest, WhatIgnoresSigtermIsKilledAfterTheGrace) {
  launch(attempt_key(0),
         "trap '' TERM; (sleep 100; sleep 100) & echo $! > " + file("child") + "; sleep 100; wait",
         100ms);
  const pid_t child = await_pid("child");
  const ActionEnded end = await_end(attempt_key(0));
  EXPECT_EQ(end.error, ErrorClass::kTimeout);
  EXPECT_THAT(std::string(end.result.text()),
              HasSubstr("killed by SIGKILL, as it did not end after SIGTERM"));
  EXPECT_GE(end.ended_at - end.started_at, 290ms);
  EXPECT_TRUE(eventually([&] { return !runs(child); }));
}

TEST_F(ProcessEndTest, ACancelledProcessMayTidyUpAndIsCancelledAllTheSame) {
  launch(attempt_key(0), "trap 'echo tidy > " + file("tidy") + "; exit 0' TERM; echo $$ > " +
                             file("ready") + "; while :; do sleep 0.01; done");
  await_pid("ready");
  runtime().cancel(attempt_key(0));
  const ActionEnded end = await_end(attempt_key(0));
  EXPECT_EQ(end.outcome, Outcome::kCancelled);
  EXPECT_EQ(end.error, ErrorClass::kNone);
  EXPECT_THAT(std::string(end.result.text()), StartsWith("cancelled; exit code 0 after SIGTERM"));
  EXPECT_EQ(contents_of(file("tidy")), "tidy\n");
}

TEST_F(ProcessEndTest, ACancelAfterTheTimeoutDoesNotChangeTheEnd) {
  launch(attempt_key(0), "trap '' TERM; while :; do sleep 0.01; done", 50ms);
  world_->run_until([&] { return !answers_.of<ActionStarted>(attempt_key(0)).empty(); });
  const Instant late = world_->loop().now() + 100ms;
  world_->run_until([&] { return world_->loop().now() >= late; });
  runtime().cancel(attempt_key(0));
  EXPECT_EQ(await_end(attempt_key(0)).error, ErrorClass::kTimeout);
}

TEST_F(ProcessEndTest, AnEndThatCameBeforeTheCancelCounts) {
  launch(attempt_key(0), "while [ ! -e " + file("go") + " ]; do sleep 0.01; done; echo $$ > " +
                             file("pid") + "; exit 0");
  world_->run_until([&] { return !answers_.of<ActionStarted>(attempt_key(0)).empty(); });
  // It ends while the loop stands still, and so cannot have told of it.
  std::ofstream(file("go")) << "go";
  ASSERT_TRUE(eventually([&] {
    const std::string pid = contents_of(file("pid"));
    return pid.ends_with('\n') && !runs(std::stoi(pid));
  }));
  ASSERT_TRUE(answers_.of<ActionEnded>(attempt_key(0)).empty());
  runtime().cancel(attempt_key(0));
  EXPECT_EQ(await_end(attempt_key(0)).outcome, Outcome::kSucceeded);
}

TEST_F(ProcessEndTest, AnAttemptThatNeverGotASlotTimesOut) {
  open({.slots = 1});
  launch(attempt_key(0), "sleep 0.3");
  launch(attempt_key(1), "exit 0", 50ms);
  const ActionEnded end = await_end(attempt_key(1));
  EXPECT_EQ(end.error, ErrorClass::kTimeout);
  EXPECT_EQ(end.started_at, kUnset);
  EXPECT_TRUE(answers_.of<ActionEnded>(attempt_key(0)).empty());
}

TEST_F(ProcessEndTest, WhatAProcessLeavesBehindInItsGroupIsKilled) {
  // It holds both pipes open; the end does not wait for it.
  launch(attempt_key(0), "sleep 100 & echo $! > " + file("child") + "; echo done");
  const ActionEnded end = await_end(attempt_key(0));
  EXPECT_EQ(end.outcome, Outcome::kSucceeded);
  EXPECT_THAT(std::string(end.result.text()), HasSubstr(R"("stdout":"done\n")"));
  EXPECT_LT(end.ended_at - end.started_at, 5s);
  const pid_t child = await_pid("child");
  EXPECT_TRUE(eventually([&] { return !runs(child); }));
}

TEST_F(ProcessEndTest, ADaemonThatHoldsThePipesDelaysNoEnd) {
  launch(attempt_key(0), "setsid sh -c 'echo $$ > " + file("daemon") +
                             "; exec sleep 100' & while ! [ -s " + file("daemon") +
                             " ]; do sleep 0.01; done; echo done");
  const ActionEnded end = await_end(attempt_key(0));
  const pid_t daemon = await_pid("daemon");
  EXPECT_EQ(end.outcome, Outcome::kSucceeded);
  EXPECT_LT(end.ended_at - end.started_at, 5s);
  EXPECT_TRUE(runs(daemon)) << "it has left its group, and is its own master";
  kill(daemon, SIGKILL);
}

TEST_F(ProcessEndTest, OutputIsWholeHoweverSoonTheEnd) {
  for (NodeIndex node = 0; node < 20; ++node) {
    launch(attempt_key(node), "head -c 60000 /dev/zero | tr '\\0' a; exec true");
    const ActionEnded end = await_end(attempt_key(node));
    ASSERT_EQ(end.outcome, Outcome::kSucceeded);
    ASSERT_THAT(std::string(end.result.text()), HasSubstr(std::string(60'000, 'a') + "\""));
  }
}

TEST_F(ProcessEndTest, ClosingTheRuntimeKillsWhatRuns) {
  launch(attempt_key(0), "trap '' TERM; sleep 100 & echo $! > " + file("child") + "; echo $$ > " +
                             file("parent") + "; wait");
  const pid_t child = await_pid("child");
  const pid_t parent = await_pid("parent");
  launch(attempt_key(1), "sleep 100");
  launch(attempt_key(2), "sleep 100");
  const std::size_t answered = answers_.all.size();
  world_.reset();
  EXPECT_FALSE(runs(parent));
  EXPECT_TRUE(eventually([&] { return !runs(child); }));
  EXPECT_EQ(answers_.all.size(), answered);
}

}  // namespace
}  // namespace gnomon::adapters
