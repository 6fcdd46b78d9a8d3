#include "adapters/sqlite/mailbox.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <thread>

#include "adapters/sqlite/record_reader.h"
#include "adapters/sqlite/run_lock.h"
#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/shard_file.h"
#include "tests/adapters/sqlite/temporary_folder.h"

namespace {
/// What renameat2 fails with in this program, as it does on some file systems; 0: it is as ever.
int rename_fails_with = 0;
}  // namespace

// Before that of the C library.
extern "C" int renameat2(int from, const char* old_name, int to, const char* new_name,
                         unsigned flags) noexcept {
  if (rename_fails_with != 0) {
    errno = rename_fails_with;
    return -1;
  }
  return static_cast<int>(syscall(SYS_renameat2, from, old_name, to, new_name, flags));
}

namespace gnomon::adapters {
namespace {

class MailboxTest : public testing::Test {
 protected:
  MailboxTest() { EXPECT_TRUE(ShardFile::open(path_, 0)); }
  Mailbox open() {
    auto mailbox = Mailbox::open(path_);
    EXPECT_TRUE(mailbox) << mailbox.error().message;
    return std::move(*mailbox);
  }
  TemporaryFolder folder_;
  std::string path_ = folder_.file("run.db");
};

CommandRow whole() {
  return {.kind = CommandKind::kStart,
          .name = "train \"it's\"",
          .payload = Payload{R"({"rows":12})"},
          .key = "k/1",
          .tenant = "ads",
          .labels = Payload{R"({"team":"ads"})"},
          .priority = -7,
          .sent_at = from_ns(1'760'000'000'123'456'789)};
}

TEST_F(MailboxTest, EveryFieldIsKept) {
  const auto number = open().send(whole());
  ASSERT_TRUE(number) << number.error().message;
  EXPECT_EQ(*number, 1u);
  const auto rows = open().unanswered(0, 10);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 1u);
  const CommandRow& row = rows->front();
  const CommandRow wanted = whole();
  EXPECT_EQ(row.number, 1u);
  EXPECT_EQ(row.kind, wanted.kind);
  EXPECT_EQ(row.workflow, WorkflowId::kNone);
  EXPECT_EQ(row.name, wanted.name);
  EXPECT_EQ(row.payload, wanted.payload);
  EXPECT_EQ(row.key, wanted.key);
  EXPECT_EQ(row.tenant, wanted.tenant);
  EXPECT_EQ(row.labels, wanted.labels);
  EXPECT_EQ(row.priority, wanted.priority);
  EXPECT_EQ(row.sent_at, wanted.sent_at);
  EXPECT_EQ(row.answered_at, kUnset);
}

TEST_F(MailboxTest, GivesWhatIsUnansweredInOrder) {
  Mailbox mailbox = open();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(mailbox.send({.kind = CommandKind::kCancel, .workflow = WorkflowId{7}}));
  }
  auto file = ShardFile::open(path_, 0);
  ASSERT_TRUE(file);
  Commit commit;
  commit.fence = (*file)->take_over()->fence;
  commit.sequence = 1;
  commit.answered = {{2, from_ns(5), WorkflowId{7}, ""}, {4, from_ns(6), {}, "no"}};
  const Commit* const commits[] = {&commit};
  ASSERT_TRUE((*file)->commit(commits).front());
  const auto numbers = [&](std::uint64_t after, std::size_t limit) {
    std::string text;
    const auto rows = mailbox.unanswered(after, limit);
    for (const CommandRow& row : *rows) text += std::to_string(row.number);
    return text;
  };
  EXPECT_EQ(numbers(0, 10), "135");
  EXPECT_EQ(numbers(1, 10), "35");
  EXPECT_EQ(numbers(0, 2), "13");
  EXPECT_EQ(numbers(5, 2), "");
  EXPECT_EQ(mailbox.find(4)->value().error, "no");
  EXPECT_EQ(mailbox.find(2)->value().result, WorkflowId{7});
  EXPECT_FALSE(mailbox.find(6)->has_value());
}

