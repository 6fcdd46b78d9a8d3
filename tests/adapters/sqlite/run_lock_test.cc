#include "adapters/sqlite/run_lock.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "tests/adapters/sqlite/temporary_folder.h"

namespace gnomon::adapters {
namespace {

TEST(RunLock, TellsWhoHoldsIt) {
  const TemporaryFolder folder;
  const std::string record = folder.file("run.db");
  EXPECT_FALSE(RunLock::holder(record));
  {
    const auto lock = RunLock::take(record);
    ASSERT_TRUE(lock) << lock.error().message;
    EXPECT_EQ(RunLock::holder(record), getpid());
    const auto second = RunLock::take(record);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::kInvalid);
    EXPECT_NE(second.error().message.find(std::to_string(getpid())), std::string::npos);
    EXPECT_EQ(RunLock::holder(record), getpid()) << "looking takes nothing away";
  }
  EXPECT_FALSE(RunLock::holder(record));
  EXPECT_EQ(folder.file_count(), 0u) << "no file is left behind";
}

TEST(RunLock, IsFreeWhenItsProcessWasKilled) {
  const TemporaryFolder folder;
  const std::string record = folder.file("run.db");
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = RunLock::take(record);
    pause();
    _exit(lock ? 0 : 1);
  }
  while (RunLock::holder(record) != child) usleep(1'000);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_FALSE(RunLock::holder(record));
  EXPECT_TRUE(RunLock::take(record));
}

TEST(RunLock, IsTheSameByEveryLinkToTheRecord) {
  const TemporaryFolder folder;
  const std::string record = folder.file("run.db");
  const std::string link = folder.file("link.db");
  const std::string further = folder.file("further.db");
  std::filesystem::create_symlink("run.db", link);
  std::filesystem::create_symlink(link, further);
  for (const bool there : {false, true}) {
    if (there) write_file(record, "");
    const auto lock = RunLock::take(further);
    ASSERT_TRUE(lock) << lock.error().message;
    for (const std::string& name : {record, link, further}) {
      EXPECT_EQ(RunLock::holder(name), getpid()) << name;
    }
  }
}

TEST(RunLock, WritesIntoNoFileThatALinkInItsPlaceLeadsTo) {
  const TemporaryFolder folder;
  write_file(folder.file("precious"), "whole");
  std::filesystem::create_symlink("precious", folder.file("run.db.lock"));
  EXPECT_FALSE(RunLock::take(folder.file("run.db")));
  EXPECT_FALSE(RunLock::holder(folder.file("run.db")));
  EXPECT_EQ(read_file(folder.file("precious")), "whole");
}

TEST(RunLock, OfAFolderThatIsNotThereIsRefused) {
  const TemporaryFolder folder;
  EXPECT_FALSE(RunLock::take(folder.file("none/run.db")));
}

}  // namespace
}  // namespace gnomon::adapters
