#include "sim/kernel/kernel.h"

#include <gtest/gtest.h>
// RapidCheck's header wants GoogleTest's first.
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/random.h"

namespace gnomon::sim {
namespace {

/// Notes every call, and may answer it.
class Recorder final : public Wakeable {
 public:
  explicit Recorder(const Clock& clock) : clock_(clock) {}
  void wake(std::uint64_t tag) override {
    calls.emplace_back(to_ns(clock_.now()), tag);
    if (answer) answer(tag);
  }
  std::vector<std::pair<std::int64_t, std::uint64_t>> calls;
  std::function<void(std::uint64_t)> answer;

 private:
  const Clock& clock_;
};

using Calls = std::vector<std::pair<std::int64_t, std::uint64_t>>;

TEST(Kernel, CallsInOrderOfInstantAndThenOfAsking) {
  Kernel kernel;
  Recorder recorder(kernel);
  kernel.call_at(from_ns(20), recorder, 1);
  kernel.call_at(from_ns(10), recorder, 2);
  kernel.call_at(from_ns(20), recorder, 3);
  kernel.call_at(from_ns(0), recorder, 4);
  EXPECT_EQ(kernel.pending(), 4u);
  EXPECT_TRUE(kernel.run());
  EXPECT_EQ(recorder.calls, (Calls{{0, 4}, {10, 2}, {20, 1}, {20, 3}}));
  EXPECT_TRUE(kernel.empty());
  EXPECT_EQ(kernel.events_run(), 4u);
}

TEST(Kernel, ACallForThePresentComesAfterThoseAlreadyOwedAtThatInstant) {
  Kernel kernel;
  Recorder recorder(kernel);
  recorder.answer = [&](std::uint64_t tag) {
    if (tag < 10) kernel.call_at(kernel.now(), recorder, tag + 10);
  };
  for (std::uint64_t tag : {1, 2, 3}) kernel.call_at(from_ns(5), recorder, tag);
  kernel.run();
  EXPECT_EQ(recorder.calls, (Calls{{5, 1}, {5, 2}, {5, 3}, {5, 11}, {5, 12}, {5, 13}}));
}

TEST(Kernel, ACallForThePastComesAtThePresent) {
  Kernel kernel(from_ns(100));
  Recorder recorder(kernel);
  kernel.call_at(from_ns(100), recorder, 1);
  kernel.call_at(from_ns(7), recorder, 2);
  kernel.call_at(kUnset, recorder, 3);
  kernel.run();
  EXPECT_EQ(recorder.calls, (Calls{{100, 1}, {100, 2}, {100, 3}}));
}

TEST(Kernel, NeverCallsAtNever) {
  Kernel kernel;
  Recorder recorder(kernel);
  const WakeToken never = kernel.call_at(kNever, recorder, 1);
  EXPECT_EQ(never, WakeToken{});
  EXPECT_TRUE(kernel.empty());
  kernel.cancel(never);
  kernel.call_at(kNever - 1ns, recorder, 2);
  EXPECT_TRUE(kernel.run());
  EXPECT_EQ(recorder.calls, (Calls{{to_ns(kNever) - 1, 2}}));
}

TEST(Kernel, RunUntilIncludesItsInstantAndSetsTheTime) {
  Kernel kernel;
  Recorder recorder(kernel);
  kernel.call_at(from_ns(10), recorder, 1);
  kernel.call_at(from_ns(11), recorder, 2);
  EXPECT_TRUE(kernel.run_until(from_ns(10)));
  EXPECT_EQ(recorder.calls, (Calls{{10, 1}}));
  EXPECT_TRUE(kernel.run_until(from_ns(10)));
  EXPECT_TRUE(kernel.run_until(from_ns(3)));
  EXPECT_EQ(kernel.now(), from_ns(10));
  kernel.call_at(from_ns(10), recorder, 3);
  EXPECT_TRUE(kernel.run_until(from_ns(1000)));
  EXPECT_EQ(recorder.calls, (Calls{{10, 1}, {10, 3}, {11, 2}}));
  EXPECT_EQ(kernel.now(), from_ns(1000));
}

TEST(Kernel, RunUntilMakesAsManyCallsAsItMay) {
  Kernel kernel;
  Recorder recorder(kernel);
  for (std::uint64_t tag : {1, 2, 3}) kernel.call_at(from_ns(5), recorder, tag);
  EXPECT_FALSE(kernel.run_until(from_ns(10), 2));
  EXPECT_EQ(recorder.calls, (Calls{{5, 1}, {5, 2}}));
  EXPECT_EQ(kernel.now(), from_ns(5));
  EXPECT_TRUE(kernel.run_until(from_ns(10), 2));
  EXPECT_EQ(recorder.calls, (Calls{{5, 1}, {5, 2}, {5, 3}}));
  EXPECT_EQ(kernel.now(), from_ns(10));
}

TEST(Kernel, AfterLookingAheadStillTakesEarlierCalls) {
  Kernel kernel;
  Recorder recorder(kernel);
  kernel.call_at(from_ns(1'000'000), recorder, 1);
  kernel.run_until(from_ns(999'999));
  kernel.call_at(from_ns(999'999), recorder, 2);
  kernel.call_at(from_ns(1'000'000), recorder, 3);
  kernel.run();
  EXPECT_EQ(recorder.calls, (Calls{{999'999, 2}, {1'000'000, 1}, {1'000'000, 3}}));
}

TEST(Kernel, StopsAfterThePresentCallAndGoesOn) {
  Kernel kernel;
  Recorder recorder(kernel);
  recorder.answer = [&](std::uint64_t tag) {
    if (tag == 2) kernel.stop();
  };
  for (std::uint64_t tag : {1, 2, 3}) kernel.call_at(from_ns(5), recorder, tag);
  EXPECT_FALSE(kernel.run_until(from_ns(50)));
  EXPECT_EQ(recorder.calls, (Calls{{5, 1}, {5, 2}}));
  EXPECT_EQ(kernel.now(), from_ns(5));
  EXPECT_TRUE(kernel.run_until(from_ns(50)));
  EXPECT_EQ(recorder.calls.size(), 3u);
}

TEST(Kernel, CancelsOnceAndOnlyWhatIsOwed) {
  Kernel kernel;
  Recorder recorder(kernel);
  const WakeToken first = kernel.call_at(from_ns(1), recorder, 1);
  const WakeToken second = kernel.call_at(from_ns(2), recorder, 2);
  kernel.cancel(second);
  kernel.cancel(second);
  EXPECT_EQ(kernel.pending(), 1u);
  EXPECT_TRUE(kernel.run_one());
  kernel.cancel(first);
  kernel.cancel(WakeToken{});
  kernel.cancel(WakeToken{123'456'789});
  kernel.cancel(WakeToken{~std::uint64_t{0}});
  EXPECT_EQ(kernel.pending(), 0u);
  EXPECT_FALSE(kernel.run_one());
  EXPECT_EQ(recorder.calls, (Calls{{1, 1}}));
}

TEST(Kernel, TimeDoesNotFollowWhatWasCancelled) {
  Kernel kernel;
  Recorder recorder(kernel);
  kernel.cancel(kernel.call_at(from_ns(1'000'000), recorder, 1));
  EXPECT_FALSE(kernel.run_one());
  EXPECT_EQ(kernel.now(), from_ns(0));
  kernel.call_at(from_ns(500), recorder, 2);
  kernel.run();
  EXPECT_EQ(recorder.calls, (Calls{{500, 2}}));
}

TEST(KernelDeathTest, ACallCannotRunTheKernel) {
  Kernel kernel;
  Recorder recorder(kernel);
  recorder.answer = [&](std::uint64_t) { kernel.run(); };
  kernel.call_at(from_ns(1), recorder, 1);
  EXPECT_DEATH(kernel.run(), "runs the kernel that makes it");
}

TEST(Kernel, KeepsTenThousandTiesInOrder) {
  Kernel kernel;
  Recorder recorder(kernel);
  Calls expected;
  for (std::int64_t instant : {3'000'000'007, 3'000'000'008}) {
    for (std::uint64_t tag = 0; tag < 10'000; ++tag) {
      kernel.call_at(from_ns(instant), recorder, tag);
      expected.emplace_back(instant, tag);
    }
  }
  kernel.run();
  EXPECT_EQ(recorder.calls, expected);
}

// Leases: each is set for half a minute ahead and given back a millisecond later.
TEST(Kernel, MemoryFollowsWhatIsOwedNotWhatWasCancelled) {
  Kernel kernel;
  Recorder recorder(kernel);
  std::vector<WakeToken> held(100);
  for (std::size_t i = 0; i < 2'000'000; ++i) {
    WakeToken& token = held[i % held.size()];
    if (i % 100'000 != 0) kernel.cancel(token);
    token = kernel.call_at(kernel.now() + 30s, recorder, i);
    if (i % 10 == 0) kernel.run_until(kernel.now() + 1us);
  }
  EXPECT_LT(kernel.pending(), 200u);
  EXPECT_LT(kernel.memory(), std::size_t{1} << 20);
}

/// What a Kernel must do, said as simply as possible.
class Model final : public Clock {
 public:
  Instant now() const override { return now_; }
  WakeToken call_at(Instant at, Wakeable& who, std::uint64_t tag) override {
    const std::uint64_t sequence = instants_.size();
    instants_.push_back(std::max(at, now_));
    if (at != kNever) calls_[{instants_.back(), sequence}] = {&who, tag};
    return WakeToken{sequence};
  }
  void cancel(WakeToken token) override { calls_.erase({instants_.at(token.value), token.value}); }
  bool run_one() { return run_next(kNever); }
  void run_until(Instant until) {
    while (run_next(until)) {
    }
    now_ = std::max(now_, until);
  }
  std::size_t pending() const { return calls_.size(); }

 private:
  bool run_next(Instant limit) {
    if (calls_.empty() || calls_.begin()->first.first > limit) return false;
    const auto node = calls_.extract(calls_.begin());
    now_ = node.key().first;
    node.mapped().first->wake(node.mapped().second);
    return true;
  }
  std::map<std::pair<Instant, std::uint64_t>, std::pair<Wakeable*, std::uint64_t>> calls_;
  std::vector<Instant> instants_;
  Instant now_{};
};

/// Delays of every size: none, a few instants that meet, all powers of two, before now, and never.
struct Delays {
  std::uint64_t seed = 0;
  unsigned max_bits = 0;  ///< no delay reaches 2^max_bits, but for kNever

  Instant after(Instant now, std::uint64_t n) const {
    const KeyedRandom random{seed};
    const std::uint64_t x = random.draw(Purpose::kSampling, n);
    const auto bits = static_cast<unsigned>(x % (max_bits + 1));
    const std::uint64_t delay =
        random.draw(Purpose::kSampling, n, 1) & ((std::uint64_t{1} << bits) - 1);
    switch ((x >> 32) % 16) {
      case 0:
        return now;
      case 1:
        return now - 5ns;
      case 2:
        return (x >> 40) % 8 == 0 ? kNever : now;
      case 3:  // meets others: the next multiple of a power of two
        return from_ns(static_cast<std::int64_t>(
            ((static_cast<std::uint64_t>(to_ns(now)) >> bits) + 1) << bits));
      default:
        return saturating_add(now, Duration{static_cast<std::int64_t>(delay)});
    }
  }
};

/// Drives a Clock: every call asks for up to `fertility` more and takes some back, by numbers that
/// depend on nothing but the seed and how many calls came before.
template <typename AnyKernel>
class Storm final : public Wakeable {
 public:
  Storm(Delays delays, std::uint64_t fertility, std::uint64_t budget)
      : delays_(delays), fertility_(fertility), budget_(budget) {}

  void wake(std::uint64_t tag) override {
    log.emplace_back(to_ns(kernel.now()), tag);
    const KeyedRandom random{delays_.seed};
    const std::uint64_t children = random.below(fertility_ + 1, Purpose::kArrival, log.size());
    for (std::uint64_t i = 0; i < children && made_ < budget_; ++i) ask();
    if (random.chance(0.3, Purpose::kFault, log.size())) take_back();
  }
  void ask() {
    tokens_.push_back(kernel.call_at(delays_.after(kernel.now(), made_), *this, made_));
    ++made_;
  }
  void take_back() {
    if (tokens_.empty()) return;
    const KeyedRandom random{delays_.seed};
    kernel.cancel(tokens_[random.below(tokens_.size(), Purpose::kPlacement, taken_back_++)]);
  }

  AnyKernel kernel;
  Calls log;

 private:
  Delays delays_;
  std::uint64_t fertility_;
  std::uint64_t budget_;
  std::uint64_t made_ = 0;
  std::uint64_t taken_back_ = 0;
  std::vector<WakeToken> tokens_;
};

RC_GTEST_PROP(KernelProperty, DoesWhatTheModelDoes, ()) {
  const Delays delays{*rc::gen::arbitrary<std::uint64_t>(), *rc::gen::inRange(1u, 64u)};
  const std::uint64_t fertility = *rc::gen::inRange<std::uint64_t>(0, 4);
  constexpr std::uint64_t kBudget = 20'000;
  Storm<Kernel> storm(delays, fertility, kBudget);
  Storm<Model> model(delays, fertility, kBudget);
  // (what, how many): ask, take back, run some, run until
  const auto steps = *rc::gen::container<std::vector<std::pair<int, std::uint64_t>>>(
      rc::gen::pair(rc::gen::inRange(0, 4), rc::gen::inRange<std::uint64_t>(0, 200)));
  for (const auto& [what, count] : steps) {
    switch (what) {
      case 0:
        for (std::uint64_t i = 0; i < 10 * count; ++i) {
          storm.ask();
          model.ask();
        }
        break;
      case 1:
        for (std::uint64_t i = 0; i < 20 * count; ++i) {
          storm.take_back();
          model.take_back();
        }
        break;
      case 2:
        for (std::uint64_t i = 0; i < count; ++i)
          RC_ASSERT(storm.kernel.run_one() == model.kernel.run_one());
        break;
      default: {
        const Instant until = delays.after(model.kernel.now(), ~count);
        if (until == kNever) break;
        RC_ASSERT(storm.kernel.run_until(until));
        model.kernel.run_until(until);
      }
    }
    RC_ASSERT(storm.kernel.now() == model.kernel.now());
    RC_ASSERT(storm.kernel.pending() == model.kernel.pending());
  }
  RC_ASSERT(storm.kernel.run());
  while (model.kernel.run_one()) {
  }
  RC_ASSERT(storm.log == model.log);
}

}  // namespace
}  // namespace gnomon::sim
