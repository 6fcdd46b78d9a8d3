#include "adapters/sqlite/shard_file.h"

#include <gtest/gtest.h>

#include "adapters/sqlite/schema.h"
#include "tests/adapters/sqlite/faulty_vfs.h"
#include "tests/adapters/sqlite/temporary_folder.h"
#include "tests/contract/sample_rows.h"

namespace gnomon::adapters {
namespace {

using contract::bare_workflow;
using contract::sample_node;

class ShardFileTest : public testing::Test {
 protected:
  std::unique_ptr<ShardFile> open() {
    auto file = ShardFile::open(folder.file("store.db"), 0, FaultyVfs::name());
    EXPECT_TRUE(file) << file.error().message;
    const auto shard = (*file)->take_over();
    EXPECT_TRUE(shard) << shard.error().message;
    fence = shard->fence;
    return std::move(*file);
  }
  Commit commit(std::uint64_t sequence) const {
    Commit made;
    made.fence = fence;
    made.sequence = sequence;
    made.next_workflow = sequence + 1;
    made.workflows = {bare_workflow(make_workflow_id(0, sequence), 1)};
    made.nodes = {sample_node(make_workflow_id(0, sequence), 0)};
    return made;
  }
  static std::vector<Expected<void>> give(ShardFile& file, const std::vector<Commit>& commits) {
    std::vector<const Commit*> pointers;
    for (const Commit& commit : commits) pointers.push_back(&commit);
    return file.commit(pointers);
  }
  std::vector<std::uint64_t> live() {
    std::vector<std::uint64_t> numbers;
    auto file = ShardFile::open(folder.file("store.db"), 0);
    EXPECT_TRUE(file);
    const auto shard = (*file)->take_over();
    EXPECT_TRUE(shard);
    for (const StoredWorkflow& stored : shard->live) {
      numbers.push_back(sequence_of(stored.workflow.id));
      EXPECT_EQ(stored.nodes.size(), 1u);
    }
    return numbers;
  }
  static ErrorKind kind(const Expected<void>& result) {
    EXPECT_FALSE(result);
    return result ? ErrorKind::kInvalid : result.error().kind;
  }

  FaultyVfs disk;
  TemporaryFolder folder;
  std::uint64_t fence = 0;
};

using Numbers = std::vector<std::uint64_t>;

TEST_F(ShardFileTest, ACommitOutOfOrderIsRefusedAndLeavesNothing) {
  auto file = open();
  const std::vector commits = {commit(1), commit(3), commit(2), commit(2)};
  const auto results = give(*file, commits);
  EXPECT_TRUE(results[0]);
  EXPECT_EQ(kind(results[1]), ErrorKind::kDidNotHappen);
  EXPECT_TRUE(results[2]);
  EXPECT_EQ(kind(results[3]), ErrorKind::kDidNotHappen);
  EXPECT_EQ(live(), (Numbers{1, 2}));
}

TEST_F(ShardFileTest, OnAFullDiskNothingHappensAndTheSameCommitsWorkLater) {
  auto file = open();
  ASSERT_TRUE(give(*file, {commit(1)})[0]);
  disk.fail_write(0, SQLITE_FULL);
  const std::vector commits = {commit(2), commit(3)};
  for (const auto& result : give(*file, commits)) {
    EXPECT_EQ(kind(result), ErrorKind::kDidNotHappen);
  }
  // What was on its way behind them must not overtake them.
  EXPECT_EQ(kind(give(*file, {commit(4)})[0]), ErrorKind::kDidNotHappen);
  disk.mend();
  for (const auto& result : give(*file, commits)) EXPECT_TRUE(result);
  file.reset();
  EXPECT_EQ(live(), (Numbers{1, 2, 3}));
}

TEST_F(ShardFileTest, AFailedSyncLeavesTheCommitOpenAndTheShardToBeOpenedAgain) {
  auto file = open();
  ASSERT_TRUE(give(*file, {commit(1)})[0]);
  disk.fail_sync(0, SQLITE_IOERR_FSYNC);
  EXPECT_EQ(kind(give(*file, {commit(2)})[0]), ErrorKind::kMayHaveHappened);
  disk.mend();
  EXPECT_EQ(kind(give(*file, {commit(3)})[0]), ErrorKind::kCannotHappen);
  EXPECT_EQ(kind(give(*file, {commit(2)})[0]), ErrorKind::kCannotHappen);
  const auto shard = file->take_over();
  ASSERT_TRUE(shard);
  fence = shard->fence;
  EXPECT_TRUE(give(*file, {commit(1)})[0]);
}

TEST_F(ShardFileTest, EveryFailingWriteOfACommitLeavesAllOrNothing) {
  for (int after = 0; after < 100; ++after) {
    auto file = open();
    Commit large = commit(1);
    for (std::uint64_t number = 1; number <= 100; ++number) {
      const WorkflowId id =
          make_workflow_id(0, 1000 * (static_cast<std::uint64_t>(after) + 1) + number);
      large.workflows.push_back(bare_workflow(id, 1));
      large.nodes.push_back(sample_node(id, 0));
    }
    disk.fail_write(after, SQLITE_IOERR_WRITE);
    const bool done = give(*file, {large})[0].has_value();
    file.reset();
    disk.mend();
    const std::size_t found = live().size();
    if (done) {
      EXPECT_GE(found, 101u);
      return;  // from here on no write of the commit is hit
    }
    EXPECT_EQ(found, 0u) << "after " << after << " writes";
  }
  FAIL() << "a commit of more than 100 writes: the test should go further";
}

TEST_F(ShardFileTest, ASecondOwnerInTheSameFileIsSeenWithinTheTransaction) {
  auto first = open();
  const std::uint64_t first_fence = fence;
  auto second = open();
  EXPECT_EQ(fence, first_fence + 1);
  ASSERT_TRUE(give(*second, {commit(1)})[0]);
  fence = first_fence;
  EXPECT_EQ(kind(give(*first, {commit(1)})[0]), ErrorKind::kCannotHappen);
  EXPECT_EQ(kind(give(*first, {commit(1)})[0]), ErrorKind::kCannotHappen);
}

TEST_F(ShardFileTest, AShardThatIdsCannotCarryIsRefused) {
  const auto file = ShardFile::open(folder.file("store.db"), 0x8000);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind, ErrorKind::kInvalid);
}

TEST_F(ShardFileTest, SomebodyElsesFileIsLeftAsItIs) {
  const std::string text = "Dear diary, today I wrote a scheduler. " + std::string(2000, '.');
  write_file(folder.file("diary.txt"), text);
  EXPECT_FALSE(ShardFile::open(folder.file("diary.txt"), 0));
  EXPECT_EQ(read_file(folder.file("diary.txt")), text);
  {
    auto other = Database::open(folder.file("other.db"), {});
    ASSERT_TRUE(other->execute("CREATE TABLE phones (number)"));
  }
  const std::string before = read_file(folder.file("other.db"));
  const auto file = ShardFile::open(folder.file("other.db"), 0);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind, ErrorKind::kInvalid);
  EXPECT_NE(file.error().message.find("not a run record"), std::string::npos);
  EXPECT_EQ(read_file(folder.file("other.db")), before);
}

TEST_F(ShardFileTest, AStoreThatWasClosedIsOneFile) {
  auto file = open();
  ASSERT_TRUE(give(*file, {commit(1)})[0]);
  file.reset();
  EXPECT_EQ(folder.file_count(), 1u);
}

}  // namespace
}  // namespace gnomon::adapters
