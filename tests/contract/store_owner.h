#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "engine/ports/store.h"
#include "tests/contract/sample_rows.h"

namespace gnomon::contract {

struct AnswerList final : Inbox {
  void post(Answer answer) override { answers.push_back(std::move(answer)); }
  template <typename T>
  T& at(std::size_t i) {
    return std::get<T>(answers.at(i));
  }
  std::vector<Answer> answers;
};

/// A store, its inbox, and the numbers of its owner.
template <typename Place>
struct Owner {
  Owner(Place& its_place, ShardId its_shard)
      : place(its_place), shard(its_shard), store(place.make(shard, inbox)) {}

  StoredShard open() {
    Expected<StoredShard> opened = store->open();
    EXPECT_TRUE(opened) << opened.error().message;
    if (!opened) return {};
    fence = opened->fence;
    sequence = 0;
    next_workflow = opened->next_workflow;
    last_event = opened->last_event;
    return std::move(*opened);
  }
  Commit next_commit() {
    Commit commit;
    commit.shard = shard;
    commit.fence = fence;
    commit.sequence = ++sequence;
    commit.next_workflow = next_workflow;
    return commit;
  }
  void add_event(Commit& commit, EventKind kind, WorkflowId workflow, NodeIndex node = kNoNode) {
    Event event;
    event.sequence = ++last_event;
    event.at = sample_instant(static_cast<std::int64_t>(last_event));
    event.kind = kind;
    event.workflow = workflow;
    event.node = node;
    event.shard = shard;
    commit.events.push_back(event);
  }
  void send(Commit commit) { store->commit(std::make_unique<Commit>(std::move(commit))); }
  /// The result of one commit, waited for.
  Expected<void> apply(Commit commit) {
    send(std::move(commit));
    return wait<CommitDone>().result;
  }
  void must_apply(Commit commit) {
    const Expected<void> result = apply(std::move(commit));
    EXPECT_TRUE(result) << result.error().message;
  }
  template <typename T>
  T wait() {
    const std::size_t seen = taken++;
    place.run_until([&] { return inbox.answers.size() > seen; });
    return std::move(inbox.at<T>(seen));
  }
  std::vector<StoredWorkflow> fetch(WorkflowId id) {
    store->fetch(id, 17);
    WorkflowFetched fetched = wait<WorkflowFetched>();
    EXPECT_EQ(fetched.ticket, 17u);
    EXPECT_TRUE(fetched.result) << fetched.result.error().message;
    return fetched.result ? std::move(*fetched.result) : std::vector<StoredWorkflow>{};
  }
  EventsRead read_events(std::uint64_t after, std::uint32_t limit) {
    store->read_events(after, limit);
    EventsRead read = wait<EventsRead>();
    EXPECT_EQ(read.after, after);
    EXPECT_TRUE(read.result) << read.result.error().message;
    if (!read.result) read.result = std::vector<Event>{};
    return read;
  }

  Place& place;
  ShardId shard;
  AnswerList inbox;
  std::unique_ptr<Store> store;
  std::uint64_t fence = 0;
  std::uint64_t sequence = 0;
  std::uint64_t next_workflow = 1;
  std::uint64_t last_event = 0;
  std::size_t taken = 0;
};

}  // namespace gnomon::contract
