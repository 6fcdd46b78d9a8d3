// What becomes of processes when gnomon dies at any moment. A host is a copy of this test program
// with a ProcessRuntime, and is killed as an operator or the kernel would.

#include "adapters/process/reaper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "adapters/process/process_runtime.h"
#include "tests/adapters/process/process_world.h"

namespace gnomon::adapters {
namespace {

using contract::attempt_key;
using contract::RuntimeAnswers;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// All processes that run and have `text` in their environment.
std::vector<pid_t> processes_with(const std::string& text) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const pid_t pid = std::stoi(name);
    if (contents_of(entry.path() / "environ").find(text) != std::string::npos && runs(pid)) {
      found.push_back(pid);
    }
  }
  return found;
}

/// The children of a process that are called so.
std::vector<pid_t> children_called(pid_t parent, const std::string& wanted) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string stat = contents_of(entry.path() / "stat");
    const std::size_t open = stat.find('(');
    const std::size_t close = stat.rfind(')');
    if (close == std::string::npos || stat.substr(open + 1, close - open - 1) != wanted) continue;
    if (stat.size() > close + 4 && std::stoi(stat.substr(close + 4)) == parent) {
      found.push_back(std::stoi(entry.path().filename()));
    }
  }
  return found;
}

void kill_and_wait(pid_t pid) {
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

class ReaperTest : public ::testing::Test {
 protected:
  /// Everything that a host runs has this in its environment.
  std::string mark() const { return "MARK_OF_TEST=" + folder_.path(); }
  std::string lock_file() const { return folder_ / "lock"; }
  ProcessSettings settings() const {
    return {.slots = 8,
            .environment = {{"PATH", "/usr/bin:/bin"}, {"MARK_OF_TEST", folder_.path()}},
            .lock_file = lock_file(),
            .lock_wait = 20s};
  }

  /// A host that runs one attempt after the other of each command line, until it is killed.
  pid_t start_host(const std::vector<std::string>& lines) {
    const pid_t host = fork();
    if (host != 0) return host;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    RuntimeAnswers answers;
    ProcessWorld world(settings(), answers);
    for (std::uint32_t attempt = 1;; ++attempt) {
      answers.all.clear();
      for (NodeIndex node = 0; node < lines.size(); ++node) {
        world.runtime().launch(world.launch(attempt_key(node, attempt),
                                            JsonObject().add_string("shell", lines[node]).text()));
      }
      world.run_until([&] { return answers.ends().size() == lines.size(); });
    }
  }
  /// Waits until the lock can be had, and gives it back.
  void await_lock() {
    const auto next = Reaper::start(1, lock_file(), 20s);
    EXPECT_TRUE(next) << next.error().message;
    EXPECT_THAT(processes_with(mark()), IsEmpty());
  }

  ProcessFolder folder_;
};

TEST_F(ReaperTest, NothingRunsOnceTheLockOfAKilledHostIsFree) {
  const pid_t host = start_host({
      "sleep 1000",
      "sleep 1000 & (sleep 1000; sleep 1000) & wait",
      "trap '' TERM HUP INT; while :; do sleep 0.001; done",
      "yes | cat > /dev/null",
      "sh -c 'sh -c \"sleep 1000; :\" & sleep 1000; :' & wait",
  });
  ASSERT_TRUE(eventually([&] { return processes_with(mark()).size() >= 13; }));
  EXPECT_FALSE(Reaper::start(1, lock_file(), 0s)) << "taken, while the host lives";
  kill_and_wait(host);
  await_lock();
}

TEST_F(ReaperTest, LocksNoFileThatALinkInItsPlaceLeadsTo) {
  std::filesystem::create_symlink("elsewhere", lock_file());
  EXPECT_FALSE(Reaper::start(1, lock_file(), 0s));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "elsewhere"));
}

