#include "scenarios/checker/swarm.h"

#include <gtest/gtest.h>

#include <set>

namespace gnomon::scenarios {
namespace {

std::string scenario_text(const std::string& faults = "[]") {
  return "horizon: 10h\n"
         "engine: {shards: 3}\n"
         "runtimes: {cpu: {otherwise: 1m}, gpu: {otherwise: 1m}}\n"
         "workflows: {w: {nodes: {a: {task: {runtime: cpu, action: x}}}}}\n"
         "subscribers: {ui: {sink: {simulate: {}}}}\n"
         "faults: " +
         faults + "\n";
}

Scenario load(const std::string& text) {
  auto scenario = load_scenario("s.yaml", {}, MemoryFiles({{"s.yaml", text}}));
  if (scenario) return *std::move(scenario);
  ADD_FAILURE() << scenario.error().to_string() << text;
  return {};
}

TEST(Swarm, DrawsTheSameForASeedAndAnotherForAnother) {
  const Scenario scenario = load(scenario_text());
  const auto texts = [&](std::uint64_t seed) {
    std::string all;
    for (const DrawnFault& fault : draw_faults(scenario, seed)) all += fault.text + '\n';
    return all;
  };
  std::set<std::string> different;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    EXPECT_EQ(texts(seed), texts(seed));
    different.insert(texts(seed));
  }
  EXPECT_GE(different.size(), 99u);
}

TEST(Swarm, LeavesOutEveryKindAndDrawsEveryKind) {
  const Scenario scenario = load(scenario_text());
  std::map<sim::FaultKind, int> seeds_with;
  constexpr int kSeeds = 200;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    std::set<sim::FaultKind> kinds;
    for (const DrawnFault& fault : draw_faults(scenario, seed)) kinds.insert(fault.rule.what);
    for (const sim::FaultKind kind : kinds) ++seeds_with[kind];
  }
  EXPECT_EQ(seeds_with.size(), 13u);
  for (const auto& [kind, count] : seeds_with) {
    EXPECT_GT(count, kSeeds / 4) << static_cast<int>(kind);
    EXPECT_LT(count, kSeeds * 3 / 4) << static_cast<int>(kind);
  }
}

TEST(Swarm, LeavesTimeInWhichNothingGoesWrong) {
  const Scenario scenario = load(scenario_text());
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    for (const DrawnFault& fault : draw_faults(scenario, seed)) {
      ASSERT_TRUE(fault.rule.lasting.has_value());
      EXPECT_LE(fault.rule.at + *fault.rule.lasting, 7h) << fault.text;
    }
  }
}

TEST(Swarm, WritesWhatTheLanguageReadsAsTheSame) {
  const Scenario scenario = load(scenario_text());
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto drawn = draw_faults(scenario, seed);
    std::string list = "[";
    for (const DrawnFault& fault : drawn) list += (list.size() > 1 ? ", " : "") + fault.text;
    const Scenario read = load(scenario_text(list + "]"));
    ASSERT_EQ(read.faults.size(), drawn.size());
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      const FaultRule& wrote = drawn[i].rule;
      const FaultRule& found = read.faults[i];
      EXPECT_EQ(found.what, wrote.what);
      EXPECT_EQ(found.at, wrote.at);
      EXPECT_EQ(found.lasting, wrote.lasting);
      EXPECT_EQ(found.where, wrote.where);
      EXPECT_EQ(found.probability, wrote.probability);
      EXPECT_EQ(found.by.duration(0.3), wrote.by.duration(0.3)) << drawn[i].text;
    }
  }
}

TEST(Swarm, HurtsNothingThatIsNotThere) {
  const Scenario scenario = load(
      "horizon: 1h\nruntimes: {cpu: {otherwise: 1m}}\n"
      "workflows: {w: {nodes: {a: {task: {runtime: cpu, action: x}}}}}\n");
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    for (const DrawnFault& fault : draw_faults(scenario, seed))
      EXPECT_EQ(fault.text.find("sink"), std::string::npos) << fault.text;
  }
}

}  // namespace
}  // namespace gnomon::scenarios
