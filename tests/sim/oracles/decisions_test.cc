#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

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

}  // namespace
}  // namespace gnomon::sim
