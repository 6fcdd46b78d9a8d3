#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

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

}  // namespace
}  // namespace gnomon::sim
