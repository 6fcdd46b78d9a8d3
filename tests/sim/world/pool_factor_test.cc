// What shares a random factor, and what has one of its own.

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

#include "engine/base/digest.h"
#include "sim/kernel/kernel.h"
#include "sim/world/pool.h"

namespace gnomon::sim {
namespace {

struct Ends final : Inbox {
  void post(Answer answer) override {
    if (const auto* end = std::get_if<ActionEnded>(&answer))
      lasted[{value_of(end->key.workflow), end->key.node, end->key.attempt}] =
          end->ended_at - end->started_at;
  }
  std::map<std::tuple<std::uint64_t, NodeIndex, std::uint32_t>, Duration> lasted;
};

/// How long attempts took: workflows 1 and 2, nodes 0 and 1, attempts 1 and 2 of each.
std::vector<Duration> lengths(Correlation correlation) {
  Behaviour behaviour;
  behaviour.duration = Distribution::constant(1e9).value();
  behaviour.factor = Distribution::uniform(1, 2).value();
  behaviour.correlation = correlation;
  Behaviours behaviours;
  behaviours.of_action.emplace("work", behaviour);

  DefinitionBuilder builder("w");
  const std::uint32_t spec =
      builder.add_spec({.work = TaskSpec{.runtime = "pool", .action = "work", .params = {}}});
  builder.add_node("first", spec);
  builder.add_node("second", spec);
  const DefinitionPtr definition = builder.build().value();

  Kernel kernel;
  Ends ends;
  PoolSettings settings;
  settings.name = "pool";
  settings.workers = 8;
  Pool pool(settings, behaviours, KeyedRandom{1}, kernel, ends);
  for (std::uint64_t workflow = 1; workflow <= 2; ++workflow) {
    for (NodeIndex node = 0; node < 2; ++node) {
      for (std::uint32_t attempt = 1; attempt <= 2; ++attempt) {
        Launch launch;
        launch.key = {make_workflow_id(0, workflow), node, attempt};
        launch.definition = definition.get();
        launch.definition_id = 1;
        launch.task = &std::get<TaskSpec>(definition->spec(node).work);
        launch.entity = 100 + workflow;
        launch.tenant = name_number(workflow == 1 ? "ads" : "search");
        pool.launch(launch);
      }
    }
  }
  while (kernel.run_one()) {
  }
  std::vector<Duration> all;
  for (const auto& [key, length] : ends.lasted) all.push_back(length);
  return all;
}

std::size_t different(const std::vector<Duration>& all) {
  return std::set<Duration>(all.begin(), all.end()).size();
}

TEST(PoolFactor, IsDrawnForEachAttemptByItself) {
  const std::vector<Duration> all = lengths(Correlation::kNone);
  ASSERT_EQ(all.size(), 8U);
  EXPECT_EQ(different(all), 8U);
}

TEST(PoolFactor, IsSharedByAWorkflow) {
  const std::vector<Duration> all = lengths(Correlation::kWorkflow);
  ASSERT_EQ(all.size(), 8U);
  EXPECT_EQ(different({all.begin(), all.begin() + 4}), 1U);
  EXPECT_EQ(different(all), 2U);
}

TEST(PoolFactor, IsSharedByANodeOfAllWorkflows) {
  const std::vector<Duration> all = lengths(Correlation::kNode);
  ASSERT_EQ(all.size(), 8U);
  EXPECT_EQ(all[0], all[4]);
  EXPECT_EQ(all[2], all[6]);
  EXPECT_EQ(different(all), 2U);
}

TEST(PoolFactor, IsSharedByATenant) {
  const std::vector<Duration> all = lengths(Correlation::kTenant);
  ASSERT_EQ(all.size(), 8U);
  EXPECT_EQ(different({all.begin(), all.begin() + 4}), 1U);
  EXPECT_EQ(different({all.begin() + 4, all.end()}), 1U);
  EXPECT_EQ(different(all), 2U);
}

}  // namespace
}  // namespace gnomon::sim
