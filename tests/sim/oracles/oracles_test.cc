// Each oracle against a history that it must catch, told event by event as a broken engine would
// tell it; and a sound one that none of them may complain of.

#include "sim/oracles/oracles.h"

#include <gtest/gtest.h>

#include "sim/oracles/watch.h"

namespace gnomon::sim {
namespace {

/// a -> b, both tasks.
DefinitionPtr two_tasks() {
  DefinitionBuilder builder("w");
  const NodeSpec task{.work = TaskSpec{.runtime = "r", .action = "x", .params = {}}};
  const NodeIndex a = builder.add_node("a", task);
  builder.add_edge(a, builder.add_node("b", task));
  return *builder.build();
}

/// Tells a watch of one workflow, an event a commit.
class Story {
 public:
  Story() : watch_([definition = two_tasks()](ShardId, DefinitionId) { return definition; }) {
    event(EventKind::kWorkflowCreated, kNoNode);
    event(EventKind::kWorkflowStarted, kNoNode);
  }

  Story& event(EventKind kind, NodeIndex node, Outcome outcome = Outcome::kNone,
               std::uint32_t attempt = 0, std::int64_t detail = 0) {
    Event& event = begin().events.emplace_back();
    event.sequence = ++sequence_;
    event.at = from_ns(static_cast<std::int64_t>(sequence_) * 1000);
    event.workflow = id;
    event.kind = kind;
    event.node = node;
    event.outcome = static_cast<std::uint8_t>(outcome);
    event.attempt = attempt;
    event.detail = detail;
    return tell();
  }
  Story& ready(NodeIndex node, Outcome outcome = Outcome::kNone) {
    return event(EventKind::kNodeReady, node, outcome);
  }
  Story& started(NodeIndex node) { return event(EventKind::kNodeStarted, node); }
  Story& launched(NodeIndex node, std::uint32_t attempt) {
    return event(EventKind::kActionLaunched, node, Outcome::kNone, attempt);
  }
  Story& ended(NodeIndex node, Outcome outcome = Outcome::kSucceeded, std::uint32_t attempt = 1) {
    return event(EventKind::kActionEnded, node, outcome, attempt)
        .event(EventKind::kNodeFinishing, node, outcome)
        .event(EventKind::kNodeEnded, node, outcome);
  }
  Story& does(NodeIndex node, Outcome outcome = Outcome::kSucceeded) {
    return ready(node).started(node).launched(node, 1).ended(node, outcome);
  }
  Story& over(Outcome outcome = Outcome::kSucceeded) {
    return event(EventKind::kWorkflowEnded, kNoNode, outcome);
  }
  Story& row(NodeRow row) {
    row.workflow = id;
    begin().nodes.push_back(std::move(row));
    return tell();
  }

  /// The oracles that complain, in their order.
  std::vector<std::string> complaints(bool calm = true) {
    std::vector<std::string> names;
    for (const Violation& violation : watch_.end({from_ns(1'000'000), calm}))
      names.push_back(violation.oracle);
    return names;
  }

  Commit commit;
  static constexpr WorkflowId id = make_workflow_id(0, 1);

 private:
  Commit& begin() { return commit; }
  Story& tell() {
    commit.fence = 1;
    commit.sequence = ++commits_;
    watch_.committed(commit);
    commit.clear();
    return *this;
  }

