#include "adapters/system/event_loop.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace gnomon::adapters {
namespace {

/// Notes what it is told, and does what the test wants then.
struct Recorder final : Wakeable {
  explicit Recorder(EventLoop& its_loop) : loop(its_loop) {}
  void wake(std::uint64_t tag) override {
    tags.push_back(tag);
    at.push_back(loop.now());
    if (then) then(tag);
  }
  EventLoop& loop;
  std::vector<std::uint64_t> tags;
  std::vector<Instant> at;
  std::function<void(std::uint64_t)> then;
};

using Tags = std::vector<std::uint64_t>;

TEST(EventLoop, TellsTheTimeOfTheWallClockAndNeverGoesBack) {
  EventLoop loop;
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  EXPECT_LT(std::chrono::abs(loop.now().time_since_epoch() - wall), 1s);
  Instant before = loop.now();
  for (int i = 0; i < 10'000; ++i) {
    const Instant next = loop.now();
    ASSERT_GE(next, before);
    before = next;
  }
}

TEST(EventLoop, GoesOnFromAnInstantThatTheWallClockHasYetToReach) {
  const Instant wall = EventLoop{}.now();
  for (const double scale : {1.0, 0.05}) {
    EventLoop loop(scale, wall + 1h);
    Recorder recorder(loop);
    recorder.then = [&](std::uint64_t) { loop.stop(); };
    EXPECT_GE(loop.now(), wall + 1h);
    loop.call_at(wall + 1h + 20ms, recorder, 1);
    loop.run();
    EXPECT_GE(recorder.at.at(0), wall + 1h + 20ms);
    EXPECT_LT(recorder.at.at(0), wall + 1h + 10min);
  }
  EventLoop behind(1.0, wall - 1h);
  EXPECT_GE(behind.now(), wall);
  EXPECT_LT(behind.now(), wall + 1min);
}

TEST(EventLoop, CallsInOrderOfInstantThenOfAsking) {
  EventLoop loop;
  Recorder recorder(loop);
  const Instant start = loop.now();
  loop.call_at(start + 20ms, recorder, 4);
  loop.call_at(start + 5ms, recorder, 2);
  loop.call_at(start + 5ms, recorder, 3);
  loop.call_at(start - 1h, recorder, 1);
  loop.call_at(start + 20ms, recorder, 5);
  recorder.then = [&](std::uint64_t tag) {
    if (tag == 5) loop.stop();
  };
  loop.run();
  EXPECT_EQ(recorder.tags, (Tags{1, 2, 3, 4, 5}));
  EXPECT_GE(recorder.at[1], start + 5ms);
  EXPECT_GE(recorder.at[3], start + 20ms);
}

TEST(EventLoop, CallsForNowAfterThePresentCallReturns) {
  EventLoop loop;
  Recorder recorder(loop);
  std::size_t seen_within = 0;
  recorder.then = [&](std::uint64_t tag) {
    if (tag == 3) return loop.stop();
    loop.call_at(loop.now(), recorder, tag + 1);
    seen_within = recorder.tags.size();
    EXPECT_EQ(seen_within, tag);
  };
  loop.call_at(loop.now(), recorder, 1);
  loop.run();
  EXPECT_EQ(recorder.tags, (Tags{1, 2, 3}));
}

TEST(EventLoop, AnEarlierCallOvertakesOneThatIsAlreadyWaitedFor) {
  EventLoop loop;
  Recorder recorder(loop);
  recorder.then = [&](std::uint64_t) { loop.stop(); };
  loop.call_at(kNever, recorder, 9);
  loop.post([&] { loop.call_at(loop.now() + 2ms, recorder, 1); });
  loop.run();
  EXPECT_EQ(recorder.tags, (Tags{1}));
}

TEST(EventLoop, ACancelledCallNeverComes) {
  EventLoop loop;
  Recorder recorder(loop);
  const Instant start = loop.now();
  const WakeToken first = loop.call_at(start + 1ms, recorder, 1);
  const WakeToken second = loop.call_at(start + 1ms, recorder, 2);
  loop.call_at(start + 3ms, recorder, 3);
  recorder.then = [&](std::uint64_t) { loop.stop(); };
  loop.cancel(first);
  loop.cancel(WakeToken{});
  loop.cancel(WakeToken{~std::uint64_t{0}});
  // The slot of `first` is used again; its old token must not reach the new call.
  const WakeToken reused = loop.call_at(start + 2ms, recorder, 4);
  loop.cancel(first);
  loop.cancel(second);
  EXPECT_NE(reused, first);
  loop.run();
  EXPECT_EQ(recorder.tags, (Tags{4}));
}

TEST(EventLoop, CallsThatAskForMoreDoNotStarveTasks) {
  EventLoop loop;
  Recorder recorder(loop);
  recorder.then = [&](std::uint64_t) { loop.call_at(loop.now(), recorder, 0); };
  loop.call_at(loop.now(), recorder, 0);
  loop.post([&] { loop.stop(); });
  loop.run();
  EXPECT_LT(recorder.tags.size(), 10u);
}

TEST(EventLoop, TakesTasksFromOtherThreadsInTheirOrder) {
  EventLoop loop;
  std::vector<int> seen;
  std::thread other([&] {
    for (int i = 0; i < 1000; ++i) loop.post([&seen, i] { seen.push_back(i); });
    loop.post([&] { loop.stop(); });
  });
  loop.run();
  other.join();
  ASSERT_EQ(seen.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST(EventLoop, RunsAgainAfterStopAndKeepsWhatWasAsked) {
  EventLoop loop;
  Recorder recorder(loop);
  recorder.then = [&](std::uint64_t) { loop.stop(); };
  loop.call_at(loop.now(), recorder, 1);
  loop.call_at(loop.now(), recorder, 2);
  loop.run();
  EXPECT_EQ(recorder.tags, (Tags{1}));
  loop.run();
  EXPECT_EQ(recorder.tags, (Tags{1, 2}));
}

TEST(EventLoop, AStopThatComesBeforeTheRunIsNotLost) {
  EventLoop loop;
  Recorder recorder(loop);
  recorder.then = [&](std::uint64_t) { loop.stop(); };
  loop.call_at(loop.now(), recorder, 1);
  loop.stop();
  loop.run();
  EXPECT_TRUE(recorder.tags.empty());
  loop.run();
  EXPECT_EQ(recorder.tags, (Tags{1}));
}

TEST(EventLoop, CallsAsLongAsADescriptorIsReadyAndWatched) {
  EventLoop loop;
  Recorder recorder(loop);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const WatchToken watch = loop.watch(ends[0], Readiness::kReadable, recorder, 7);
  ASSERT_EQ(write(ends[1], "abc", 3), 3);
  std::string text;
  recorder.then = [&](std::uint64_t) {
    char byte = 0;
    ASSERT_EQ(read(ends[0], &byte, 1), 1);  // leaves the rest: the loop must come again
    text += byte;
    if (text.size() < 3) return;
    loop.unwatch(watch);
    ASSERT_EQ(write(ends[1], "d", 1), 1);
    loop.call_at(loop.now() + 2ms, recorder, 8);
    recorder.then = [&](std::uint64_t) { loop.stop(); };
  };
  loop.run();
  EXPECT_EQ(text, "abc");
  EXPECT_EQ(recorder.tags, (Tags{7, 7, 7, 8}));
  close(ends[0]);
  close(ends[1]);
}

TEST(EventLoop, AClosedPipeIsReadable) {
  EventLoop loop;
  Recorder recorder(loop);
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const WatchToken watch = loop.watch(ends[0], Readiness::kReadable, recorder, 1);
  recorder.then = [&](std::uint64_t) {
    loop.unwatch(watch);
    loop.stop();
  };
  std::thread other([&] { close(ends[1]); });
  loop.run();
  other.join();
  EXPECT_EQ(recorder.tags, (Tags{1}));
  close(ends[0]);
}

TEST(EventLoop, TellsOfSignalsAgainAndAgain) {
  EventLoop loop;
  Recorder recorder(loop);
  loop.watch_signal(SIGUSR1, recorder);
  loop.watch_signal(SIGUSR2, recorder);
  recorder.then = [&](std::uint64_t tag) {
    if (recorder.tags.size() == 2) raise(SIGUSR2);
    if (recorder.tags.size() == 1) raise(SIGUSR1);
    if (tag == SIGUSR2) loop.stop();
  };
  raise(SIGUSR1);
  loop.run();
  EXPECT_EQ(recorder.tags, (Tags{SIGUSR1, SIGUSR1, SIGUSR2}));
}

TEST(EventLoop, ScaledTimePassesFasterThanTheWalls) {
  EventLoop loop(0.001);
  Recorder recorder(loop);
  recorder.then = [&](std::uint64_t) { loop.stop(); };
  EXPECT_EQ(loop.wall_time(10s), 10ms);
  const Instant start = loop.now();
  const auto wall_start = std::chrono::steady_clock::now();
  loop.call_at(start + 20s, recorder, 1);
  loop.run();
  const auto wall = std::chrono::steady_clock::now() - wall_start;
  EXPECT_GE(recorder.at[0], start + 20s);
  EXPECT_GE(wall, 19ms);
  EXPECT_LT(wall, 5s);
}

TEST(EventLoop, ScaledTimeSaturatesInsteadOfOverflowing) {
  EventLoop loop(1e-15);
  EXPECT_GT(loop.now(), Instant{});
  EXPECT_LE(loop.now(), kNever);
  EXPECT_EQ(EventLoop(1e15).wall_time(24h), Duration::max());
}

}  // namespace
}  // namespace gnomon::adapters
