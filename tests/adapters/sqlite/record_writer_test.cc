#include "adapters/sqlite/record_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <utility>

#include "adapters/sqlite/mailbox.h"
#include "adapters/sqlite/record_reader.h"
#include "adapters/sqlite/shard_file.h"
#include "tests/adapters/sqlite/sample_record.h"
#include "tests/adapters/sqlite/temporary_folder.h"

namespace gnomon::adapters {
namespace {

using contract::shown;

template <typename T>
T must(Expected<T> expected) {
  EXPECT_TRUE(expected) << expected.error().message;
  return expected ? std::move(*expected) : T{};
}
std::vector<std::string> all_events(RecordReader& reader, const EventFilter& filter = {}) {
  std::vector<std::string> lines;
  EXPECT_TRUE(reader.events(filter, [&](Event&& event) {
    lines.push_back(shown(event));
    return true;
  }));
  return lines;
}

TEST(RecordWriter, WhatIsWrittenIsRead) {
  TemporaryFolder folder;
  const std::string path = folder.file("run.db");
  write_sample_record(path, 3);
  auto reader = must(RecordReader::open(path));
  EXPECT_EQ(must(reader.facts()), sample_summary().facts);
  EXPECT_EQ(must(reader.metrics()), sample_summary().metrics);
  EXPECT_EQ(must(reader.series()), sample_summary().series);
  std::vector<DefinitionRow> definitions;
  for (auto& definition : must(reader.definitions())) {
    EXPECT_EQ(definition.shard, 0);
    definitions.push_back(definition.row);
  }
  EXPECT_EQ(shown(definitions), shown(sample_commit(0, 1).definitions));
  EXPECT_EQ(must(reader.workflow_count()), 3u);
  std::vector<std::string> events;
  for (std::uint64_t number = 1; number <= 3; ++number) {
    const Commit commit = sample_commit(0, number);
    const WorkflowId id = commit.workflows[0].id;
    const auto workflow = must(reader.workflow(id));
    ASSERT_TRUE(workflow);
    EXPECT_EQ(shown(*workflow), shown(commit.workflows[0]));
    EXPECT_EQ(shown(must(reader.nodes(id))), shown(commit.nodes));
    EXPECT_EQ(shown(must(reader.attempts(id))), shown(commit.attempts));
    for (const Event& event : commit.events) events.push_back(shown(event));
  }
  EXPECT_EQ(shown(must(reader.schedules())), shown(sample_commit(0, 1).schedules));
  EXPECT_EQ(all_events(reader), events);
}

TEST(RecordWriter, EachRowStandsAsItWasLastHoweverManyCommitsToldOfIt) {
  TemporaryFolder folder;
  const std::string path = folder.file("run.db");
  auto writer = must(RecordWriter::create(path));
  // More rows than wait in memory: most nodes are told of in two flushes, some in three.
  constexpr std::uint64_t kWorkflows = 3'000;
  constexpr NodeIndex kNodes = 12;
  for (const NodePhase phase : {NodePhase::kReady, NodePhase::kRunning, NodePhase::kFinished}) {
    for (std::uint64_t number = kWorkflows; number >= 1; --number) {
      Commit commit;
      const WorkflowId id = make_workflow_id(0, number);
      for (NodeIndex node = 0; node < kNodes; ++node) {
        NodeRow& row = commit.nodes.emplace_back(contract::bare_node(id, node));
        row.phase = phase == NodePhase::kFinished && node == 3 ? NodePhase::kPending : phase;
      }
      WorkflowRow& row = commit.workflows.emplace_back(contract::bare_workflow(id, 1));
      row.run = static_cast<std::uint32_t>(phase);
      ASSERT_TRUE(writer->write(commit));
    }
  }
  ASSERT_TRUE(writer->finish({}));
  auto reader = must(RecordReader::open(path));
  std::uint64_t at = 0;
  ASSERT_TRUE(reader.all_nodes([&](NodeRow&& row) {
    EXPECT_EQ(row.workflow, make_workflow_id(0, at / kNodes + 1));
    EXPECT_EQ(row.node, at % kNodes);
    EXPECT_EQ(row.phase, row.node == 3 ? NodePhase::kPending : NodePhase::kFinished);
    ++at;
    return !testing::Test::HasFailure();
  }));
  EXPECT_EQ(at, kWorkflows * kNodes);
  std::uint64_t workflows = 0;
  ASSERT_TRUE(reader.workflows({}, [&](WorkflowRow&& row) {
    EXPECT_EQ(row.run, static_cast<std::uint32_t>(NodePhase::kFinished));
    return ++workflows > 0;
  }));
  EXPECT_EQ(workflows, kWorkflows);
}

TEST(RecordWriter, EventsOfManyCommitsAndShardsKeepTheirNumbers) {
  TemporaryFolder folder;
  auto writer = must(RecordWriter::create(folder.file("run.db")));
  std::vector<std::string> expected;
  for (std::uint64_t number = 1; number <= 3'000; ++number) {
    for (const ShardId shard : {ShardId{0}, ShardId{9}}) {
      const Commit commit = sample_commit(shard, number);
      ASSERT_TRUE(writer->write(commit));
    }
  }
  for (const ShardId shard : {ShardId{0}, ShardId{9}}) {
    for (std::uint64_t number = 1; number <= 3'000; ++number) {
      const Commit commit = sample_commit(shard, number);
      for (const Event& event : commit.events) expected.push_back(shown(event));
    }
  }
  ASSERT_TRUE(writer->finish({}));
  auto reader = must(RecordReader::open(folder.file("run.db")));
  EXPECT_EQ(all_events(reader), expected);
}

TEST(RecordWriter, TheSameCommitsGiveTheSameBytes) {
  TemporaryFolder folder;
  write_sample_record(folder.file("a.db"), 200);
  write_sample_record(folder.file("b.db"), 200);
  EXPECT_TRUE(read_file(folder.file("a.db")) == read_file(folder.file("b.db")));
}

TEST(RecordWriter, TheFileAppearsWhenItIsWholeAndReplacesWhatWasThere) {
  TemporaryFolder folder;
  const std::string path = folder.file("run.db");
  write_sample_record(path, 2);
  const std::string older = read_file(path);
  {
    auto writer = must(RecordWriter::create(path));
    ASSERT_TRUE(writer->write(sample_commit(0, 1)));
    EXPECT_TRUE(read_file(path) == older);
  }
  EXPECT_TRUE(read_file(path) == older) << "a run that did not finish";
  EXPECT_EQ(folder.file_count(), 1u);
  write_sample_record(path, 1);
  EXPECT_EQ(folder.file_count(), 1u);
  EXPECT_EQ(must(must(RecordReader::open(path)).workflow_count()), 1u);
}

TEST(RecordWriter, TakesNoLogThatAnotherStoreLeftForItsOwn) {
  TemporaryFolder folder;
  const std::string path = folder.file("run.db");
  {
    const std::string store = folder.file("store.db");
    auto file = must(ShardFile::open(store, 0));
    Commit commit = sample_commit(0, 1);
    commit.fence = must(file->take_over()).fence;
    ASSERT_TRUE(file->commit(std::array{&std::as_const(commit)})[0]);
    std::filesystem::copy(store + "-wal", path + "-wal");
  }
  write_sample_record(path, 3);
  EXPECT_EQ(must(must(RecordReader::open(path)).workflow_count()), 3u);
}

TEST(RecordWriter, FollowsALink) {
  TemporaryFolder folder;
  std::filesystem::create_symlink("run.db", folder.file("link.db"));
  write_sample_record(folder.file("link.db"), 1);
  write_sample_record(folder.file("link.db"), 3);
  EXPECT_TRUE(std::filesystem::is_symlink(folder.file("link.db")));
  EXPECT_EQ(must(must(RecordReader::open(folder.file("run.db"))).workflow_count()), 3u);
}

TEST(RecordWriter, ReplacesNothingInWhichACommandWaitsAndNothingThatIsNoRecord) {
  TemporaryFolder folder;
  const std::string path = folder.file("run.db");
  write_sample_record(path, 1);
  ASSERT_TRUE(Mailbox::open(path)->send({.kind = CommandKind::kStart, .name = "w"}));
  for (const char* other : {"", "no record"}) {
    if (*other != '\0') write_file(path, other);
    const std::string before = read_file(path);
    auto writer = must(RecordWriter::create(path));
    const auto done = writer->finish({});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::kInvalid);
    writer.reset();
    EXPECT_TRUE(read_file(path) == before);
    EXPECT_EQ(folder.file_count(), 1u);
  }
}

TEST(RecordWriter, APlaceThatCannotBeWrittenIsAnError) {
  TemporaryFolder folder;
  const auto writer = RecordWriter::create(folder.file("no/such/folder/run.db"));
  ASSERT_FALSE(writer);
  EXPECT_NE(writer.error().message.find("no/such/folder/run.db"), std::string::npos);
  // A folder stands where the file should.
  ASSERT_TRUE(std::filesystem::create_directory(folder.file("run.db")));
  auto other = must(RecordWriter::create(folder.file("run.db")));
  EXPECT_FALSE(other->finish({}));
  other.reset();
  EXPECT_EQ(folder.file_count(), 1u);
}

TEST(RecordWriter, AShardThatIdsCannotCarryIsAnErrorForGood) {
  TemporaryFolder folder;
  auto writer = must(RecordWriter::create(folder.file("run.db")));
  EXPECT_FALSE(writer->write(sample_commit(0x8000, 1)));
  EXPECT_FALSE(writer->write(sample_commit(0, 1)));
  EXPECT_FALSE(writer->finish({}));
  writer.reset();
  EXPECT_EQ(folder.file_count(), 0u);
}

TEST(RecordWriter, ALaterSummaryIsAdded) {
  TemporaryFolder folder;
  const std::string path = folder.file("run.db");
  write_sample_record(path, 1);
  RunSummary later;
  later.facts.digest = "1234";
  later.metrics = {{"makespan", "", "p95", 22}, {"new", "", "mean", 1}};
  ASSERT_TRUE(add_summary(path, later));
  auto reader = must(RecordReader::open(path));
  RunFacts facts = sample_summary().facts;
  facts.digest = "1234";
  EXPECT_EQ(must(reader.facts()), facts);
  const auto metrics = must(reader.metrics());
  ASSERT_EQ(metrics.size(), 3u);
  EXPECT_EQ(metrics[0].value, 22);
  EXPECT_FALSE(add_summary(folder.file("absent.db"), later));
}

}  // namespace
}  // namespace gnomon::adapters
