#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

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

}  // namespace
}  // namespace gnomon::sim
