#include <gtest/gtest.h>

#include "tests/engine/small_world.h"

namespace gnomon::testing {
namespace {

/// A mailbox on the disk of a SmallWorld and its reader, which sends what has no answer whenever
/// the shard was opened.
class Sender final : public CommitListener {
 public:
  explicit Sender(SmallWorld& world) : world_(world) { world.host.add_listener(*this); }

  std::uint64_t send(Command command) {
    const std::uint64_t number = commands_.size() + 1;
    commands_.push_back(std::move(command));
    world_.disk.commands[number] = std::nullopt;
    forward(number);
    return number;
  }
  const std::optional<AnsweredRow>& answer(std::uint64_t number) const {
    return world_.disk.commands.at(number);
  }
  std::size_t replies() const { return replies_; }

  void opened(const StoredShard&) override {
    for (const auto& [number, answer] : world_.disk.commands) {
      if (!answer) forward(number);
    }
  }
  void committed(const Commit&) override {}

 private:
  void forward(std::uint64_t number) {
    world_.gateway.send_from_mailbox(number, commands_[number - 1],
                                     [this](const Expected<WorkflowId>&) { ++replies_; });
  }

  SmallWorld& world_;
  std::vector<Command> commands_;
  std::size_t replies_ = 0;
};

DefinitionPtr approval() {
  return define("approval", "wait", {{"wait", {.work = WaitSpec{.signal = "approve"}}}});
}

std::size_t durable(SmallWorld& world, EventKind kind) {
  std::size_t count = 0;
  for (const Event& event : world.disk.of(0).events) count += event.kind == kind;
  return count;
}

TEST(MailboxCommands, AreAnsweredInTheCommitOfWhatTheyDid) {
  SmallWorld world;
  Sender sender(world);
  const WorkflowId id = world.start(approval());
  const auto signal = sender.send(SignalWorkflow{0, id, "approve", Payload{"7"}});
  world.run();
  ASSERT_TRUE(sender.answer(signal));
  EXPECT_EQ(sender.answer(signal)->result, id);
  EXPECT_EQ(sender.answer(signal)->error, "");
  EXPECT_EQ(world.outcome(id), "succeeded");
  EXPECT_EQ(sender.replies(), 1u);
}

TEST(MailboxCommands, ThatAreRefusedAreAnsweredToo) {
  SmallWorld world;
  Sender sender(world);
  const std::pair<Command, const char*> wrongs[] = {
      {SignalWorkflow{0, WorkflowId{99}, "approve", {}}, "workflow 99 is not running"},
      {CancelWorkflow{0, make_workflow_id(7, 1)}, "there is no such shard"},
      {RetryWorkflow{0, WorkflowId{99}}, "there is no workflow 99"},
      {StartWorkflow{.workflow = {.name = "none"}}, "none"},
      {RefuseCommand{0, "not JSON"}, "not JSON"},
      {PublishEvent{.event = Payload{"{}"}}, "CloudEvent"}};
  for (const auto& [command, why] : wrongs) {
    const auto number = sender.send(command);
    world.run();
    ASSERT_TRUE(sender.answer(number)) << why;
    EXPECT_NE(sender.answer(number)->error.find(why), std::string::npos)
        << sender.answer(number)->error;
    EXPECT_EQ(sender.answer(number)->result, WorkflowId::kNone);
  }
}

/// Commands of every kind, sent over 20 ms, with a crash of the host after `crash`.
void send_everything(Duration crash) {
  SCOPED_TRACE(fmt::format("crash after {} us", crash / 1us));
  SmallWorld world({.commit_latency = *sim::Distribution::constant(2e6),
                    .hop_latency = *sim::Distribution::constant(1e6)});
  Sender sender(world);
  const DefinitionPtr one = approval();
  const DefinitionPtr many = define("many", "a b c; a>b b>c",
                                    {{"a", {.work = WaitSpec{.signal = "go"}}},
                                     {"b", {.work = WaitSpec{.signal = "go"}}},
                                     {"c", {.work = WaitSpec{.signal = "go"}}}});
  world.upload(one);
  world.fail("broken", {ErrorClass::kPermanent});
  const WorkflowId waits = world.start(many);
  const WorkflowId failed = world.start(define("fails", "broken"));
  const WorkflowId cancelled = world.start(one);
  const WorkflowId paused = world.start(one);
  world.run_for(5s);
  ASSERT_EQ(world.outcome(failed), "failed");
  const std::size_t created = durable(world, EventKind::kWorkflowCreated);

  const Instant crash_at = world.kernel.now() + crash;
  bool crashed = false;
  const auto step = [&] {
    const Instant next = world.kernel.now() + 2ms;
    if (!crashed && crash_at <= next) {
      world.crash_at(crash_at - world.kernel.now());
      crashed = true;
    }
    world.kernel.run_until(next);
  };
  for (int i = 0; i < 3; ++i) {
    sender.send(SignalWorkflow{0, waits, "go", {}});
    sender.send(StartWorkflow{.workflow = {.name = "approval"}});
    step();
  }
  sender.send(RetryWorkflow{0, failed});
  step();
  sender.send(CancelWorkflow{0, cancelled});
  sender.send(PauseWorkflow{0, paused});
  step();
  const auto resumed = sender.send(ResumeWorkflow{0, paused});
  for (int i = 0; i < 5; ++i) step();
  world.run();

  for (std::uint64_t number = 1; number <= resumed; ++number) {
    ASSERT_TRUE(sender.answer(number)) << number;
    EXPECT_EQ(sender.answer(number)->error, "") << number;
  }
  EXPECT_EQ(durable(world, EventKind::kSignalReceived), 3u);
  EXPECT_EQ(durable(world, EventKind::kWorkflowCreated), created + 3);
  EXPECT_EQ(durable(world, EventKind::kWorkflowRetried), 1u);
  EXPECT_EQ(durable(world, EventKind::kWorkflowCancelRequested), 1u);
  EXPECT_EQ(durable(world, EventKind::kWorkflowPaused), 1u);
  EXPECT_EQ(durable(world, EventKind::kWorkflowResumed), 1u);
}

TEST(MailboxCommands, TakeEffectOnceWheneverTheHostDies) {
  for (Duration crash{}; crash <= 20ms; crash += 250us) send_everything(crash);
}

TEST(MailboxCommands, ThatComeWhileTheHostIsDownAreTakenOnceAndInTheirOrder) {
  SmallWorld world;
  Sender sender(world);
  const WorkflowId id = world.start(approval());
  world.run_for(1s);
  world.host.crash(1s);
  EXPECT_FALSE(world.host.up());
  EXPECT_EQ(world.host.failing_because(), "the host has crashed");
  EXPECT_EQ(world.host.down_because(), "") << "it comes back";
  sender.send(PauseWorkflow{0, id});
  sender.send(ResumeWorkflow{0, id});
  const auto last = sender.send(SignalWorkflow{0, id, "approve", {}});
  world.run();
  EXPECT_EQ(world.host.failing_because(), "");
  ASSERT_TRUE(sender.answer(last));
  EXPECT_EQ(world.outcome(id), "succeeded");
  std::vector<EventKind> kinds;
  for (const Event& event : world.disk.of(0).events) {
    if (event.kind == EventKind::kWorkflowPaused || event.kind == EventKind::kWorkflowResumed ||
        event.kind == EventKind::kSignalReceived) {
      kinds.push_back(event.kind);
    }
  }
  EXPECT_EQ(kinds, (std::vector{EventKind::kWorkflowPaused, EventKind::kWorkflowResumed,
                                EventKind::kSignalReceived}));
}

}  // namespace
}  // namespace gnomon::testing