TEST_F(ReaperTest, NothingSurvivesAHostThatIsKilledAtAnyMoment) {
  for (int round = 0; round < 25; ++round) {
    // Starts and ends all the time, so that the kill hits each step of a start.
    const pid_t host = start_host({"sleep 0.001 & :", "true", "sleep 1000 & exec true", "exit 3",
                                   "sleep 1000", "true", "sleep 0.001; sleep 1000"});
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(lock_file()); }));
    usleep(static_cast<useconds_t>(1'000 * round));
    kill_and_wait(host);
    await_lock();
    ASSERT_FALSE(HasFailure()) << "round " << round;
    std::filesystem::remove(lock_file());
  }
}

TEST_F(ReaperTest, EvenWithoutItsReaperAKilledHostLeavesNoAttemptRunning) {
  const pid_t host = start_host({"exec sleep 1000", "exec sleep 1000"});
  ASSERT_TRUE(eventually([&] { return processes_with(mark()).size() == 2; }));
  const auto reapers = children_called(host, "task-reaper");
  ASSERT_EQ(reapers.size(), 1U);
  kill(host, SIGSTOP);  // so that it cannot make another
  kill(reapers[0], SIGKILL);
  kill_and_wait(host);
  EXPECT_TRUE(eventually([&] { return processes_with(mark()).empty(); }));
}

TEST_F(ReaperTest, AReaperThatDiesIsReplaced) {
  const pid_t host = start_host({"sleep 1000 & wait", "sleep 0.01"});
  ASSERT_TRUE(eventually([&] { return processes_with(mark()).size() >= 2; }));
  const auto reapers = children_called(host, "task-reaper");
  ASSERT_EQ(reapers.size(), 1U);
  kill(reapers[0], SIGKILL);
  ASSERT_TRUE(eventually([&] {
    const auto others = children_called(host, "task-reaper");
    return others.size() == 1 && others != reapers;
  }));
  // The new one knows what was started under the old one.
  kill_and_wait(host);
  await_lock();
}

TEST_F(ReaperTest, SignalsThatEndAHostDoNotEndItsReaper) {
  const pid_t host = start_host({"sleep 1000 & wait"});
  ASSERT_TRUE(eventually([&] { return processes_with(mark()).size() >= 2; }));
  const auto reapers = children_called(host, "task-reaper");
  ASSERT_EQ(reapers.size(), 1U);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE}) kill(reapers[0], signal);
  EXPECT_NE(getpgid(reapers[0]), getpgid(host)) << "out of reach of Ctrl-C";
  kill(host, SIGTERM);
  waitpid(host, nullptr, 0);
  await_lock();
}

TEST_F(ReaperTest, ASecondHostIsToldThatTheLockIsTaken) {
  RuntimeAnswers answers;
  ProcessWorld world(settings(), answers);
  EventLoop loop;
  ProcessSettings impatient = settings();
  impatient.lock_wait = 20ms;
  const auto second = ProcessRuntime::open(impatient, loop, answers);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::kDidNotHappen);
  EXPECT_THAT(second.error().message, HasSubstr(lock_file() + " is locked"));
}

TEST_F(ReaperTest, AClosedRuntimeHasGivenUpItsLock) {
  for (int life = 0; life < 3; ++life) {
    RuntimeAnswers answers;
    ProcessSettings impatient = settings();
    impatient.lock_wait = 0s;
    ProcessWorld world(impatient, answers);
    world.runtime().launch(world.launch(attempt_key(0), R"({"shell":"sleep 1000 & wait"})"));
    world.run_until([&] { return !answers.of<ActionStarted>(attempt_key(0)).empty(); });
  }
  // All of them were killed; the system may take a moment to bury the last.
  EXPECT_TRUE(eventually([&] { return processes_with(mark()).empty(); }));
}

TEST_F(ReaperTest, ALockThatCannotBeMadeIsAnError) {
  const auto reaper = Reaper::start(1, folder_ / "none/lock", 1s);
  ASSERT_FALSE(reaper);
  EXPECT_EQ(reaper.error().kind, ErrorKind::kCannotHappen);
  EXPECT_THAT(reaper.error().message, HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace gnomon::adapters
