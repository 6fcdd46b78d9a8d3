#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "engine/ports/inbox.h"
#include "engine/ports/runtime.h"

/// What every Runtime must do, in the simulated world and in the real one. A runtime is put through
/// it by one line,
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(Process, RuntimeContract, ProcessWorld);
///
/// with a type that stands for a runtime that pushes its ends, and all that it needs around it:
///
///     World(std::uint32_t slots, Inbox& inbox);       // a runtime that runs so many units at once
///     Runtime& runtime();
///     Launch launch(const ActionKey&, const Work&);   // its task lives as long as the World
///     bool run_until(const std::function<bool()>&);   // false: it did not hold within a minute

namespace gnomon::contract {

/// What an attempt shall do: take so long, in the world's time, and end in this way.
struct Work {
  Duration lasts{};
  ErrorClass error = ErrorClass::kNone;  ///< none: succeeds; else transient, permanent or lost
  std::uint32_t units = 1;
};

/// Keeps all answers, in order.
struct RuntimeAnswers final : Inbox {
  void post(Answer answer) override { all.push_back(std::move(answer)); }

  /// Those of one kind about one attempt.
  template <typename T>
  std::vector<T> of(const ActionKey& key) const {
    std::vector<T> found;
    for (const Answer& answer : all) {
      if (const T* it = std::get_if<T>(&answer); it != nullptr && it->key == key) {
        found.push_back(*it);
      }
    }
    return found;
  }
  std::vector<ActionEnded> ends() const {
    std::vector<ActionEnded> found;
    for (const Answer& answer : all) {
      if (const auto* end = std::get_if<ActionEnded>(&answer)) found.push_back(*end);
    }
    return found;
  }
  std::vector<Answer> all;
};

inline ActionKey attempt_key(NodeIndex node, std::uint32_t attempt = 1) {
  return {make_workflow_id(0, 7), node, attempt};
}

template <typename World>
class RuntimeContract : public ::testing::Test {
 protected:
  static constexpr Duration kShort = 20ms;
  static constexpr Duration kLong = 30s;

  /// Makes the world; once a test.
  void open(std::uint32_t slots) { world_ = std::make_unique<World>(slots, answers_); }
  Runtime& runtime() { return world_->runtime(); }

  void launch(const ActionKey& key, const Work& work, std::int32_t priority = 0) {
    Launch launch = world_->launch(key, work);
    launch.priority = priority;
    runtime().launch(launch);
  }
  template <typename T>
  void await(const ActionKey& key, std::size_t count = 1) {
    ASSERT_TRUE(world_->run_until([&] { return answers_.template of<T>(key).size() >= count; }));
  }
  void await_ends(std::size_t count) {
    ASSERT_TRUE(world_->run_until([&] { return answers_.ends().size() >= count; }));
  }
  /// Runs the world until a fresh attempt has come and gone; by then, everything has been answered.
  void settle() {
    const ActionKey key = attempt_key(++settled_ + 1'000);
    launch(key, {kShort});
    await<ActionEnded>(key);
  }
  template <typename T>
  std::vector<T> answers(const ActionKey& key) const {
    return answers_.of<T>(key);
  }
  /// The nodes whose attempts have ended, in that order.
  std::vector<NodeIndex> order_of_ends() const {
    std::vector<NodeIndex> order;
    for (const ActionEnded& end : answers_.ends()) order.push_back(end.key.node);
    return order;
  }

  RuntimeAnswers answers_;

 private:
  std::unique_ptr<World> world_;
  NodeIndex settled_ = 0;
};

TYPED_TEST_SUITE_P(RuntimeContract);

TYPED_TEST_P(RuntimeContract, AnAttemptIsAcceptedAndEnds) {
  this->open(1);
  const ActionKey key = attempt_key(0);
  this->launch(key, {this->kShort});
  this->template await<ActionEnded>(key);
  this->settle();

  const auto accepted = this->template answers<LaunchAccepted>(key);
  const auto ends = this->template answers<ActionEnded>(key);
  ASSERT_EQ(accepted.size(), 1U);
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].outcome, Outcome::kSucceeded);
  EXPECT_EQ(ends[0].error, ErrorClass::kNone);
  EXPECT_LE(accepted[0].at, ends[0].started_at);
  EXPECT_GE(ends[0].ended_at - ends[0].started_at, this->kShort);
  EXPECT_TRUE(std::holds_alternative<LaunchAccepted>(this->answers_.all.front()));
  for (const ActionStarted& start : this->template answers<ActionStarted>(key)) {
    EXPECT_EQ(start.started_at, ends[0].started_at);
  }
}

TYPED_TEST_P(RuntimeContract, AFailureCarriesItsClassAndAReason) {
  this->open(1);
  NodeIndex node = 0;
  for (const ErrorClass error :
       {ErrorClass::kTransient, ErrorClass::kPermanent, ErrorClass::kLost}) {
    const ActionKey key = attempt_key(node++);
    this->launch(key, {this->kShort, error});
    this->template await<ActionEnded>(key);
    const ActionEnded end = this->template answers<ActionEnded>(key).at(0);
    EXPECT_EQ(end.outcome, Outcome::kFailed);
    EXPECT_EQ(end.error, error);
    EXPECT_FALSE(end.result.empty());
  }
}

