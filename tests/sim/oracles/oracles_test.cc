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
  explicit Story(DefinitionPtr definition = two_tasks())
      : watch_([definition](ShardId, DefinitionId number) {
          return number == 0 ? definition : DefinitionPtr{};
        }) {
    event(EventKind::kWorkflowCreated, kNoNode);
    event(EventKind::kWorkflowStarted, kNoNode);
  }

  Story& event(EventKind kind, NodeIndex node, Outcome outcome = Outcome::kNone,
               std::uint32_t attempt = 0, std::int64_t detail = 0, WorkflowId of = id) {
    Event& event = begin().events.emplace_back();
    event.sequence = ++sequence_;
    event.at = from_ns(static_cast<std::int64_t>(sequence_) * 1000);
    event.workflow = of;
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
  Story& published(std::string_view text) {
    Event& event = begin().events.emplace_back();
    event.sequence = ++sequence_;
    event.at = from_ns(static_cast<std::int64_t>(sequence_) * 1000);
    event.kind = EventKind::kExternal;
    event.text = Payload{text};
    return tell();
  }
  Story& row(NodeRow row) {
    row.workflow = id;
    begin().nodes.push_back(std::move(row));
    return tell();
  }

  Story& row(WorkflowRow row) {
    if (row.id == WorkflowId{}) row.id = id;
    commit.workflows.push_back(std::move(row));
    return tell();
  }
  Story& row(SignalRow row) {
    row.workflow = id;
    commit.signals.push_back(std::move(row));
    return tell();
  }
  /// Of another workflow, of which nobody knows the definition.
  Story& created(WorkflowId child, std::uint32_t slot = 0) {
    event(EventKind::kWorkflowCreated, kNoNode, Outcome::kNone, 0, 1, child);
    return row(WorkflowRow{.id = child, .parent = {id, 0}, .slot = slot});
  }
  Story& child_over(WorkflowId child, Outcome outcome, std::uint32_t slot = 0) {
    event(EventKind::kWorkflowEnded, kNoNode, outcome, 0, 0, child);
    return row(WorkflowRow{.id = child,
                           .parent = {id, 0},
                           .slot = slot,
                           .phase = WorkflowPhase::kFinished,
                           .outcome = static_cast<std::uint8_t>(outcome)});
  }

  /// The oracles that complain, in their order.
  std::vector<std::string> complaints(bool calm = true) {
    std::vector<std::string> names;
    for (const Violation& violation : watch_.end({from_ns(1'000'000), calm}))
      names.push_back(violation.oracle);
    return names;
  }

  Watch& watch() { return watch_; }
  std::uint64_t last_event() const { return sequence_; }

  Commit commit;
  static constexpr WorkflowId id = make_workflow_id(0, 1);
  static constexpr WorkflowId other = make_workflow_id(0, 2);

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

/// A condition that chooses x or y; both are followed by nothing.
DefinitionPtr a_choice() {
  DefinitionBuilder builder("w");
  ConditionSpec choice;
  choice.cases.push_back({*Expression::compile("true"), {"x"}});
  choice.otherwise = {"y"};
  builder.add_node("c", NodeSpec{.work = choice});
  builder.add_node("x", NodeSpec{.work = PassSpec{}});
  builder.add_node("y", NodeSpec{.work = PassSpec{}});
  return *builder.build();
}

TEST(Decisions, CatchAnEndBeforeANodeThatCouldRun) {
  EXPECT_EQ(Story().does(0).over().complaints(false), Names{"decisions"});
}

TEST(Decisions, CatchAnEndThatDoesNotFollowFromTheNodes) {
  EXPECT_EQ(Story().does(0, Outcome::kFailed).over().complaints(false), Names{"decisions"});
  EXPECT_EQ(Story().does(0).does(1).over(Outcome::kFailed).complaints(false), Names{"decisions"});
}

TEST(Decisions, CatchANodeThatIsSkippedForNothing) {
  Story story;
  story.does(0).ready(1, Outcome::kSkipped).started(1);
  story.event(EventKind::kNodeFinishing, 1).event(EventKind::kNodeEnded, 1, Outcome::kSkipped);
  story.row({.node = 1,
             .phase = NodePhase::kFinished,
             .outcome = static_cast<std::uint8_t>(Outcome::kSkipped)});
  EXPECT_EQ(story.complaints(false), Names{"decisions"});
}

TEST(Decisions, CatchANodeThatRunsThoughAConditionChoseAnother) {
  const auto tell = [](NodeIndex runs) {
    Story story(a_choice());
    const auto pass = [&](NodeIndex node, std::string_view output) {
      story.ready(node).started(node);
      story.event(EventKind::kNodeFinishing, node, Outcome::kSucceeded);
      story.event(EventKind::kNodeEnded, node, Outcome::kSucceeded);
      story.row({.node = node,
                 .phase = NodePhase::kFinished,
                 .outcome = static_cast<std::uint8_t>(Outcome::kSucceeded),
                 .output = Payload{output}});
    };
    pass(0, R"({"branch":0})");
    pass(runs, "");
    return story.complaints(false);
  };
  EXPECT_EQ(tell(1), Names{});
  EXPECT_EQ(tell(2), Names{"decisions"});
}

TEST(Pausing, CatchesANodeThatStartsInAPausedWorkflow) {
  Story story;
  story.event(EventKind::kWorkflowPaused, kNoNode).ready(0).started(0);
  EXPECT_EQ(story.complaints(false), Names{"pausing"});
}

TEST(Cancellation, CatchesASubWorkflowThatIsSpared) {
  Story story;
  story.ready(0).started(0).created(Story::other);
  story.event(EventKind::kWorkflowCancelRequested, kNoNode);
  EXPECT_EQ(story.complaints(false), Names{"cancellation"});
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

/// One task, which is tried twice, after a second, if it could not be launched.
DefinitionPtr tried_twice() {
  DefinitionBuilder builder("w");
  NodeSpec task{.work = TaskSpec{.runtime = "r", .action = "x", .params = {}}};
  task.retry = RetryPolicy{.max_attempts = 2, .retry_on = RetryPolicy::bit(ErrorClass::kNone)};
  builder.add_node("a", task);
  return *builder.build();
}

TEST(Attempts, CatchOneThatComesBeforeItIsDue) {
  const auto tell = [](std::int64_t delay) {
    Story story(tried_twice());
    story.ready(0).started(0).launched(0, 1);
    story.event(EventKind::kActionEnded, 0, Outcome::kFailed, 1);
    story.event(EventKind::kActionRetryScheduled, 0, Outcome::kNone, 2, delay).launched(0, 2);
    return story.complaints(false);
  };
  EXPECT_EQ(tell(1000), Names{});
  EXPECT_EQ(tell(1001), Names{"attempts"});
}

TEST(Attempts, CatchOneMoreThanAreAllowed) {
  Story story(tried_twice());
  story.ready(0).started(0);
  for (const std::uint32_t attempt : {1u, 2u, 3u})
    story.launched(0, attempt).event(EventKind::kActionEnded, 0, Outcome::kFailed, attempt);
  EXPECT_EQ(story.complaints(false), Names{"attempts"});
}

TEST(Attempts, CatchOneThatEndedBeforeItWasLaunched) {
  Story story;
  story.ready(0).started(0).launched(0, 1);
  story.row({.node = 0, .phase = NodePhase::kRunning, .attempt = 1, .ended_at = from_ns(1)});
  EXPECT_EQ(story.complaints(false), Names{"attempts"});
}

TEST(Timers, CatchWhatIsLeftBehind) {
  const auto tell = [](std::int64_t due) {
    Story story;
    story.ready(0).started(0);
    story.row({.node = 0, .phase = NodePhase::kRunning, .due_at = from_ns(due)});
    story.event(EventKind::kSignalReceived, kNoNode);
    return story.complaints(false);
  };
  EXPECT_EQ(tell(5001), Names{});
  EXPECT_EQ(tell(5000), Names{"timers"});
}

TEST(Timers, CatchADeadlineThatIsLeftBehind) {
  Story story;
  story.row(WorkflowRow{.deadline = from_ns(3000)}).ready(0);
  EXPECT_EQ(story.complaints(false), Names{"timers"});
}

TEST(Timers, CatchAScheduleThatIsLeftBehind) {
  Story story;
  story.commit.schedules.push_back({.name = "s", .next_at = from_ns(4000)});
  story.ready(0);
  EXPECT_EQ(story.complaints(false), Names{});
  story.started(0);
  EXPECT_EQ(story.complaints(false), Names{"timers"});
}

/// One node over sub-workflows, whose definition is not known here.
DefinitionPtr a_parent(NodeWork work) {
  DefinitionBuilder builder("w");
  builder.add_node("n", NodeSpec{.work = std::move(work)});
  return *builder.build();
}
const WorkflowTarget kChild{.name = "child", .version = {}, .definition = {}};
MapSpec a_map() {
  MapSpec map{.items = *Expression::compile("[1,2,3]"), .body = kChild};
  map.concurrency = 1;
  return map;
}

TEST(Children, CatchTwoInOnePlace) {
  Story story(a_parent(SubworkflowSpec{kChild}));
  story.ready(0).started(0).created(Story::other);
  EXPECT_EQ(story.complaints(false), Names{});
  story.created(make_workflow_id(0, 3));
  EXPECT_EQ(story.complaints(false), Names{"children"});
}

TEST(Children, CatchMoreAtOnceThanMayBe) {
  Story story(a_parent(a_map()));
  story.ready(0).started(0).created(Story::other, 0).created(make_workflow_id(0, 3), 1);
  EXPECT_EQ(story.complaints(false), Names{"children"});
}

TEST(Children, CatchAMapThatGoesOnAfterItHasFailed) {
  Story story(a_parent(a_map()));
  story.ready(0).started(0).created(Story::other, 0).child_over(Story::other, Outcome::kFailed, 0);
  EXPECT_EQ(story.complaints(false), Names{});
  story.created(make_workflow_id(0, 3), 1);
  EXPECT_EQ(story.complaints(false), Names{"children"});
}

TEST(Children, CatchASuccessThatIsNotTheirs) {
  const auto tell = [](Outcome of_child) {
    Story story(a_parent(SubworkflowSpec{kChild}));
    story.ready(0).started(0).created(Story::other).child_over(Story::other, of_child);
    story.event(EventKind::kNodeFinishing, 0, Outcome::kSucceeded);
    story.event(EventKind::kNodeEnded, 0, Outcome::kSucceeded);
    story.row({.node = 0,
               .phase = NodePhase::kFinished,
               .outcome = static_cast<std::uint8_t>(Outcome::kSucceeded)});
    return story.complaints(false);
  };
  EXPECT_EQ(tell(Outcome::kSucceeded), Names{});
  EXPECT_EQ(tell(Outcome::kCancelled), Names{"children"});
}

TEST(Outputs, CatchOneThatTheNodesDoNotMake) {
  const auto tell = [](std::string_view output) {
    DefinitionBuilder builder("w");
    builder.add_node("n", NodeSpec{.work = PassSpec{}});
    builder.set_output(*Expression::compile("[.nodes.n.output, .nodes.n.outcome, .input]"));
    Story story(*builder.build());
    story.ready(0).started(0).event(EventKind::kNodeFinishing, 0, Outcome::kSucceeded);
    story.event(EventKind::kNodeEnded, 0, Outcome::kSucceeded);
    story.row({.node = 0,
               .phase = NodePhase::kFinished,
               .outcome = static_cast<std::uint8_t>(Outcome::kSucceeded),
               .output = Payload{"7"}});
    story.over().row(WorkflowRow{.phase = WorkflowPhase::kFinished,
                                 .outcome = static_cast<std::uint8_t>(Outcome::kSucceeded),
                                 .input = Payload{"1"},
                                 .output = Payload{output}});
    return story.complaints(false);
  };
  EXPECT_EQ(tell(R"([7,"succeeded",1])"), Names{});
  EXPECT_EQ(tell(R"([null,"succeeded",1])"), Names{"outputs"});
}

TEST(Keys, CatchAnEventThatIsTakenInTwice) {
  Story story;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(story.complaints(false), Names{});
    story.published("{\"id\":\"7\"}");
  }
  EXPECT_EQ(story.complaints(false), Names{"keys"});
}

TEST(Effects, CatchWhatIsDurableAndNeverHandedOut) {
  Story story;
  story.does(0);
  story.watch().launched({Story::id, 0, 1}, {});
  story.ready(1).started(1).launched(1, 1);
  for (int i = 0; i < 64; ++i) story.event(EventKind::kSignalReceived, kNoNode);
  EXPECT_EQ(story.complaints(false), Names{});
  story.event(EventKind::kSignalReceived, kNoNode);
  EXPECT_EQ(story.complaints(false), Names{"effects"});
}

TEST(Keys, CatchTwoWorkflowsUnderOne) {
  Story story;
  story.row(WorkflowRow{.key = "k"}).row(WorkflowRow{.key = "k"});
  EXPECT_EQ(story.complaints(false), Names{});
  story.event(EventKind::kWorkflowCreated, kNoNode, Outcome::kNone, 0, 0, Story::other);
  story.row(WorkflowRow{.id = Story::other, .key = "k"});
  EXPECT_EQ(story.complaints(false), Names{"keys"});
}

TEST(Signals, CatchAWaitThatOverlooksIts) {
  DefinitionBuilder builder("w");
  builder.add_node("a", NodeSpec{.work = WaitSpec{.interval = 1h, .signal = "go"}});
  Story story(*builder.build());
  story.ready(0).started(0).event(EventKind::kSignalReceived, kNoNode);
  story.row(SignalRow{.number = 1, .name = "go"});
  story.event(EventKind::kTimerFired, kNoNode, Outcome::kNone, 0, 0);
  EXPECT_EQ(story.complaints(false), Names{"signals"});
}

TEST(Signals, CatchOneThatComesAgain) {
  Story story;
  story.event(EventKind::kSignalReceived, kNoNode).row(SignalRow{.number = 1, .name = "go"});
  story.row(SignalRow{.number = 1, .name = "go", .taken = true});
  EXPECT_EQ(story.complaints(false), Names{});
  story.row(SignalRow{.number = 1, .name = "go"});
  EXPECT_EQ(story.complaints(false), Names{"signals"});
}

TEST(Effects, CatchWhatLeavesBeforeItIsDurable) {
  Story story;
  story.ready(0).started(0).launched(0, 1);
  story.watch().launched({Story::id, 0, 1}, {});
  story.watch().answered(Story::id, {});
  EXPECT_EQ(story.complaints(false), Names{});
  story.watch().launched({Story::id, 0, 2}, {});
  story.watch().answered(Story::other, {});
  EXPECT_EQ(story.complaints(false), (Names{"effects", "effects"}));
}

TEST(Subscribers, CatchAGap) {
  const auto tell = [](std::vector<std::uint64_t> first, std::vector<std::uint64_t> second) {
    Story story;
    story.ready(0).started(0);
    story.watch().delivered({.subscriber = "s", .takes_all = true, .events = std::move(first)});
    story.watch().delivered({.subscriber = "s", .takes_all = true, .events = std::move(second)});
    return story.complaints(false);
  };
  EXPECT_EQ(tell({1, 2}, {2, 3, 4}), Names{});
  EXPECT_EQ(tell({1, 2}, {4}), Names{"subscribers"});
  EXPECT_EQ(tell({1, 2}, {4, 3}), (Names{"subscribers", "subscribers"}));
  EXPECT_EQ(tell({1, 2, 3, 4}, {5}), Names{"subscribers"});
}

TEST(Subscribers, CatchWhatNeverComes) {
  Story story;
  story.does(0).does(1).over();
  story.watch().delivered({.subscriber = "s", .takes_all = true, .events = {1, 2, 3}});
  EXPECT_EQ(story.complaints(false), Names{});
  EXPECT_EQ(story.complaints(true), Names{"subscribers"});
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
  EXPECT_EQ(Story().does(0).does(1).over().over(Outcome::kFailed).complaints(false),
            (Names{"decisions", "outcomes"}));
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
  commit.attempts.push_back({.key = {make_workflow_id(3, 1), 0, 1}});
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
