#include "adapters/importers/machine_pools.h"

#include <gtest/gtest.h>

namespace gnomon::adapters {
namespace {

RecordedWorkflow workflow_on(std::vector<std::optional<std::uint32_t>> cores) {
  RecordedWorkflow workflow;
  for (const auto& each : cores)
    workflow.machines.push_back({"m" + std::to_string(workflow.machines.size()), each});
  return workflow;
}

void add_task(RecordedWorkflow& workflow, std::uint32_t cores,
              std::optional<std::uint32_t> machine) {
  workflow.tasks.push_back({.name = "t" + std::to_string(workflow.tasks.size()),
                            .action = "a",
                            .cores = cores,
                            .machine = machine});
}

TEST(MachinePools, PutsMachinesThatAreAlikeTogether) {
  RecordedWorkflow workflow = workflow_on({48, 24, 48});
  add_task(workflow, 1, 2);
  add_task(workflow, 1, 1);
  const MachinePools pools = pools_of(workflow);
  ASSERT_EQ(pools.pools.size(), 2U);
  EXPECT_EQ(pools.pools[0].name, "machines-24");
  EXPECT_EQ(pools.pools[0].workers, 1U);
  EXPECT_EQ(pools.pools[1].name, "machines-48");
  EXPECT_EQ(pools.pools[1].workers, 2U);
  EXPECT_EQ(pools.pools[1].units_per_worker, 48U);
  EXPECT_EQ(pools.of_task, (std::vector<std::uint32_t>{1, 0}));
  EXPECT_EQ(pools.units, 120U);
}

TEST(MachinePools, RunsTasksWithoutAMachineOnTheWidest) {
  RecordedWorkflow workflow = workflow_on({4, 16});
  add_task(workflow, 1, std::nullopt);
  EXPECT_EQ(pools_of(workflow).of_task, std::vector<std::uint32_t>{1});
}

TEST(MachinePools, GivesAMachineTheCoresThatItsTasksHad) {
  RecordedWorkflow workflow = workflow_on({1, 6});
  add_task(workflow, 6, 0);
  add_task(workflow, 8, std::nullopt);
  const MachinePools pools = pools_of(workflow);
  ASSERT_EQ(pools.pools.size(), 2U);
  EXPECT_EQ(pools.pools[0].units_per_worker, 6U);
  EXPECT_EQ(pools.pools[1].units_per_worker, 8U);
  EXPECT_EQ(pools.of_task, (std::vector<std::uint32_t>{0, 1}));
}

TEST(MachinePools, LimitsNothingThatIsNotRecorded) {
  RecordedWorkflow workflow = workflow_on({std::nullopt, std::nullopt, 2});
  add_task(workflow, 3, 0);
  add_task(workflow, 4, 1);
  const MachinePools pools = pools_of(workflow);
  ASSERT_EQ(pools.pools.size(), 2U);
  EXPECT_EQ(pools.pools[0].name, "machines");
  EXPECT_FALSE(pools.pools[0].is_recorded);
  EXPECT_EQ(pools.pools[0].workers, 1U);
  EXPECT_EQ(pools.pools[0].units_per_worker, 7U);
  EXPECT_EQ(pools.of_task, (std::vector<std::uint32_t>{0, 0}));
}

TEST(MachinePools, StaysWithinWhatAPoolMayHave) {
  RecordedWorkflow workflow = workflow_on({});
  add_task(workflow, RecordedWorkflow::kMaxCores, std::nullopt);
  add_task(workflow, RecordedWorkflow::kMaxCores, std::nullopt);
  const MachinePools pools = pools_of(workflow);
  ASSERT_EQ(pools.pools.size(), 1U);
  EXPECT_EQ(pools.pools[0].units_per_worker, RecordedWorkflow::kMaxCores);
}

}  // namespace
}  // namespace gnomon::adapters
