#include "engine/events/event_window.h"

#include <gtest/gtest.h>

#include <string>

namespace gnomon {
namespace {

OfferedEvent event(std::uint64_t sequence, std::string_view text = {}) {
  Event event;
  event.sequence = sequence;
  event.text = Payload{text};
  return {event, nullptr};
}

TEST(EventWindow, FindsTheLatestEventsAndNoOthers) {
  EventWindow window(3, 1000);
  window.restart(10);
  EXPECT_EQ(window.find(10), nullptr);
  EXPECT_EQ(window.find(11), nullptr);
  for (std::uint64_t i = 11; i <= 15; ++i) window.push(event(i));
  EXPECT_EQ(window.last(), 15u);
  EXPECT_EQ(window.size(), 3u);
  for (const std::uint64_t gone : {0, 1, 12}) EXPECT_EQ(window.find(gone), nullptr) << gone;
  for (const std::uint64_t there : {13, 14, 15}) {
    ASSERT_NE(window.find(there), nullptr) << there;
    EXPECT_EQ(window.find(there)->sequence(), there);
  }
  EXPECT_EQ(window.find(16), nullptr);
  EXPECT_EQ(window.find(~std::uint64_t{0}), nullptr);
}

TEST(EventWindow, IsBoundedInBytesToo) {
  EventWindow window(100, 1000);
  const std::string text(400, 'x');
  for (std::uint64_t i = 1; i <= 5; ++i) window.push(event(i, text));
  EXPECT_EQ(window.size(), 2u);
  window.push(event(6, std::string(5000, 'x')));
  EXPECT_EQ(window.size(), 1u) << "the latest event stays, however long";
  window.push(event(7));
  EXPECT_EQ(window.size(), 1u);
  window.push(event(8));
  EXPECT_EQ(window.size(), 2u);
}

TEST(EventWindow, StartsAgainWithoutItsEvents) {
  EventWindow window(3, 1000);
  window.push(event(1, "text"));
  window.restart(7);
  EXPECT_EQ(window.size(), 0u);
  EXPECT_EQ(window.find(1), nullptr);
  window.push(event(8));
  EXPECT_EQ(window.find(8)->sequence(), 8u);
}

TEST(EventWindowDeathTest, HasNoGaps) {
  EventWindow window(3, 1000);
  EXPECT_DEATH(window.push(event(2)), "event 2 follows event 0");
}

}  // namespace
}  // namespace gnomon
