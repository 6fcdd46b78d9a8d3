#include "adapters/importers/makespan_bounds.h"

#include <gtest/gtest.h>

namespace gnomon::adapters {
namespace {

RecordedWorkflow::Task task(Duration runtime, std::uint32_t cores, std::vector<NodeIndex> parents) {
  return {.name = "t",
          .action = "a",
          .runtime = runtime,
          .cores = cores,
          .parents = std::move(parents)};
}

/// A diamond whose first node comes last in the list.
RecordedWorkflow diamond() {
  RecordedWorkflow workflow;
  workflow.tasks = {task(2s, 1, {3}), task(5s, 1, {3}), task(1s, 1, {0, 1}), task(3s, 1, {})};
  return workflow;
}

TEST(MakespanBounds, TakesTheCriticalPathWhereThereAreCoresEnough) {
  const MakespanBounds bounds = makespan_bounds(diamond(), 2);
  EXPECT_EQ(bounds.critical_path, 9s);
  EXPECT_EQ(bounds.shortest, 9s);
  EXPECT_EQ(bounds.longest, 11s);
  EXPECT_EQ(bounds.levels, 3U);
  EXPECT_EQ(bounds.edges, 4U);
}

TEST(MakespanBounds, TakesTheWorkWhereThereAreNot) {
  const MakespanBounds bounds = makespan_bounds(diamond(), 1);
  EXPECT_EQ(bounds.critical_path, 9s);
  EXPECT_EQ(bounds.shortest, 11s);
}

TEST(MakespanBounds, CountsEachCoreOfATask) {
  RecordedWorkflow workflow;
  workflow.tasks = {task(10ns, 3, {}), task(10ns, 3, {})};
  EXPECT_EQ(makespan_bounds(workflow, 4).shortest, 15ns);
  EXPECT_EQ(makespan_bounds(workflow, 7).shortest, 10ns);
}

TEST(MakespanBounds, RoundsDownSoThatItHolds) {
  RecordedWorkflow workflow;
  workflow.tasks = {task(5ns, 1, {}), task(5ns, 1, {}), task(5ns, 1, {}), task(5ns, 1, {})};
  EXPECT_EQ(makespan_bounds(workflow, 3).shortest, 6ns);
}

TEST(MakespanBounds, DoesNotOverflow) {
  RecordedWorkflow workflow;
  const std::uint32_t cores = RecordedWorkflow::kMaxCores;
  for (int i = 0; i < 100; ++i)
    workflow.tasks.push_back(task(RecordedWorkflow::kLongest / 100, cores, {}));
  EXPECT_EQ(makespan_bounds(workflow, cores).shortest, RecordedWorkflow::kLongest);
}

}  // namespace
}  // namespace gnomon::adapters