TEST_F(MailboxTest, KeepsWhatWasAskedAndAnsweredButNotWhatCameWithIt) {
  Mailbox mailbox = open();
  ASSERT_TRUE(mailbox.send(whole()));
  ASSERT_TRUE(mailbox.send(whole()));
  auto file = ShardFile::open(path_, 0);
  ASSERT_TRUE(file);
  Commit commit;
  commit.fence = (*file)->take_over()->fence;
  commit.sequence = 1;
  commit.answered = {{1, from_ns(5), WorkflowId{7}, ""}};
  const Commit* const commits[] = {&commit};
  ASSERT_TRUE((*file)->commit(commits).front());
  const CommandRow answered = **mailbox.find(1);
  EXPECT_EQ(answered.name, whole().name);
  EXPECT_EQ(answered.key, whole().key);
  EXPECT_EQ(answered.result, WorkflowId{7});
  EXPECT_TRUE(answered.payload.empty());
  EXPECT_TRUE(answered.labels.empty());
  EXPECT_EQ((*mailbox.find(2))->payload, whole().payload) << "nobody has answered it";
}

TEST_F(MailboxTest, AnEventIsPublishedOnceUnderAKey) {
  Mailbox mailbox = open();
  const auto publish = [&](std::string key) {
    return mailbox.send(
        {.kind = CommandKind::kPublish, .payload = Payload{"{}"}, .key = std::move(key)});
  };
  EXPECT_EQ(publish("/db 1"), 1u);
  EXPECT_EQ(publish("/db 1"), 1u);
  EXPECT_EQ(publish("/db 2"), 2u);
  EXPECT_EQ(publish(""), 3u);
  EXPECT_EQ(publish(""), 4u);
  ASSERT_TRUE(mailbox.send(whole()));
  EXPECT_EQ(mailbox.send(whole()), 6u) << "starts have their keys in the engine";
  auto database = Database::open(path_, {});
  ASSERT_TRUE(database->execute("UPDATE command SET answered_at = 1"));
  EXPECT_EQ(publish("/db 1"), 1u) << "answered or not";
  ASSERT_TRUE(database->execute("UPDATE command SET error = 'no' WHERE number = 2"));
  EXPECT_EQ(publish("/db 2"), 7u) << "one that was refused may come again";
  EXPECT_FALSE(database->execute(
      "INSERT INTO command (kind, key, payload) VALUES ('publish', '/db 1', '{}')"))
      << "whoever sends it";
}

TEST_F(MailboxTest, SeesThatSomebodyElseHasWritten) {
  Mailbox reader = open();
  EXPECT_TRUE(*reader.changed()) << "the first look";
  EXPECT_FALSE(*reader.changed());
  ASSERT_TRUE(open().send(whole()));
  EXPECT_TRUE(*reader.changed());
  EXPECT_FALSE(*reader.changed());
}

