#include "adapters/sqlite/record_reader.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <random>
#include <utility>

#include "adapters/sqlite/mailbox.h"
#include "adapters/sqlite/schema.h"
#include "adapters/sqlite/shard_file.h"
#include "tests/adapters/sqlite/read_everything.h"
#include "tests/adapters/sqlite/sample_record.h"
#include "tests/adapters/sqlite/temporary_folder.h"

namespace gnomon::adapters {
namespace {

using contract::shown;
using Numbers = std::vector<std::uint64_t>;

class RecordReaderTest : public testing::Test {
 protected:
  std::string path() const { return folder.file("run.db"); }
  RecordReader open() {
    auto reader = RecordReader::open(path());
    EXPECT_TRUE(reader) << reader.error().message;
    return std::move(*reader);
  }
  static Numbers numbers(RecordReader& reader, const WorkflowFilter& filter) {
    Numbers found;
    EXPECT_TRUE(reader.workflows(filter, [&](WorkflowRow&& row) {
      found.push_back(sequence_of(row.id));
      return true;
    }));
    return found;
  }
  void expect_refused(const std::string& words) {
    const auto reader = RecordReader::open(path());
    ASSERT_FALSE(reader) << words;
    EXPECT_EQ(reader.error().kind, ErrorKind::kInvalid);
    EXPECT_NE(reader.error().message.find(words), std::string::npos) << reader.error().message;
    EXPECT_NE(reader.error().message.find(path()), std::string::npos) << reader.error().message;
  }
  TemporaryFolder folder;
};

TEST_F(RecordReaderTest, FiltersChooseWorkflows) {
  write_sample_record(path(), 12);
  auto reader = open();
  EXPECT_EQ(numbers(reader, {}).size(), 12u);
  EXPECT_EQ(numbers(reader, {.name = "train-2"}), (Numbers{2, 4, 6, 8, 10, 12}));
  EXPECT_EQ(numbers(reader, {.tenant = "ads", .outcome = Outcome::kFailed}), (Numbers{6, 12}));
  EXPECT_EQ(numbers(reader, {.phase = WorkflowPhase::kRunning}), (Numbers{5, 10}));
  EXPECT_EQ(numbers(reader, {.outcome = Outcome::kNone}), (Numbers{5, 10}));
  EXPECT_EQ(numbers(reader, {.label = "team", .label_value = "team-3"}), (Numbers{3, 7, 11}));
  EXPECT_EQ(numbers(reader, {.label = "team", .label_value = "team"}), (Numbers{}));
  EXPECT_EQ(numbers(reader, {.parent = make_workflow_id(0, 77)}).size(), 12u);
  EXPECT_EQ(numbers(reader, {.parent = make_workflow_id(0, 78)}), (Numbers{}));
  EXPECT_EQ(numbers(reader, {.name = "it's"}), (Numbers{}));
}

TEST_F(RecordReaderTest, FiltersChooseEvents) {
  write_sample_record(path(), 12);
  auto reader = open();
  const auto count = [&](const EventFilter& filter) {
    std::size_t found = 0;
    EXPECT_TRUE(reader.events(filter, [&](Event&&) { return ++found > 0; }));
    return found;
  };
  EXPECT_EQ(count({}), 48u);
  EXPECT_EQ(count({.workflow = make_workflow_id(0, 5)}), 4u);
  EXPECT_EQ(count({.workflow = make_workflow_id(0, 99)}), 0u);
  EXPECT_EQ(count({.workflow = make_workflow_id(0, 5), .node = 2}), 1u);
  EXPECT_EQ(count({.kind = EventKind::kWorkflowCreated}), 12u);
  EXPECT_EQ(count({.shard = ShardId{1}}), 0u);
}

TEST_F(RecordReaderTest, CommandsComeInTheirOrderWithTheirAnswers) {
  auto file = ShardFile::open(path(), 0);
  ASSERT_TRUE(file);
  auto mailbox = Mailbox::open(path());
  ASSERT_TRUE(mailbox);
  ASSERT_TRUE(mailbox->send({.kind = CommandKind::kStart, .name = "train"}));
  ASSERT_TRUE(mailbox->send({.kind = CommandKind::kPause, .workflow = WorkflowId{9}}));
  ASSERT_TRUE(mailbox->send({.kind = CommandKind::kCancel, .workflow = WorkflowId{1}}));
  Commit commit;
  commit.fence = (*file)->take_over()->fence;
  commit.sequence = 1;
  commit.answered = {{1, from_ns(5), WorkflowId{1}, ""}, {2, from_ns(6), {}, "no workflow 9"}};
  ASSERT_TRUE((*file)->commit(std::array{&std::as_const(commit)})[0]);

  auto reader = open();
  std::vector<CommandRow> rows;
  EXPECT_TRUE(reader.commands([&](CommandRow&& row) {
    rows.push_back(std::move(row));
    return true;
  }));
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(*reader.command_count(), 3u);
  EXPECT_EQ(rows[0].name, "train");
  EXPECT_EQ(rows[0].answered_at, from_ns(5));
  EXPECT_EQ(rows[0].result, WorkflowId{1});
  EXPECT_EQ(rows[1].workflow, WorkflowId{9});
  EXPECT_EQ(rows[1].error, "no workflow 9");
  EXPECT_EQ(rows[2].kind, CommandKind::kCancel);
  EXPECT_EQ(rows[2].answered_at, kUnset);
  int taken = 0;
  EXPECT_TRUE(reader.commands([&](CommandRow&&) { return ++taken < 2; }));
  EXPECT_EQ(taken, 2);
}

TEST_F(RecordReaderTest, ARecordOfBeforeThereWereCommandsHasNone) {
  for (std::size_t version = 1; version < kFirstWithCommands; ++version) {
    std::filesystem::remove(path());
    {
      auto database = Database::open(path(), {});
      ASSERT_TRUE(migrate(*database, migrations().first(version)));
      // What somebody put in the place of the table that it should not have is not read.
      ASSERT_TRUE(database->execute("CREATE VIEW command AS SELECT 1 AS number"));
    }
    auto reader = open();
    EXPECT_EQ(*reader.command_count(), 0u) << version;
    EXPECT_TRUE(reader.commands([](CommandRow&&) {
      ADD_FAILURE() << "a command";
      return false;
    }));
  }
}

TEST_F(RecordReaderTest, ARecordOfBeforeWorkersWereKeptHasNone) {
  for (std::size_t version = 1; version < kFirstWithWorkers; ++version) {
    std::filesystem::remove(path());
    {
      auto database = Database::open(path(), {});
      ASSERT_TRUE(migrate(*database, migrations().first(version)));
      ASSERT_TRUE(database->execute("INSERT INTO runtime VALUES (0, 'gpu', 64)"));
    }
    auto reader = open();
    const RunFacts facts = reader.facts().value();
    EXPECT_EQ(facts.runtimes, (std::vector<RuntimeFacts>{{0, "gpu", 64, std::nullopt}})) << version;
  }
}

TEST_F(RecordReaderTest, KnowsTheLatestInstantThatARecordTellsOf) {
  const auto write = [&](const std::vector<Commit>& commits) {
    auto writer = RecordWriter::create(path());
    ASSERT_TRUE(writer);
    for (const Commit& commit : commits) ASSERT_TRUE((*writer)->write(commit));
    ASSERT_TRUE((*writer)->finish({}));
  };
  write({});
  EXPECT_EQ(open().latest(), kUnset);
  write({sample_commit(0, 2), sample_commit(1, 1)});
  EXPECT_EQ(open().latest(), contract::sample_instant(8));  // of the last event of shard 0
  RunSummary ended;
  ended.facts.ended_at = contract::sample_instant(100);
  ASSERT_TRUE(add_summary(path(), ended));
  EXPECT_EQ(open().latest(), contract::sample_instant(100));
  RunSummary resumed;
  resumed.series = {{kResumed, "", contract::sample_instant(90), 1}};
  ASSERT_TRUE(reopen_run(path(), resumed));
  EXPECT_EQ(open().latest(), contract::sample_instant(100));
  resumed.series = {{kResumed, "", contract::sample_instant(200), 1}};
  ASSERT_TRUE(reopen_run(path(), resumed));
  EXPECT_EQ(open().latest(), contract::sample_instant(200));
}

TEST_F(RecordReaderTest, ATimersEventsAreThoseOfItsNode) {
  Commit commit = sample_commit(0, 1);
  commit.events.back().kind = EventKind::kTimerFired;
  commit.events.back().node = kNoNode;
  commit.events.back().detail = 5;
  auto writer = RecordWriter::create(path());
  ASSERT_TRUE(writer);
  ASSERT_TRUE((*writer)->write(commit));
  ASSERT_TRUE((*writer)->finish({}));
  auto reader = open();
  const auto of_node = [&](NodeIndex node) {
    Numbers found;
    EXPECT_TRUE(reader.events({.node = node}, [&](Event&& event) {
      found.push_back(event.sequence);
      return true;
    }));
    return found;
  };
  EXPECT_EQ(of_node(5), Numbers{4});
  EXPECT_EQ(of_node(kNoNode), Numbers{1});
}

TEST_F(RecordReaderTest, ACallbackCanStop) {
  write_sample_record(path(), 12);
  auto reader = open();
  int taken = 0;
  EXPECT_TRUE(reader.workflows({}, [&](WorkflowRow&&) { return ++taken < 3; }));
  EXPECT_TRUE(reader.all_nodes([&](NodeRow&&) { return ++taken < 6; }));
  EXPECT_TRUE(reader.events({}, [&](Event&&) { return ++taken < 9; }));
  EXPECT_EQ(taken, 9);
}

TEST_F(RecordReaderTest, ReadsAStoreThatIsBeingWrittenAsItWasAtOneMoment) {
  auto file = ShardFile::open(path(), 0);
  ASSERT_TRUE(file);
  const std::uint64_t fence = (*file)->take_over()->fence;
  const auto commit = [&](std::uint64_t number) {
    Commit made = sample_commit(0, number);
    made.fence = fence;
    ASSERT_TRUE((*file)->commit(std::array{&std::as_const(made)})[0]);
  };
  commit(1);
  auto reader = open();
  EXPECT_EQ(*reader.workflow_count(), 1u);
  commit(2);
  EXPECT_EQ(*reader.workflow_count(), 1u);
  auto later = open();
  EXPECT_EQ(*later.workflow_count(), 2u);
}

TEST_F(RecordReaderTest, ReadsWhatACrashLeftInTheLog) {
  const std::string store = folder.file("store.db");
  auto file = ShardFile::open(store, 0);
  ASSERT_TRUE(file);
  Commit commit = sample_commit(0, 1);
  commit.fence = (*file)->take_over()->fence;
  ASSERT_TRUE((*file)->commit(std::array{&std::as_const(commit)})[0]);
  std::filesystem::copy(store, path());
  std::filesystem::copy(store + "-wal", path() + "-wal");
  auto reader = open();
  EXPECT_EQ(*reader.workflow_count(), 1u);
}

TEST_F(RecordReaderTest, ReadsAClosedStoreAndLeavesNothingBehind) {
  {
    auto file = ShardFile::open(path(), 0);
    ASSERT_TRUE((*file)->take_over());
  }
  {
    auto reader = open();
    EXPECT_EQ(*reader.workflow_count(), 0u);
  }
  EXPECT_EQ(folder.file_count(), 1u);
}

TEST_F(RecordReaderTest, WhatIsNoRecordIsRefusedInTheUsersWords) {
  expect_refused("No such file");
  ASSERT_TRUE(std::filesystem::create_directory(path()));
  expect_refused("not a file");
  std::filesystem::remove(path());
  write_file(path(), "");
  expect_refused("not a run record");
  write_file(path(), "name: ml-training\n");
  expect_refused("not a run record");
  write_file(path(), std::string(100'000, 'x'));
  expect_refused("not a run record");
  std::filesystem::remove(path());
  {
    auto other = Database::open(path(), {});
    ASSERT_TRUE(other->execute("CREATE TABLE phones (number)"));
  }
  expect_refused("not a run record");
}

TEST_F(RecordReaderTest, ANewerRecordIsRefusedWithBothVersions) {
  write_sample_record(path(), 1);
  {
    auto database = Database::open(path(), {});
    ASSERT_TRUE(database->execute("PRAGMA user_version = 99"));
  }
  expect_refused("schema version 99");
}

TEST_F(RecordReaderTest, ATruncatedRecordIsAnErrorWherever) {
  write_sample_record(path(), 40);
  const std::string whole = read_file(path());
  for (std::size_t size = 0; size < whole.size(); size += whole.size() / 37) {
    write_file(path(), whole.substr(0, size));
    EXPECT_FALSE(read_everything(path())) << size << " bytes of " << whole.size();
  }
}

TEST_F(RecordReaderTest, WhatAWriterThatDiedLeftHalfWrittenIsUndone) {
  write_sample_record(path(), 40);
  const std::string before = open().facts()->scenario;
  const pid_t child = fork();
  if (child == 0) {
    // By the smallest of caches a part of it is in the file, and the rest is not.
    auto database = Database::open(path(), {});
    const auto done = database->execute(
        "PRAGMA cache_size = 1; BEGIN; UPDATE meta SET value = 'half' WHERE name = 'scenario'; "
        "UPDATE workflow SET reason = hex(zeroblob(500)); UPDATE node SET reason = 'half'");
    raise(done ? SIGKILL : SIGTERM);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_EQ(WTERMSIG(status), SIGKILL);
  ASSERT_TRUE(std::filesystem::exists(path() + "-journal"));
  ASSERT_NE(read_file(path()).find("half"), std::string::npos);
  auto reader = RecordReader::open(path());
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(reader->facts()->scenario, before);
  EXPECT_FALSE(std::filesystem::exists(path() + "-journal"));
}

TEST_F(RecordReaderTest, WordsThatAreNoneAreAnError) {
  write_sample_record(path(), 1);
  {
    auto database = Database::open(path(), {});
    ASSERT_TRUE(database->execute("UPDATE node SET state = 'ASLEEP' WHERE node = 1"));
  }
  auto reader = open();
  const auto nodes = reader.nodes(make_workflow_id(0, 1));
  ASSERT_FALSE(nodes);
  EXPECT_EQ(nodes.error().kind, ErrorKind::kInvalid);
  EXPECT_NE(nodes.error().message.find("damaged"), std::string::npos);
}

TEST_F(RecordReaderTest, DamagedBytesNeverCrashOrHangIt) {
  write_sample_record(path(), 40);
  const std::string whole = read_file(path());
  std::minstd_rand random(1);
  int refused = 0;
  for (int round = 0; round < 400; ++round) {
    std::string damaged = whole;
    for (int i = 0; i <= round % 8; ++i) {
      // Half of the damage goes to the heads of pages, where it hurts.
      const std::size_t at = random() % damaged.size();
      damaged[round % 2 == 0 ? at : at / 8192 * 8192 + at % 128] = static_cast<char>(random());
    }
    write_file(path(), damaged);
    if (!read_everything(path())) ++refused;
  }
  EXPECT_GT(refused, 100);
}

TEST_F(RecordReaderTest, APageThatIsItsOwnNeighbourEndsTheRead) {
  // Each inner page of a table points many times to one and the same page, level by level: a few
  // pages that read as 10^30 rows.
  write_sample_record(path(), 2'000);
  std::string bytes = read_file(path());
  constexpr std::size_t kPage = 8192;
  std::size_t planted = 0;
  for (std::size_t page = 1; page < bytes.size() / kPage; ++page) {
    char* const head = bytes.data() + page * kPage;
    if (head[0] != 2) continue;  // inner page of an index tree: of the node table
    const auto cells =
        static_cast<unsigned char>(head[3]) * 256u + static_cast<unsigned char>(head[4]);
    for (unsigned cell = 0; cell < cells; ++cell) {
      const auto at = static_cast<unsigned char>(head[12 + 2 * cell]) * 256u +
                      static_cast<unsigned char>(head[13 + 2 * cell]);
      const std::size_t self = page + 1;
      for (int i = 0; i < 4; ++i)
        head[at + static_cast<unsigned>(i)] = static_cast<char>(self >> (24 - 8 * i));
      ++planted;
    }
  }
  ASSERT_GT(planted, 0u);
  write_file(path(), bytes);
  EXPECT_FALSE(read_everything(path()));
}

}  // namespace
}  // namespace gnomon::adapters