TYPED_TEST_P(RuntimeContract, ASecondLaunchIsAnsweredAndRunsNothingTwice) {
  this->open(2);
  const ActionKey key = attempt_key(0);
  this->launch(key, {10 * this->kShort});
  this->launch(key, {10 * this->kShort});
  this->template await<LaunchAccepted>(key, 2);
  this->settle();  // on the second slot, which is free
  EXPECT_TRUE(this->template answers<ActionEnded>(key).empty());
  this->launch(key, {10 * this->kShort});
  this->template await<ActionEnded>(key);
  this->settle();
  EXPECT_EQ(this->template answers<LaunchAccepted>(key).size(), 3U);
  EXPECT_EQ(this->template answers<ActionEnded>(key).size(), 1U);
}

TYPED_TEST_P(RuntimeContract, APollSaysWhetherAnAttemptIsKnown) {
  this->open(1);
  const ActionKey running = attempt_key(0);
  const ActionKey queued = attempt_key(1);
  this->launch(running, {10 * this->kShort});
  this->launch(queued, {this->kShort});
  this->template await<LaunchAccepted>(queued);
  for (const ActionKey& key : {running, queued, attempt_key(2), attempt_key(0, 2)}) {
    this->runtime().poll(key);
    this->template await<ActionStatus>(key);
    const bool known = key == running || key == queued;
    EXPECT_EQ(this->template answers<ActionStatus>(key).at(0).known, known) << key.node;
  }
}

TYPED_TEST_P(RuntimeContract, APollAfterTheEndTellsTheEndAgainOrKnowsNothingOfIt) {
  this->open(1);
  const ActionKey key = attempt_key(0);
  this->launch(key, {this->kShort, ErrorClass::kTransient});
  this->template await<ActionEnded>(key);
  this->runtime().poll(key);
  this->settle();
  const auto statuses = this->template answers<ActionStatus>(key);
  const auto ends = this->template answers<ActionEnded>(key);
  ASSERT_EQ(statuses.size() + ends.size(), 2U);
  if (!statuses.empty()) {
    EXPECT_FALSE(statuses[0].known);
  } else {
    EXPECT_EQ(ends[1].outcome, ends[0].outcome);
    EXPECT_EQ(ends[1].error, ends[0].error);
    EXPECT_EQ(ends[1].ended_at, ends[0].ended_at);
    EXPECT_EQ(ends[1].result, ends[0].result);
  }
}

TYPED_TEST_P(RuntimeContract, AnAttemptThatWaitsIsCancelledWithoutHavingStarted) {
  this->open(1);
  const ActionKey running = attempt_key(0);
  const ActionKey queued = attempt_key(1);
  this->launch(running, {10 * this->kShort});
  this->launch(queued, {this->kShort});
  this->template await<LaunchAccepted>(queued);
  this->runtime().cancel(queued);
  this->template await<ActionEnded>(queued);
  EXPECT_TRUE(this->template answers<ActionEnded>(running).empty());
  this->template await<ActionEnded>(running);
  this->settle();

  const auto ends = this->template answers<ActionEnded>(queued);
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].outcome, Outcome::kCancelled);
  EXPECT_EQ(ends[0].started_at, kUnset);
  EXPECT_TRUE(this->template answers<ActionStarted>(queued).empty());
  EXPECT_EQ(this->template answers<ActionEnded>(running).at(0).outcome, Outcome::kSucceeded);
}

TYPED_TEST_P(RuntimeContract, AnAttemptThatRunsIsCancelledAndGivesUpItsSlot) {
  this->open(1);
  const ActionKey first = attempt_key(0);
  const ActionKey long_one = attempt_key(1);
  // Once the first is over, the second has the slot.
  this->launch(first, {this->kShort});
  this->launch(long_one, {this->kLong});
  this->launch(attempt_key(2), {this->kShort});
  this->template await<ActionEnded>(first);
  this->runtime().poll(long_one);
  this->template await<ActionStatus>(long_one);
  this->runtime().cancel(long_one);
  this->runtime().cancel(long_one);
  this->template await<ActionEnded>(long_one);
  this->template await<ActionEnded>(attempt_key(2));
  this->settle();

  const auto ends = this->template answers<ActionEnded>(long_one);
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_EQ(ends[0].outcome, Outcome::kCancelled);
  EXPECT_LT(ends[0].ended_at - this->template answers<ActionEnded>(first).at(0).ended_at,
            this->kLong);
}

TYPED_TEST_P(RuntimeContract, ACancelThatComesTooLateOrForNothingDoesNothing) {
  this->open(1);
  const ActionKey key = attempt_key(0);
  this->runtime().cancel(key);
  this->settle();
  this->launch(key, {this->kShort});
  this->template await<ActionEnded>(key);
  this->runtime().cancel(key);
  this->runtime().cancel(attempt_key(5));
  this->settle();
  // The next attempt at the same node has nothing to do with it.
  const ActionKey next = attempt_key(0, 2);
  this->launch(next, {this->kShort});
  this->template await<ActionEnded>(next);

  EXPECT_EQ(this->template answers<ActionEnded>(key).size(), 1U);
  EXPECT_EQ(this->template answers<ActionEnded>(key).at(0).outcome, Outcome::kSucceeded);
  EXPECT_EQ(this->template answers<ActionEnded>(next).at(0).outcome, Outcome::kSucceeded);
  EXPECT_TRUE(this->template answers<ActionEnded>(attempt_key(5)).empty());
}