TEST_F(MailboxTest, RefusesWhatIsTooLarge) {
  Mailbox mailbox = open();
  const auto refused = [&](auto change, const char* what) {
    CommandRow row = whole();
    change(row);
    const auto sent = mailbox.send(row);
    ASSERT_FALSE(sent) << what;
    EXPECT_EQ(sent.error().kind, ErrorKind::kInvalid);
    EXPECT_NE(sent.error().message.find(what), std::string::npos) << sent.error().message;
  };
  const std::string name(Mailbox::kMaxNameBytes + 1, 'x');
  refused([&](CommandRow& row) { row.name = name; }, "the name has 1025 bytes");
  refused([&](CommandRow& row) { row.key = name; }, "the key");
  refused([&](CommandRow& row) { row.tenant = name; }, "the tenant");
  refused([&](CommandRow& row) { row.labels = Payload{std::string(65'537, 'x')}; }, "the labels");
  refused([&](CommandRow& row) { row.payload = Payload{std::string(1'048'577, 'x')}; },
          "the payload");
  EXPECT_TRUE(mailbox.unanswered(0, 10)->empty());
}

TEST_F(MailboxTest, TheTableItselfHasTheSameBounds) {
  const auto bytes = [](std::size_t n) { return std::string(n, 'x'); };
  CommandRow row = whole();
  row.name = row.key = row.tenant = bytes(Mailbox::kMaxNameBytes);
  row.labels = Payload{bytes(Mailbox::kMaxLabelsBytes)};
  row.payload = Payload{bytes(Mailbox::kMaxPayloadBytes)};
  EXPECT_TRUE(open().send(row)) << "what is as large as may be goes in";
  auto database = Database::open(path_, {});
  for (const char* sql :
       {"INSERT INTO command (kind, name) VALUES ('destroy', 'w')",
        "INSERT INTO command (kind, name) VALUES ('signal', 'approve')",
        "INSERT INTO command (kind, workflow, name) VALUES ('start', 7, 'w')",
        "INSERT INTO command (kind, name, priority) VALUES ('start', 'w', 32768)",
        "INSERT INTO command (kind, name) VALUES ('start', printf('%1025c', 'x'))",
        "INSERT INTO command (kind, name, labels) VALUES ('start', 'w', printf('%65537c', 'x'))",
        "INSERT INTO command (kind, payload) VALUES ('publish', printf('%1048577c', 'x'))"}) {
    EXPECT_FALSE(database->execute(sql)) << sql;
  }
  EXPECT_TRUE(database->execute("INSERT INTO command (kind, workflow) VALUES ('cancel', 7)"));
}

TEST_F(MailboxTest, HoldsOnlySoManyUnansweredCommands) {
  auto database = Database::open(path_, {});
  ASSERT_TRUE(database->execute(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) "
      "INSERT INTO command (kind, workflow) SELECT 'cancel', i FROM n"));
  const auto sent = open().send(whole());
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::kInvalid);
  ASSERT_TRUE(database->execute("UPDATE command SET answered_at = 1 WHERE number = 17"));
  EXPECT_EQ(open().send(whole()), 10'001u);
}

TEST_F(MailboxTest, ManySendersGetANumberEach) {
  constexpr int kSenders = 4;
  constexpr int kEach = 25;
  std::vector<std::thread> senders;
  for (int i = 0; i < kSenders; ++i) {
    senders.emplace_back([this] {
      Mailbox mailbox = open();
      for (int k = 0; k < kEach; ++k) {
        EXPECT_TRUE(mailbox.send({.kind = CommandKind::kCancel, .workflow = WorkflowId{1}}));
      }
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_EQ(open().unanswered(0, 1000)->size(), std::size_t{kSenders * kEach});
}

TEST_F(MailboxTest, ARecordInWhichACommandWaitsIsNotRemoved) {
  ASSERT_TRUE(open().send(whole()));
  EXPECT_TRUE(Mailbox::make_way(path_)->stays);
  EXPECT_EQ(open().unanswered(0, 10)->size(), 1u);
}

TEST_F(MailboxTest, ASenderIsToldWhenItsRecordWasRemoved) {
  Mailbox early = open();
  EXPECT_FALSE(Mailbox::make_way(path_)->stays);
  EXPECT_EQ(folder_.file_count(), 0u);
  EXPECT_TRUE(ShardFile::open(path_, 0)) << "the record of the next run";
  const auto sent = early.send(whole());
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::kDidNotHappen);
  EXPECT_TRUE(open().unanswered(0, 10)->empty());
}

TEST_F(MailboxTest, ACommandThatDidNotHappenIsNotThere) {
  // A store that is open has a log, which outlives the name of its file.
  auto store = ShardFile::open(path_, 0);
  Mailbox early = open();
  Mailbox witness = open();
  std::filesystem::rename(path_, folder_.file("elsewhere.db"));
  const auto sent = early.send(whole());
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, ErrorKind::kDidNotHappen);
  EXPECT_TRUE(witness.unanswered(0, 10)->empty());
}

TEST_F(MailboxTest, ACommandThatIsThereHasHappened) {
  const std::string link = folder_.file("link.db");
  std::filesystem::create_symlink(path_, link);
  auto mailbox = Mailbox::open(link);
  ASSERT_TRUE(mailbox);
  std::filesystem::remove(link);
  EXPECT_TRUE(ShardFile::open(link, 0)) << "another record under this name";
  EXPECT_EQ(mailbox->send(whole()), 1u);
  EXPECT_EQ(open().unanswered(0, 10)->size(), 1u);
}

TEST_F(MailboxTest, RemovesTheRecordThatALinkLeadsTo) {
  const std::string link = folder_.file("link.db");
  std::filesystem::create_symlink(path_, link);
  Mailbox early = open();
  EXPECT_FALSE(Mailbox::make_way(link)->stays);
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_FALSE(early.send(whole()));
}

TEST_F(MailboxTest, ARecordOfTheRealWorldGetsAnotherName) {
  ASSERT_TRUE(Database::open(path_, {})->execute("INSERT INTO meta VALUES ('world', 'real')"));
  write_file(folder_.file("run.1.db"), "an earlier one");
  const pid_t child = fork();
  if (child == 0) {
    // Dies with all that it has written in the log.
    auto database = Database::open(path_, {});
    const auto done = database->execute(
        "PRAGMA journal_mode = WAL; INSERT INTO meta VALUES ('scenario', 'in the log')");
    raise(done ? SIGKILL : SIGTERM);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(WTERMSIG(status), SIGKILL);
  ASSERT_TRUE(std::filesystem::exists(path_ + "-wal"));
  const auto fate = Mailbox::make_way(path_);
  ASSERT_TRUE(fate) << fate.error().message;
  EXPECT_EQ(fate->kept_as, folder_.file("run.2.db"));
  EXPECT_EQ(folder_.file_count(), 2u) << "that one and the earlier one";
  EXPECT_EQ(RecordReader::open(fate->kept_as)->facts()->scenario, "in the log");
}

TEST_F(MailboxTest, ARecordGetsAnotherNameAlsoWhereTheFileSystemRenamesInOneWayOnly) {
  write_file(folder_.file("run.1.db"), "an earlier one");
  const auto set_aside = [&](int error) {
    EXPECT_TRUE(ShardFile::open(path_, 0));
    EXPECT_TRUE(Database::open(path_, {})->execute("INSERT INTO meta VALUES ('world', 'real')"));
    rename_fails_with = error;
    const auto fate = Mailbox::make_way(path_);
    rename_fails_with = 0;
    return fate ? fate->kept_as : fate.error().message;
  };
  EXPECT_EQ(set_aside(EINVAL), folder_.file("run.2.db"));
  EXPECT_EQ(set_aside(ENOSYS), folder_.file("run.3.db"));
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_EQ(std::filesystem::file_size(folder_.file("run.1.db")), 14u) << "as it was";
  EXPECT_TRUE(RecordReader::open(folder_.file("run.2.db")));
  EXPECT_NE(set_aside(EIO).find("cannot set"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(MailboxTest, ARecordThatIsSentCommandsReadsAsSound) {
  std::atomic<int> left = 3;
  std::vector<std::thread> senders;
  for (int i = 0; i < 3; ++i) {
    senders.emplace_back([&] {
      Mailbox mailbox = open();
      CommandRow row = whole();
      row.payload = Payload{std::string(50'000, 'x')};  // the file grows by pages each time
      for (int k = 0; k < 40; ++k) EXPECT_TRUE(mailbox.send(row));
      --left;
    });
  }
  while (left > 0) {
    const auto reader = RecordReader::open(path_);
    EXPECT_TRUE(reader) << reader.error().message;
  }
  for (std::thread& sender : senders) sender.join();
}

TEST(MailboxOfAnOlderRecord, IsMade) {
  const TemporaryFolder folder;
  const std::string path = folder.file("old.db");
  auto database = Database::open(path, {});
  ASSERT_TRUE(migrate(*database, migrations().first(1)));
  EXPECT_TRUE(check_schema(*database)) << "reports read it as it is";
  auto mailbox = Mailbox::open(path);
  ASSERT_TRUE(mailbox) << mailbox.error().message;
  EXPECT_EQ(mailbox->send(whole()), 1u);
}

TEST(MailboxOfAnOlderRecord, IsNotMadeInARecordThatAnotherProcessRuns) {
  const TemporaryFolder folder;
  const std::string path = folder.file("old.db");
  {
    auto database = Database::open(path, {});
    ASSERT_TRUE(migrate(*database, migrations().first(2)));
  }
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = RunLock::take(path);
    if (write(ready[1], lock ? "y" : "n", 1) != 1) _exit(1);
    while (true) pause();
  }
  char answer = 0;
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  ASSERT_EQ(answer, 'y');
  const auto refused = Mailbox::open(path);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalid);
  for (const std::string& word :
       {fmt::format("process {} runs it", child), std::string{"version 2"},
        fmt::format("version {}", schema_version())}) {
    EXPECT_NE(refused.error().message.find(word), std::string::npos) << refused.error().message;
  }
  EXPECT_EQ(Database::open(path, {})->number("PRAGMA user_version"), 2);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(Mailbox::open(path)) << "when nobody runs it";
  close(ready[0]);
  close(ready[1]);
}

TEST(MailboxOfAFile, IsRefusedForAFileThatIsNoRecord) {
  const TemporaryFolder folder;
  write_file(folder.file("x"), "not a database");
  EXPECT_EQ(Mailbox::open(folder.file("x")).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(Mailbox::open(folder.file("none")).error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(folder.file_count(), 1u);
}

}  // namespace
}  // namespace gnomon::adapters