  Watch watch_;
  std::uint64_t sequence_ = 0;
  std::uint64_t commits_ = 0;
};

using Names = std::vector<std::string>;

TEST(Oracles, HaveNothingToSayOfASoundRun) {
  EXPECT_EQ(Story().does(0).does(1).over().complaints(), Names{});
}

TEST(Oracles, AllowARetryOfWhatFailed) {
  Story story;
  story.does(0, Outcome::kFailed).over(Outcome::kFailed);
  story.event(EventKind::kWorkflowRetried, kNoNode);
  story.ready(0).started(0).launched(0, 2).ended(0, Outcome::kSucceeded, 2).does(1).over();
  EXPECT_EQ(story.complaints(), Names{});
}

TEST(NodeLife, CatchesAPhaseThatIsSkipped) {
  EXPECT_EQ(Story().started(0).complaints(false), Names{"node_life"});
}

TEST(NodeLife, CatchesWhatSucceededAndRunsAgain) {
  Story story;
  story.does(0).does(1).over();
  story.event(EventKind::kWorkflowRetried, kNoNode).ready(0);
  EXPECT_EQ(story.complaints(false)[0], "node_life");
}

TEST(Dependencies, CatchANodeThatBeginsTooEarly) {
  EXPECT_EQ(Story().ready(0).started(0).ready(1).complaints(false), Names{"dependencies"});
}

TEST(Dependencies, CatchANodeThatBeginsAfterAFailure) {
  EXPECT_EQ(Story().does(0, Outcome::kFailed).ready(1).complaints(false), Names{"dependencies"});
}

TEST(Cancellation, CatchesWhatBeginsAfterACancel) {
  Story story;
  story.does(0).event(EventKind::kWorkflowCancelRequested, kNoNode).ready(1);
  EXPECT_EQ(story.complaints(false), Names{"cancellation"});
}

TEST(Cancellation, AllowsWhatIsOnlyEnded) {
  Story story;
  story.ready(0).started(0).launched(0, 1);
  story.event(EventKind::kWorkflowCancelRequested, kNoNode);
  story.ended(0, Outcome::kCancelled).ready(1, Outcome::kCancelled).started(1);
  story.event(EventKind::kNodeFinishing, 1).event(EventKind::kNodeEnded, 1, Outcome::kCancelled);
  EXPECT_EQ(story.over(Outcome::kCancelled).complaints(), Names{});
}

TEST(Attempts, CatchTwoAtOnce) {
  EXPECT_EQ(Story().ready(0).started(0).launched(0, 1).launched(0, 2).complaints(false),
            Names{"attempts"});
}

TEST(Attempts, CatchOneThatIsLeftOut) {
  EXPECT_EQ(Story().ready(0).started(0).launched(0, 2).complaints(false), Names{"attempts"});
}

TEST(Attempts, CatchAnEndThatCountsTwice) {
  Story story;
  story.ready(0).started(0).launched(0, 1);
  story.event(EventKind::kActionEnded, 0, Outcome::kFailed, 1);
  story.event(EventKind::kActionEnded, 0, Outcome::kFailed, 1);
  EXPECT_EQ(story.complaints(false), Names{"attempts"});
}

TEST(Timers, CatchAWaitThatEndsTooEarly) {
  Story story;
  story.ready(0).started(0);
  story.row({.node = 0, .phase = NodePhase::kRunning, .due_at = from_ns(900'000)});
  story.event(EventKind::kTimerFired, kNoNode, Outcome::kNone, 0, 0);
  EXPECT_EQ(story.complaints(false), Names{"timers"});
}

TEST(Timers, CatchAScheduleThatFiresTooEarly) {
  Story story;
  story.event(EventKind::kScheduleFired, kNoNode, Outcome::kNone, 0, 900'000);
  EXPECT_EQ(story.complaints(false), Names{"timers"});
}

TEST(Outcomes, CatchAnEndThatChanges) {
  EXPECT_EQ(Story().does(0).does(1).over().over(Outcome::kFailed).complaints(false)[0], "outcomes");
}

TEST(Outcomes, CatchAnEndInTheMiddleOfWork) {
  EXPECT_EQ(Story().ready(0).started(0).over().complaints(false), Names{"outcomes"});
}

TEST(Ownership, CatchesACommitOfAFormerOwner) {
  Watch watch([](ShardId, DefinitionId) { return DefinitionPtr{}; });
  Commit commit;
  for (const auto& [fence, sequence] : {std::pair{2, 1}, {2, 2}, {1, 7}}) {
    commit.fence = static_cast<std::uint64_t>(fence);
    commit.sequence = static_cast<std::uint64_t>(sequence);
    watch.committed(commit);
  }
  ASSERT_EQ(watch.end({}).size(), 1u);
}

TEST(Ownership, CatchesARowOfAnotherShard) {
  Watch watch([](ShardId, DefinitionId) { return two_tasks(); });
  Commit commit;
  commit.fence = commit.sequence = 1;
  commit.signals.push_back({.workflow = make_workflow_id(3, 1)});
  watch.committed(commit);
  const auto violations = watch.end({});
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].oracle, "ownership");
}

TEST(Rows, CatchARowThatSaysOtherwise) {
  Story story;
  story.ready(0).row({.node = 0, .phase = NodePhase::kRunning});
  EXPECT_EQ(story.complaints(false), Names{"rows"});
}

TEST(Termination, CatchesWhatNeverEnds) {
  Story story;
  story.ready(0).started(0).launched(0, 1);
  EXPECT_EQ(story.complaints(false), Names{});
  EXPECT_EQ(story.complaints(true), Names{"termination"});
}

}  // namespace
}  // namespace gnomon::sim