TYPED_TEST_P(RuntimeContract, TheQueueGoesByPriorityThenByArrival) {
  this->open(1);
  this->launch(attempt_key(0), {5 * this->kShort});
  this->template await<LaunchAccepted>(attempt_key(0));
  // The slot is taken for certain once the first is known to run: it is ahead of all others.
  this->launch(attempt_key(1), {this->kShort}, -5);
  this->launch(attempt_key(2), {this->kShort}, 0);
  this->launch(attempt_key(3), {this->kShort}, 0);
  this->launch(attempt_key(4), {this->kShort}, -5);
  this->await_ends(5);
  EXPECT_EQ(this->order_of_ends(), (std::vector<NodeIndex>{0, 2, 3, 1, 4}));
}

TYPED_TEST_P(RuntimeContract, AHigherPriorityOvertakesWhatWaits) {
  this->open(1);
  this->launch(attempt_key(0), {this->kShort}, 9);
  this->launch(attempt_key(1), {5 * this->kShort}, 8);
  this->launch(attempt_key(2), {this->kShort}, 1);
  this->template await<ActionEnded>(attempt_key(0));  // 1 runs, 2 waits
  this->runtime().poll(attempt_key(1));
  this->template await<ActionStatus>(attempt_key(1));
  this->launch(attempt_key(3), {this->kShort}, 7);
  this->await_ends(4);
  EXPECT_EQ(this->order_of_ends(), (std::vector<NodeIndex>{0, 1, 3, 2}));
}

TYPED_TEST_P(RuntimeContract, NoMoreUnitsRunThanThereAre) {
  constexpr std::uint32_t kSlots = 3;
  constexpr NodeIndex kAttempts = 12;
  this->open(kSlots);
  for (NodeIndex node = 0; node < kAttempts; ++node) {
    this->launch(attempt_key(node), {.lasts = this->kShort, .units = 1 + node % kSlots});
  }
  this->await_ends(kAttempts);

  const std::vector<ActionEnded> ends = this->answers_.ends();
  std::uint32_t most = 0;
  for (const ActionEnded& moment : ends) {
    // An attempt that ends at the very instant at which another starts is over by then.
    std::uint32_t units = 0;
    for (const ActionEnded& end : ends) {
      EXPECT_EQ(end.outcome, Outcome::kSucceeded);
      if (end.started_at <= moment.started_at && moment.started_at < end.ended_at) {
        units += 1 + end.key.node % kSlots;
      }
    }
    most = std::max(most, units);
  }
  EXPECT_EQ(most, kSlots);
}

TYPED_TEST_P(RuntimeContract, ALargeTaskIsNotOvertakenBySmallOnes) {
  this->open(2);
  this->launch(attempt_key(0), {5 * this->kShort});
  this->launch(attempt_key(1), {.lasts = this->kShort, .units = 2});
  this->launch(attempt_key(2), {this->kShort});  // would fit beside 0
  this->await_ends(3);
  EXPECT_EQ(this->order_of_ends(), (std::vector<NodeIndex>{0, 1, 2}));
}

TYPED_TEST_P(RuntimeContract, ATaskThatNeedsMoreThanThereIsCannotBeLaunched) {
  this->open(2);
  const ActionKey key = attempt_key(0);
  this->launch(key, {.lasts = this->kShort, .units = 3});
  this->template await<LaunchFailed>(key);
  this->settle();
  EXPECT_EQ(this->template answers<LaunchFailed>(key).at(0).error.kind, ErrorKind::kCannotHappen);
  EXPECT_TRUE(this->template answers<LaunchAccepted>(key).empty());
  EXPECT_TRUE(this->template answers<ActionEnded>(key).empty());
}

REGISTER_TYPED_TEST_SUITE_P(RuntimeContract, AnAttemptIsAcceptedAndEnds,
                            AFailureCarriesItsClassAndAReason,
                            ASecondLaunchIsAnsweredAndRunsNothingTwice,
                            APollSaysWhetherAnAttemptIsKnown,
                            APollAfterTheEndTellsTheEndAgainOrKnowsNothingOfIt,
                            AnAttemptThatWaitsIsCancelledWithoutHavingStarted,
                            AnAttemptThatRunsIsCancelledAndGivesUpItsSlot,
                            ACancelThatComesTooLateOrForNothingDoesNothing,
                            TheQueueGoesByPriorityThenByArrival, AHigherPriorityOvertakesWhatWaits,
                            NoMoreUnitsRunThanThereAre, ALargeTaskIsNotOvertakenBySmallOnes,
                            ATaskThatNeedsMoreThanThereIsCannotBeLaunched);

}  // namespace gnomon::contract
