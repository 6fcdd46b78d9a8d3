#include "adapters/sqlite/sqlite_store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "tests/adapters/sqlite/store_place.h"
#include "tests/contract/sample_rows.h"
#include "tests/contract/store_contract.h"

namespace gnomon::adapters {
namespace {

using contract::bare_workflow;
using contract::Owner;
using contract::sample_node;

constexpr NodeIndex kNodes = 5;

/// Commits one workflow of kNodes nodes and as many events after the other, and writes a byte into
/// `acknowledged` for each that is durable, until it is killed.
[[noreturn]] void commit_for_ever(StorePlace& place, int acknowledged) {
  Owner<StorePlace> owner(place, 0);
  owner.open();
  constexpr int kUnderWay = 3;  // so that commits are folded into one transaction
  for (int sent = 0;; ++sent) {
    const WorkflowId id = make_workflow_id(0, owner.next_workflow++);
    Commit commit = owner.next_commit();
    commit.workflows = {bare_workflow(id, 1)};
    for (NodeIndex node = 0; node < kNodes; ++node) {
      commit.nodes.push_back(sample_node(id, node));
      owner.add_event(commit, EventKind::kNodeReady, id, node);
    }
    owner.send(std::move(commit));
    if (sent < kUnderWay) continue;
    const auto done = owner.wait<CommitDone>();
    if (!done.result || write(acknowledged, "x", 1) != 1) _exit(1);
  }
}

TEST(SqliteStore, KilledAtAnyMomentItHasAllThatWasAcknowledgedAndNothingByHalves) {
  StorePlace place;
  std::uint64_t acknowledged = 0;
  for (int kill_number = 0; kill_number < 20; ++kill_number) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(ends[0]);
      commit_for_ever(place, ends[1]);
    }
    close(ends[1]);
    // A few commits, and a moment that differs each time.
    char byte = 0;
    for (int i = 0; i < 3; ++i) {
      ASSERT_EQ(read(ends[0], &byte, 1), 1);
      ++acknowledged;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(137 * kill_number));
    kill(child, SIGKILL);
    while (read(ends[0], &byte, 1) == 1) ++acknowledged;
    close(ends[0]);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";

    Owner<StorePlace> owner(place, 0);
    const StoredShard shard = owner.open();
    ASSERT_GE(shard.live.size(), acknowledged);
    EXPECT_EQ(shard.next_workflow, shard.live.size() + 1);
    EXPECT_EQ(shard.last_event, shard.live.size() * kNodes);
    for (std::size_t i = 0; i < shard.live.size(); ++i) {
      ASSERT_EQ(shard.live[i].workflow.id, make_workflow_id(0, i + 1))
          << "a commit is missing in between";
      ASSERT_EQ(shard.live[i].nodes.size(), kNodes);
    }
    EXPECT_EQ(owner.read_events(0, ~0u).result->size(), shard.last_event);
    acknowledged = shard.live.size();
  }
}

TEST(SqliteStore, EndingItFinishesWhatItWasGivenAndAnswersNoMore) {
  StorePlace place;
  {
    Owner<StorePlace> owner(place, 0);
    owner.open();
    for (std::uint64_t number = 1; number <= 100; ++number) {
      Commit commit = owner.next_commit();
      commit.workflows = {bare_workflow(make_workflow_id(0, number), 1)};
      owner.send(std::move(commit));
    }
  }
  Owner<StorePlace> owner(place, 0);
  EXPECT_EQ(owner.open().live.size(), 100u);
  // The first owner's answers come to nobody; the second's to it alone.
  owner.must_apply(owner.next_commit());
  EXPECT_EQ(owner.inbox.answers.size(), 1u);
}

TEST(SqliteStore, AFileThatIsNoRecordIsTheUsersMistake) {
  TemporaryFolder folder;
  write_file(folder.file("x.db"), std::string(5000, 'x'));
  contract::AnswerList inbox;
  const auto store = SqliteStore::create({.path = folder.file("x.db")}, inbox, [](auto) {});
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::kInvalid);
  EXPECT_NE(store.error().message.find("x.db"), std::string::npos);
  EXPECT_FALSE(SqliteStore::create({.path = folder.file("no/such/folder.db")}, inbox, [](auto) {}));
}

}  // namespace
}  // namespace gnomon::adapters
