#include "sim/kernel/event_queue.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "engine/base/random.h"

namespace gnomon::sim {
namespace {

std::vector<std::uint64_t> drain(EventQueue& queue) {
  std::vector<std::uint64_t> sequences;
  while (const Event* const event = queue.pop(kNever)) sequences.push_back(event->sequence);
  return sequences;
}

TEST(EventQueue, PopsNothingAfterTheLimit) {
  EventQueue queue(from_ns(0));
  queue.push({from_ns(300), 1});
  EXPECT_EQ(queue.pop(from_ns(299)), nullptr);
  EXPECT_EQ(queue.size(), 1u);
  const Event* const event = queue.pop(from_ns(300));
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->instant, from_ns(300));
  EXPECT_EQ(queue.size(), 0u);
}

// One instant's events that are found, pushed later, and pushed while it lasts leave in this order,
// although the last push finds the chunk of the front full and breaks it up.
TEST(EventQueue, BreaksTheFrontUpWithoutBreakingTies) {
  EventQueue queue(from_ns(0));
  std::uint64_t sequence = 0;
  for (int i = 0; i < 10; ++i) queue.push({from_ns(1000), ++sequence});
  EXPECT_EQ(queue.pop(from_ns(1000))->sequence, 1u);
  queue.push({from_ns(1000), ++sequence});
  for (int i = 0; i < 100; ++i) queue.push({from_ns(1001), ++sequence});
  std::vector<std::uint64_t> expected;
  for (std::uint64_t i = 2; i <= sequence; ++i) expected.push_back(i);
  EXPECT_EQ(drain(queue), expected);
}

TEST(EventQueue, PurgesTheDeadAndNoOther) {
  const KeyedRandom random{11};
  for (const std::uint64_t share : {0, 1, 50, 99, 100}) {
    EventQueue queue(from_ns(0));
    // A thousand are due at once, the rest lies in buckets of many chunks and of few.
    for (std::uint64_t i = 1; i <= 20'000; ++i) {
      const std::uint64_t x = random.draw(Purpose::kSampling, i);
      const std::uint64_t delay = i <= 1000 ? 0 : x >> (24 + x % 40);
      queue.push({from_ns(static_cast<std::int64_t>(delay)), i});
    }
    for (int i = 0; i < 100; ++i) queue.pop(from_ns(0));
    const auto dead = [&](const Event& event) {
      return random.below(100, Purpose::kFault, event.sequence) < share;
    };
    std::size_t living = 0;
    for (std::uint64_t i = 101; i <= 20'000; ++i) living += !dead({from_ns(0), i});
    queue.purge(dead);
    EXPECT_EQ(queue.size(), living);

    queue.push({from_ns(1), 20'001});
    Instant last{};
    std::size_t popped = 0;
    while (const Event* const event = queue.pop(kNever)) {
      ASSERT_GE(event->instant, last);
      ASSERT_TRUE(!dead(*event) || event->sequence == 20'001);
      last = event->instant;
      ++popped;
    }
    EXPECT_EQ(popped, living + 1);
    EXPECT_EQ(queue.size(), 0u);
  }
}

TEST(EventQueue, GoesOnAfterAllThatWasDueIsPurged) {
  EventQueue queue(from_ns(0));
  for (std::uint64_t i = 1; i <= 10; ++i) queue.push({from_ns(0), i});
  for (int i = 0; i < 3; ++i) queue.pop(from_ns(0));
  queue.purge([](const Event&) { return true; });
  EXPECT_EQ(queue.size(), 0u);
  for (std::uint64_t i = 11; i <= 12; ++i) queue.push({from_ns(5), i});
  EXPECT_EQ(drain(queue), (std::vector<std::uint64_t>{11, 12}));
}

TEST(EventQueue, OrdersInstantsManyYearsAway) {
  EventQueue queue(from_ns(0));
  constexpr std::int64_t kYears36 = std::int64_t{1} << 60;
  queue.push({from_ns(5 * kYears36 + kYears36 / 2), 1});
  queue.push({from_ns(5 * kYears36 + 1), 2});
  queue.push({kNever - 1ns, 3});
  queue.push({from_ns(5 * kYears36), 4});
  EXPECT_EQ(drain(queue), (std::vector<std::uint64_t>{4, 2, 1, 3}));
}

TEST(EventQueue, ReusesItsMemory) {
  EventQueue queue(from_ns(0));
  std::uint64_t sequence = 0;
  std::size_t memory = 0;
  for (int round = 0; round < 100; ++round) {
    for (std::int64_t i = 0; i < 10'000; ++i) {
      queue.push({from_ns(round * 1'000'000'000LL + i * 99'991), ++sequence});
    }
    EXPECT_EQ(drain(queue).size(), 10'000u);
    if (round == 0) memory = queue.memory();
  }
  EXPECT_LE(queue.memory(), 2 * memory);
}

TEST(EventQueueDeathTest, ForgetsNoEvents) {
  EventQueue queue(from_ns(0));
  queue.push({from_ns(300), 1});
  EXPECT_DEATH(queue.restart(from_ns(0)), "1 events wait");
}

}  // namespace
}  // namespace gnomon::sim
