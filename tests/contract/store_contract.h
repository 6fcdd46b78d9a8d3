#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/policy.h"
#include "tests/contract/sample_rows.h"
#include "tests/contract/store_owner.h"

/// What every Store must do, in the simulated world and in the real one. A store is put through it
/// by one line,
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, StoreContract, SqliteStorePlace);
///
/// with a default-constructible type that stands for a durable place, empty at first, and offers
///
///     std::unique_ptr<Store> make(ShardId shard, Inbox& inbox);
///     void run_until(const std::function<bool()>& done);
///     std::uint64_t put_command();
///     std::optional<AnsweredRow> answer(std::uint64_t number);
///
/// make() gives one more store on that place, of which many may be there at once; run_until() lets
/// answers come in until done() holds; put_command() leaves a command in the mailbox, and answer()
/// looks for what it was answered.

namespace gnomon::contract {

template <typename Place>
class StoreContract : public testing::Test {
 protected:
  Owner<Place> owner(ShardId shard = 3) { return Owner<Place>(place, shard); }
  Place place;
};
TYPED_TEST_SUITE_P(StoreContract);

TYPED_TEST_P(StoreContract, AnEmptyPlaceIsAnEmptyShard) {
  auto owner = this->owner();
  const StoredShard shard = owner.open();
  EXPECT_GT(shard.fence, 0u);
  EXPECT_EQ(shard.next_workflow, 1u);
  EXPECT_EQ(shard.last_event, 0u);
  EXPECT_TRUE(shard.definitions.empty());
  EXPECT_TRUE(shard.live.empty());
  EXPECT_TRUE(shard.schedules.empty());
  EXPECT_TRUE(shard.cursors.empty());
  EXPECT_TRUE(shard.keys.empty());
}

TYPED_TEST_P(StoreContract, EveryFieldComesBackAsItWasCommitted) {
  const WorkflowId id = make_workflow_id(3, 1);
  Commit commit;
  {
    auto owner = this->owner();
    owner.open();
    commit = owner.next_commit();
    commit.next_workflow = 2;
    commit.definitions = {sample_definition(1), bare_definition(2)};
    commit.workflows = {sample_workflow(id, 1)};
    commit.nodes = {sample_node(id, 0), bare_node(id, 1), sample_node(id, 70'000)};
    commit.signals = {sample_signal(id, 1), sample_signal(id, 2)};
    commit.schedules = {sample_schedule("nightly"), bare_schedule("yearly")};
    commit.cursors = {CursorRow{"ui", 5}, CursorRow{"a 'quoted' name", 0}};
    owner.add_event(commit, EventKind::kWorkflowCreated, id);
    owner.must_apply(commit);
  }
  auto owner = this->owner();
  const StoredShard shard = owner.open();
  EXPECT_EQ(shard.next_workflow, 2u);
  EXPECT_EQ(shard.last_event, 1u);
  EXPECT_EQ(shown(shard.definitions), shown(commit.definitions));
  ASSERT_EQ(shard.live.size(), 1u);
  EXPECT_EQ(shard.live[0].definition.id, 1u);
  EXPECT_EQ(shown(shard.live[0].workflow), shown(commit.workflows[0]));
  EXPECT_EQ(shown(shard.live[0].nodes), shown(commit.nodes));
  EXPECT_EQ(shown(shard.live[0].signals), shown(commit.signals));
  EXPECT_EQ(shown(shard.schedules), shown(commit.schedules));
  auto cursors = commit.cursors;
  std::ranges::sort(cursors, {}, &CursorRow::subscriber);
  EXPECT_EQ(shown(shard.cursors), shown(cursors));
}

TYPED_TEST_P(StoreContract, TheCommitIsHandedBackWithItsAnswer) {
  auto owner = this->owner();
  owner.open();
  Commit commit = owner.next_commit();
  commit.nodes = {sample_node(make_workflow_id(3, 1), 4)};
  owner.send(commit);
  const CommitDone done = owner.template wait<CommitDone>();
  EXPECT_EQ(done.sequence, 1u);
  EXPECT_EQ(shown(done.commit->nodes), shown(commit.nodes));
}

TYPED_TEST_P(StoreContract, AnswersComeInTheOrderOfTheQuestions) {
  auto owner = this->owner();
  owner.open();
  const WorkflowId id = make_workflow_id(3, 1);
  for (int i = 0; i < 50; ++i) {
    Commit commit = owner.next_commit();
    commit.workflows = {bare_workflow(id, static_cast<DefinitionId>(i))};
    owner.send(std::move(commit));
    if (i == 20) owner.store->fetch(id, 7);
    if (i == 30) owner.store->read_events(0, 10);
  }
  for (std::uint64_t i = 0; i < 50; ++i) {
    const CommitDone done = owner.template wait<CommitDone>();
    EXPECT_TRUE(done.result);
    EXPECT_EQ(done.sequence, i + 1);
    if (i == 20) {
      const auto fetched = owner.template wait<WorkflowFetched>();
      ASSERT_TRUE(fetched.result);
      ASSERT_EQ(fetched.result->size(), 1u);
      EXPECT_EQ(fetched.result->front().workflow.definition, 20u)
          << "a read sees the commits before it";
    }
    if (i == 30) owner.template wait<EventsRead>();
  }
}

TYPED_TEST_P(StoreContract, ALaterRowReplacesAnEarlierOneWhole) {
  const WorkflowId id = make_workflow_id(3, 1);
  auto owner = this->owner();
  owner.open();
  Commit commit = owner.next_commit();
  commit.workflows = {sample_workflow(id, 1)};
  commit.nodes = {sample_node(id, 0), sample_node(id, 1)};
  commit.schedules = {sample_schedule("nightly")};
  commit.cursors = {CursorRow{"ui", 5}};
  owner.must_apply(commit);
  commit = owner.next_commit();
  commit.workflows = {bare_workflow(id, 2)};
  commit.nodes = {bare_node(id, 1)};
  commit.schedules = {bare_schedule("nightly")};
  commit.cursors = {CursorRow{"ui", 6}};
  owner.must_apply(commit);

  auto next = this->owner();
  const StoredShard shard = next.open();
  ASSERT_EQ(shard.live.size(), 1u);
  EXPECT_EQ(shown(shard.live[0].workflow), shown(bare_workflow(id, 2)));
  EXPECT_EQ(shown(shard.live[0].nodes), shown(std::vector{sample_node(id, 0), bare_node(id, 1)}));
  EXPECT_EQ(shown(shard.schedules), shown(std::vector{bare_schedule("nightly")}));
  EXPECT_EQ(shown(shard.cursors), shown(std::vector{CursorRow{"ui", 6}}));
}

TYPED_TEST_P(StoreContract, RemovedSignalsAndSchedulesAreGone) {
  const WorkflowId id = make_workflow_id(3, 1);
  auto owner = this->owner();
  owner.open();
  Commit commit = owner.next_commit();
  commit.workflows = {bare_workflow(id, 1)};
  commit.signals = {sample_signal(id, 1), sample_signal(id, 2), sample_signal(id, 3)};
  commit.schedules = {sample_schedule("a"), sample_schedule("b")};
  owner.must_apply(commit);
  commit = owner.next_commit();
  SignalRow gone = sample_signal(id, 2);
  gone.removed = true;
  SignalRow never_stored = sample_signal(id, 9);
  never_stored.removed = true;
  SignalRow taken = sample_signal(id, 3);
  taken.taken = true;
  commit.signals = {sample_signal(id, 4), gone, never_stored, taken};
  ScheduleRow removed = sample_schedule("a");
  removed.removed = true;
  commit.schedules = {removed, sample_schedule("c")};
  owner.must_apply(commit);

  auto next = this->owner();
  const StoredShard shard = next.open();
  ASSERT_EQ(shard.live.size(), 1u);
  EXPECT_EQ(shown(shard.live[0].signals),
            shown(std::vector{sample_signal(id, 1), taken, sample_signal(id, 4)}));
  EXPECT_EQ(shown(shard.schedules), shown(std::vector{sample_schedule("b"), sample_schedule("c")}));
}

TYPED_TEST_P(StoreContract, ReopeningReadsTheLiveAndTheFinishedChildrenOfTheLive) {
  auto owner = this->owner();
  owner.open();
  const auto id = [](std::uint64_t number) { return make_workflow_id(3, number); };
  Commit commit = owner.next_commit();
  commit.next_workflow = 9;
  WorkflowRow finished = bare_workflow(id(1), 1);
  finished.phase = WorkflowPhase::kFinished;
  WorkflowRow child_of_finished = finished;
  child_of_finished.id = id(2);
  child_of_finished.parent = NodeRef{id(1), 0};
  WorkflowRow paused = bare_workflow(id(3), 1);
  paused.phase = WorkflowPhase::kPaused;
  WorkflowRow finished_child = finished;
  finished_child.id = id(4);
  finished_child.parent = NodeRef{id(3), 7};
  finished_child.slot = 2;
  WorkflowRow live_child = bare_workflow(id(5), 1);
  live_child.parent = NodeRef{id(3), 7};
  WorkflowRow finished_grandchild = finished;
  finished_grandchild.id = id(6);
  finished_grandchild.parent = NodeRef{id(4), 0};
  WorkflowRow running = bare_workflow(id(7), 1);
  commit.workflows = {running, finished_grandchild, live_child, finished_child,
                      paused,  child_of_finished,   finished};
  for (std::uint64_t number = 1; number <= 7; ++number) {
    commit.nodes.push_back(sample_node(id(number), 1));
    commit.nodes.push_back(sample_node(id(number), 0));
  }
  owner.must_apply(commit);

  auto next = this->owner();
  const StoredShard shard = next.open();
  std::vector<std::uint64_t> numbers;
  for (const StoredWorkflow& stored : shard.live) {
    numbers.push_back(sequence_of(stored.workflow.id));
    EXPECT_EQ(shown(stored.nodes), shown(std::vector{sample_node(stored.workflow.id, 0),
                                                     sample_node(stored.workflow.id, 1)}));
  }
  EXPECT_EQ(numbers, (std::vector<std::uint64_t>{3, 4, 5, 7}));
}

TYPED_TEST_P(StoreContract, KeysOfFinishedWorkflowsAreKept) {
  auto owner = this->owner();
  owner.open();
  Commit commit = owner.next_commit();
  for (std::uint64_t number = 1; number <= 6; ++number) {
    WorkflowRow row = bare_workflow(make_workflow_id(3, number), 1);
    if (number != 2) row.key = "key " + std::to_string(number);
    if (number != 4) row.phase = WorkflowPhase::kFinished;
    commit.workflows.push_back(row);
  }
  owner.must_apply(commit);
  auto next = this->owner();
  auto keys = next.open().keys;
  std::ranges::sort(keys);
  const std::vector<std::pair<std::string, WorkflowId>> expected = {
      {"key 1", make_workflow_id(3, 1)},
      {"key 3", make_workflow_id(3, 3)},
      {"key 5", make_workflow_id(3, 5)},
      {"key 6", make_workflow_id(3, 6)}};
  EXPECT_EQ(keys, expected);
}

TYPED_TEST_P(StoreContract, ANewOwnerFencesTheOldOneOff) {
  auto first = this->owner();
  first.open();
  const WorkflowId id = make_workflow_id(3, 1);
  Commit commit = first.next_commit();
  commit.workflows = {bare_workflow(id, 1)};
  first.must_apply(commit);

  auto second = this->owner();
  second.open();
  EXPECT_GT(second.fence, first.fence);

  commit = first.next_commit();
  commit.workflows = {bare_workflow(id, 2)};
  const Expected<void> refused = first.apply(commit);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kCannotHappen);

  commit = second.next_commit();
  commit.workflows = {bare_workflow(make_workflow_id(3, 2), 3)};
  second.must_apply(commit);
  auto third = this->owner();
  const StoredShard shard = third.open();
  EXPECT_GT(third.fence, second.fence);
  ASSERT_EQ(shard.live.size(), 2u);
  EXPECT_EQ(shard.live[0].workflow.definition, 1u) << "the refused commit has left nothing";
}

TYPED_TEST_P(StoreContract, AStoreOpenedAgainRefusesItsOwnOlderToken) {
  auto owner = this->owner();
  owner.open();
  Commit old = owner.next_commit();
  old.workflows = {bare_workflow(make_workflow_id(3, 1), 1)};
  owner.open();
  Commit fresh = owner.next_commit();
  fresh.workflows = {bare_workflow(make_workflow_id(3, 2), 1)};
  owner.send(old);
  owner.send(fresh);
  const Expected<void> refused = owner.template wait<CommitDone>().result;
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kCannotHappen);
  EXPECT_TRUE(owner.template wait<CommitDone>().result);
}

TYPED_TEST_P(StoreContract, ShardsOfOnePlaceDoNotSeeEachOther) {
  auto low = this->owner(0);
  auto high = this->owner(300);
  low.open();
  high.open();
  for (auto* owner : {&low, &high}) {
    Commit commit = owner->next_commit();
    const WorkflowId id = make_workflow_id(owner->shard, 1);
    commit.next_workflow = 2 + owner->shard;
    commit.definitions = {sample_definition(owner->shard + 1u)};
    commit.workflows = {sample_workflow(id, owner->shard + 1u)};
    commit.nodes = {sample_node(id, 0)};
    commit.schedules = {sample_schedule("nightly")};
    commit.cursors = {CursorRow{"ui", owner->shard}};
    owner->add_event(commit, EventKind::kNodeReady, id, 0);
    owner->must_apply(commit);
  }
  for (const ShardId shard : {ShardId{0}, ShardId{300}}) {
    auto owner = this->owner(shard);
    const StoredShard stored = owner.open();
    EXPECT_EQ(stored.next_workflow, 2u + shard);
    EXPECT_EQ(stored.last_event, 1u);
    EXPECT_EQ(shown(stored.definitions), shown(std::vector{sample_definition(shard + 1u)}));
    ASSERT_EQ(stored.live.size(), 1u);
    EXPECT_EQ(stored.live[0].workflow.id, make_workflow_id(shard, 1));
    EXPECT_EQ(stored.schedules.size(), 1u);
    EXPECT_EQ(shown(stored.cursors), shown(std::vector{CursorRow{"ui", shard}}));
    const EventsRead read = owner.read_events(0, 10);
    ASSERT_EQ(read.result->size(), 1u);
    EXPECT_EQ(read.result->front().shard, shard);
    EXPECT_EQ(read.result->front().workflow, make_workflow_id(shard, 1));
  }
}

TYPED_TEST_P(StoreContract, FetchGivesAWorkflowAndItsDescendantsParentsFirst) {
  auto owner = this->owner();
  owner.open();
  Commit commit = owner.next_commit();
  commit.definitions = {sample_definition(1), sample_definition(2)};
  // 1 -> 2 -> 4, 1 -> 3, and 5 for itself.
  const std::uint64_t parents[] = {0, 0, 1, 1, 2, 0};
  for (std::uint64_t number = 5; number >= 1; --number) {
    WorkflowRow row = sample_workflow(make_workflow_id(3, number), number == 4 ? 2 : 1);
    row.phase = WorkflowPhase::kFinished;
    row.parent =
        parents[number] == 0 ? NodeRef{} : NodeRef{make_workflow_id(3, parents[number]), 1};
    commit.workflows.push_back(row);
    commit.nodes.push_back(sample_node(row.id, static_cast<NodeIndex>(number)));
    commit.signals.push_back(sample_signal(row.id, 1));
  }
  owner.must_apply(commit);

  const auto family = owner.fetch(make_workflow_id(3, 1));
  ASSERT_EQ(family.size(), 4u);
  for (std::size_t i = 0; i < family.size(); ++i) {
    const std::uint64_t number = i + 1;
    EXPECT_EQ(family[i].workflow.id, make_workflow_id(3, number));
    EXPECT_EQ(shown(family[i].definition), shown(sample_definition(number == 4 ? 2 : 1)));
    ASSERT_EQ(family[i].nodes.size(), 1u);
    EXPECT_EQ(family[i].nodes[0].node, number);
    EXPECT_EQ(family[i].signals.size(), 1u);
  }
  EXPECT_EQ(owner.fetch(make_workflow_id(3, 2)).size(), 2u);
  EXPECT_EQ(owner.fetch(make_workflow_id(3, 5)).size(), 1u);
  EXPECT_TRUE(owner.fetch(make_workflow_id(3, 6)).empty()) << "a workflow that never was";
}

TYPED_TEST_P(StoreContract, EventsAreReadBackInOrderFromAnyNumber) {
  auto owner = this->owner();
  owner.open();
  std::vector<Event> all;
  for (std::uint64_t number = 1; number <= 20; ++number) {
    Commit commit = owner.next_commit();
    const WorkflowId id = make_workflow_id(3, number);
    commit.workflows = {sample_workflow(id, 1)};
    for (std::uint64_t i = 0; i < number % 5; ++i) {
      owner.add_event(commit, EventKind::kNodeReady, id, static_cast<NodeIndex>(i));
    }
    for (Event& event : commit.events) all.push_back(event);
    owner.must_apply(commit);
  }
  ASSERT_EQ(all.size(), 40u);
  for (const std::uint64_t after : {0u, 1u, 7u, 39u, 40u, 1'000u}) {
    for (const std::uint32_t limit : {0u, 1u, 5u, 100u}) {
      const EventsRead read = owner.read_events(after, limit);
      const std::size_t left = after < all.size() ? all.size() - after : 0;
      const std::vector<Event>& events = *read.result;
      ASSERT_EQ(events.size(), std::min<std::size_t>(left, limit)) << after << " " << limit;
      std::vector<WorkflowId> spoken_of;
      for (std::size_t i = 0; i < events.size(); ++i) {
        EXPECT_EQ(shown(events[i]), shown(all[after + i]));
        if (spoken_of.empty() || spoken_of.back() != events[i].workflow) {
          spoken_of.push_back(events[i].workflow);
        }
      }
      ASSERT_EQ(read.workflows.size(), spoken_of.size());
      for (std::size_t i = 0; i < spoken_of.size(); ++i) {
        EXPECT_EQ(shown(read.workflows[i]), shown(sample_workflow(spoken_of[i], 1)));
      }
    }
  }
}

TYPED_TEST_P(StoreContract, EveryFieldOfAnEventComesBack) {
  auto owner = this->owner();
  owner.open();
  Commit commit = owner.next_commit();
  const WorkflowId id = make_workflow_id(3, 5);
  commit.workflows = {sample_workflow(id, 1)};
  for (std::size_t kind = 0; kind < kEventKindCount; ++kind) {
    owner.add_event(commit, static_cast<EventKind>(kind), id, static_cast<NodeIndex>(kind));
    Event& event = commit.events.back();
    event.attempt = static_cast<std::uint32_t>(kind * 1'000'000);
    event.outcome = static_cast<std::uint8_t>(kind % 6);
    event.error_class = static_cast<std::uint8_t>(kind % kErrorClassCount);
    event.detail = static_cast<std::int64_t>(kind % 3) * -1'000'000'000'000;
    event.at = sample_instant(static_cast<std::int64_t>(kind % 4));  // not ascending
    if (kind % 2 == 0) event.text = Payload{"a \"text\",\n[1] \\ of \xc3\xa9 and \x01"};
  }
  owner.add_event(commit, EventKind::kScheduleFired, WorkflowId::kNone);
  owner.add_event(commit, EventKind::kScheduleFired, WorkflowId::kNone);
  commit.events.back().detail = std::numeric_limits<std::int64_t>::max();
  owner.must_apply(commit);
  EXPECT_EQ(shown(*owner.read_events(0, 1'000).result), shown(commit.events));
}

TYPED_TEST_P(StoreContract, AnEmptyCommitIsACommit) {
  auto owner = this->owner();
  owner.open();
  owner.must_apply(owner.next_commit());
  owner.must_apply(owner.next_commit());
}

TYPED_TEST_P(StoreContract, AnswersToCommandsStandInTheMailboxWithTheirCommit) {
  const std::uint64_t done = this->place.put_command();
  const std::uint64_t refused = this->place.put_command();
  const std::uint64_t open = this->place.put_command();
  auto owner = this->owner();
  owner.open();
  EXPECT_FALSE(this->place.answer(done));
  Commit commit = owner.next_commit();
  const WorkflowId id = make_workflow_id(3, 1);
  commit.workflows = {bare_workflow(id, 1)};
  commit.answered = {{refused, sample_instant(2), WorkflowId::kNone, "it's over"},
                     {done, sample_instant(1), id, ""}};
  owner.must_apply(commit);
  EXPECT_EQ(shown(this->place.answer(done).value()), shown(commit.answered[1]));
  EXPECT_EQ(shown(this->place.answer(refused).value()), shown(commit.answered[0]));
  EXPECT_FALSE(this->place.answer(open));
}

TYPED_TEST_P(StoreContract, ACommitThatAnswersACommandAgainFailsWhole) {
  const std::uint64_t once = this->place.put_command();
  const std::uint64_t open = this->place.put_command();
  auto owner = this->owner();
  owner.open();
  Commit first = owner.next_commit();
  const WorkflowId id = make_workflow_id(3, 1);
  first.workflows = {bare_workflow(id, 1)};
  first.answered = {{once, sample_instant(1), id, ""}};
  owner.must_apply(first);
  const std::vector<AnsweredRow> wrongs[] = {
      {{once, sample_instant(2), WorkflowId::kNone, "again"}},
      {{open, sample_instant(2), id, ""}, {open, sample_instant(2), id, ""}},
      {{open, sample_instant(2), id, ""}, {1'000'000, sample_instant(2), id, ""}}};
  for (const std::vector<AnsweredRow>& wrong : wrongs) {
    Commit commit = owner.next_commit();
    commit.workflows = {bare_workflow(id, 2)};
    commit.answered = wrong;
    owner.send(commit);
    Commit behind = owner.next_commit();
    behind.workflows = {bare_workflow(id, 3)};
    owner.send(behind);
    for (int i = 0; i < 2; ++i) {
      const CommitDone done = owner.template wait<CommitDone>();
      ASSERT_FALSE(done.result) << "the one behind it fails too";
      EXPECT_EQ(done.result.error().kind, ErrorKind::kDidNotHappen);
    }
    const StoredShard shard = owner.open();
    ASSERT_EQ(shard.live.size(), 1u);
    EXPECT_EQ(shard.live[0].workflow.definition, 1u);
    EXPECT_EQ(shown(this->place.answer(once).value()), shown(first.answered[0]));
    EXPECT_FALSE(this->place.answer(open));
  }
}

REGISTER_TYPED_TEST_SUITE_P(
    StoreContract, AnEmptyPlaceIsAnEmptyShard, EveryFieldComesBackAsItWasCommitted,
    TheCommitIsHandedBackWithItsAnswer, AnswersComeInTheOrderOfTheQuestions,
    ALaterRowReplacesAnEarlierOneWhole, RemovedSignalsAndSchedulesAreGone,
    ReopeningReadsTheLiveAndTheFinishedChildrenOfTheLive, KeysOfFinishedWorkflowsAreKept,
    ANewOwnerFencesTheOldOneOff, AStoreOpenedAgainRefusesItsOwnOlderToken,
    ShardsOfOnePlaceDoNotSeeEachOther, FetchGivesAWorkflowAndItsDescendantsParentsFirst,
    EventsAreReadBackInOrderFromAnyNumber, EveryFieldOfAnEventComesBack, AnEmptyCommitIsACommit,
    AnswersToCommandsStandInTheMailboxWithTheirCommit, ACommitThatAnswersACommandAgainFailsWhole);

}  // namespace gnomon::contract
