#include "scenarios/checker/explain.h"

#include <gtest/gtest.h>

#include "tests/scenarios/language/load_text.h"

namespace gnomon::scenarios {
namespace {

/// A run in which 20 faults strike; it breaks if `breaks` says so of those that do.
Trial a_run(std::function<bool(const std::set<std::uint64_t>&)> breaks) {
  return [breaks = std::move(breaks)](const TrialOptions& options) -> Expected<TrialResult> {
    std::set<std::uint64_t> struck;
    for (std::uint64_t number = 0; number < 20; ++number) {
      const sim::Strike strike{.rule = 0, .entity = 1, .number = number};
      if (options.spared.contains(strike)) continue;
      struck.insert(number);
      if (options.struck) options.struck({.strike = strike});
    }
    TrialResult result;
    if (breaks(struck)) result.verdict = Verdict::kSafety;
    return result;
  };
}

std::vector<std::uint64_t> needed(const Trial& trial) {
  const auto explanation = explain(trial, 1, nullptr, {});
  EXPECT_TRUE(explanation);
  std::vector<std::uint64_t> numbers;
  for (const sim::StrikeNote& note : explanation->needed) numbers.push_back(note.strike.number);
  return numbers;
}

using Numbers = std::vector<std::uint64_t>;

TEST(Explain, FindsTheOneFaultThatItTakes) {
  EXPECT_EQ(needed(a_run([](const auto& struck) { return struck.contains(13); })), Numbers{13});
}

TEST(Explain, FindsOneOfTwoThatItTakesTogether) {
  const auto one =
      needed(a_run([](const auto& struck) { return struck.contains(3) && struck.contains(17); }));
  EXPECT_TRUE(one == Numbers{3} || one == Numbers{17});
}

TEST(Explain, FindsAllThatBreakItEachAlone) {
  EXPECT_EQ(needed(a_run([](const auto& struck) {
              return struck.contains(3) || struck.contains(4) || struck.contains(17);
            })),
            (Numbers{3, 4, 17}));
}

TEST(Explain, SaysSoIfItBreaksWithoutAnyFault) {
  EXPECT_EQ(needed(a_run([](const auto&) { return true; })), Numbers{});
}

TEST(Explain, RunsWhatBreaksNothingOnce) {
  const auto explanation = explain(a_run([](const auto&) { return false; }), 1, nullptr, {});
  EXPECT_EQ(explanation->result.verdict, Verdict::kPassed);
  EXPECT_EQ(explanation->runs, 0u);
}

TEST(Explain, StrikesCanBeLeftOutOneByOne) {
  const Scenario scenario = loaded(R"(
horizon: 1h
runtimes: {cpu: {workers: 2}}
actions: {a: 10s}
workflows: {w: {nodes: {x: {task: {runtime: cpu, action: a}}, y: {task: {runtime: cpu, action: a}, after: x}}}}
traffic: {t: {workflow: w, arrivals: {every: 5m}}}
faults: [{what: completion_twice, for: 1h, probability: 50%}, {what: crash, at: 20m, for: 1s}]
)");
  std::vector<sim::StrikeNote> notes;
  TrialOptions options{.seed = 1, .twice = false};
  options.struck = [&](const sim::StrikeNote& note) { notes.push_back(note); };
  const auto all = try_once(scenario, options);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->faults_struck, notes.size());
  ASSERT_GT(notes.size(), 5u);
  options.struck = nullptr;
  for (const sim::StrikeNote& note : notes) options.spared.insert(note.strike);
  EXPECT_EQ(try_once(scenario, options)->faults_struck, 0u);
  options.spared = {notes[2].strike};
  EXPECT_EQ(try_once(scenario, options)->faults_struck, notes.size() - 1);
}

}  // namespace
}  // namespace gnomon::scenarios
