#include "reports/view/run_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/reports/sample.h"

namespace gnomon::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(RunView, HasARowForEveryNodeAlsoWithoutNews) {
  const RunView run = small_sample();
  ASSERT_EQ(run.workflows().size(), 1u);
  const WorkflowView& workflow = run.workflows().front();
  ASSERT_EQ(run.nodes_of(workflow).size(), 7u);
  EXPECT_EQ(run.nodes_of(workflow)[6].phase, NodePhase::kPending);
  EXPECT_EQ(run.nodes_of(workflow)[6].node, 6u);
  EXPECT_EQ(run.definition_of(run.nodes()[4]).name, "train");
  EXPECT_EQ(run.began(), kSampleBegin);
  EXPECT_EQ(run.ended(), kSampleBegin + 330001ms);
}

TEST(RunView, GivesTheEarlierAttemptsOfANode) {
  const RunView run = small_sample();
  EXPECT_EQ(run.earlier_attempts(run.nodes()[2]).size(), 2u);
  EXPECT_EQ(run.earlier_attempts(run.nodes()[2])[1].key.attempt, 2u);
  EXPECT_TRUE(run.earlier_attempts(run.nodes()[0]).empty());
}

TEST(RunView, FindsTheChildrenOfAWorkflow) {
  RunView run;
  const WorkflowId parent = add_sample(run, "parent", {{.name = "map", .kind = NodeKind::kMap}});
  for (const std::uint32_t slot : {1u, 0u}) {
    WorkflowRow row;
    row.parent = {parent, 0};
    row.slot = slot;
    add_sample(run, "child", {{.name = "work"}}, row);
  }
  run.finish();
  EXPECT_THAT(run.children_of(run.workflows()[0]), ElementsAre(2, 1));
  EXPECT_TRUE(run.children_of(run.workflows()[1]).empty());
}

TEST(RunView, BeginsAndEndsWithTheRunIfThatIsKnown) {
  RunView run;
  run.started_at = kSampleBegin - 1h;
  run.ended_at = kSampleBegin + 10s;
  add_sample(run, "w", {{.name = "a", .ready = 0s, .ended = 30s}});
  run.finish();
  EXPECT_EQ(run.began(), kSampleBegin - 1h);
  EXPECT_EQ(run.ended(), kSampleBegin + 30001ms);
}

TEST(RunView, RefusesRowsThatDoNotFitTogether) {
  RunView run = small_sample();
  WorkflowRow again;
  again.id = WorkflowId{1};
  EXPECT_THAT(run.add_workflow(again, 0).error().message, HasSubstr("twice"));
  WorkflowRow circular;
  circular.id = WorkflowId{2};
  circular.parent = {WorkflowId{3}, 0};
  EXPECT_THAT(run.add_workflow(circular, 0).error().message, HasSubstr("not older"));
  NodeRow stray;
  stray.workflow = WorkflowId{9};
  stray.node = 0;
  EXPECT_FALSE(run.set_node(stray).has_value());
  stray.workflow = WorkflowId{1};
  stray.node = 7;
  EXPECT_FALSE(run.set_node(stray).has_value());
}

TEST(RunView, AWorkflowIsNamedByItsNumberAndShard) {
  EXPECT_EQ(label_of(make_workflow_id(0, 12)), "12");
  EXPECT_EQ(label_of(make_workflow_id(3, 12)), "3-12");
}

TEST(RunView, ARuntimeIsNamedOnce) {
  RunView run;
  EXPECT_EQ(run.add_runtime("gpu"), 0u);
  EXPECT_EQ(run.add_runtime("cpu", 4), 1u);
  EXPECT_EQ(run.add_runtime("gpu", 8), 0u);
  EXPECT_EQ(run.runtimes()[0].slots, 8u);
  EXPECT_EQ(run.runtimes()[1].slots, 4u);
}

}  // namespace
}  // namespace gnomon::reports
