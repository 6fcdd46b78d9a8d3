#include "reports/compare/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>

#include "reports/compare/diff_text.h"
#include "tests/golden/golden.h"
#include "tests/reports/sample.h"

namespace gnomon::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using Steps = std::vector<Step>;

Steps etl() {
  return {{.name = "extract", .ready = 0s, .started = 1s, .ended = 40s},
          {.name = "transform", .after = {"extract"}, .ready = 41s, .started = 42s, .ended = 100s},
          {.name = "load", .after = {"transform"}, .ready = 101s, .started = 102s, .ended = 140s}};
}

RunView run_of(const Steps& steps, const std::function<void(RunView&)>& before = {}) {
  RunView run;
  if (before) before(run);
  add_sample(run, "etl", steps);
  run.finish();
  return run;
}

std::vector<std::string> changes(const Diff& diff) {
  std::vector<std::string> texts;
  for (const Diff::Definition& item : diff.definitions.examples) texts.push_back(item.what);
  return texts;
}

TEST(Diff, ARecordEqualsItself) {
  const RunView small = small_sample();
  EXPECT_TRUE(diff(small, small).equal());
  const RunView layers =
      layered_sample({.layers = 10, .width = 100, .slots = 1, .failures_per_mille = 2});
  const Diff same = diff(layers, layers);
  EXPECT_TRUE(same.equal());
  EXPECT_EQ(same.matched_nodes, 1000u);
  EXPECT_GT(same.compared_times, 100u);
  EXPECT_GT(same.forced_pairs, 100u);
  RunView empty;
  empty.finish();
  EXPECT_TRUE(diff(empty, empty).equal());
}

TEST(Diff, FindsWorkflowsThatOnlyOneRecordHas) {
  RunView a = run_of(etl());
  RunView b;
  add_sample(b, "etl", etl());
  add_sample(b, "extra", etl());
  b.finish();
  const Diff more = diff(a, b);
  EXPECT_FALSE(more.equal());
  EXPECT_EQ(more.only_a.count, 0u);
  ASSERT_EQ(more.only_b.count, 1u);
  EXPECT_EQ(more.only_b.examples[0].name, "extra");
  EXPECT_EQ(diff(b, a).only_a.count, 1u);
}

TEST(Diff, MatchesByKeyAndElseByTheOrderOfStart) {
  const auto add = [](RunView& run, std::string key, Instant created, Duration slower) {
    WorkflowRow row;
    row.key = std::move(key);
    row.created_at = created;
    Steps steps = etl();
    steps[0].ended += slower;
    add_sample(run, "etl", steps, row);
  };
  RunView a;
  add(a, "monday", kSampleBegin, 0s);
  add(a, "tuesday", kSampleBegin, 60s);
  add(a, "", kSampleBegin + 1s, 0s);
  add(a, "", kSampleBegin + 2s, 30s);
  a.finish();
  RunView b;  // the same in another order
  add(b, "", kSampleBegin + 2s, 30s);
  add(b, "tuesday", kSampleBegin, 60s);
  add(b, "", kSampleBegin + 1s, 0s);
  add(b, "monday", kSampleBegin, 0s);
  b.finish();
  const Diff same = diff(a, b);
  EXPECT_EQ(same.matched_workflows, 4u);
  EXPECT_EQ(same.node_times.count, 0u);
}

TEST(Diff, MatchesSubworkflowsUnderTheirParents) {
  const auto make = [](std::vector<std::uint32_t> slots, std::uint32_t failing) {
    RunView run;
    const WorkflowId parent = add_sample(run, "parent", {{.name = "map", .kind = NodeKind::kMap}});
    for (const std::uint32_t slot : slots) {
      WorkflowRow row;
      row.parent = {parent, 0};
      row.slot = slot;
      Steps steps = {{.name = "work", .ready = 0s, .ended = 5s}};
      if (slot == failing) steps[0].outcome = Outcome::kFailed;
      add_sample(run, "child", steps, row);
    }
    run.finish();
    return run;
  };
  EXPECT_TRUE(diff(make({0, 1, 2}, 1), make({2, 0, 1}, 1)).equal());
  const Diff other = diff(make({0, 1, 2}, 1), make({2, 0, 1}, 2));
  EXPECT_EQ(other.workflow_ends.count, 2u);
  EXPECT_EQ(diff(make({0, 1, 2}, 1), make({0, 1}, 1)).only_a.count, 1u);
}

TEST(Diff, FindsChangedDefinitions) {
  Steps changed = etl();
  changed[1].runtime = "gpu";
  changed[2].name = "store";
  changed[2].after = {"extract", "transform"};
  changed.push_back({.name = "notify", .after = {"extract"}, .kind = NodeKind::kPass});
  EXPECT_THAT(
      changes(diff(run_of(etl()), run_of(changed))),
      ElementsAre("node 'load' is only in A", "node 'store' is only in B",
                  "node 'notify' is only in B", "node 'transform' runs on gpu instead of cpu"));
  Steps edges = etl();
  edges[2].after = {"extract"};
  edges[0].kind = NodeKind::kWait;
  EXPECT_THAT(changes(diff(run_of(etl()), run_of(edges))),
              ElementsAre("node 'extract' is a wait instead of a task",
                          "edge 'transform' -> 'load' is only in A",
                          "edge 'extract' -> 'load' is only in B"));
}

TEST(Diff, FindsOtherEnds) {
  Steps failed = etl();
  failed[2].outcome = Outcome::kFailed;
  failed[2].error = ErrorClass::kPermanent;
  failed[2].reason = "disk full";
  const Diff ends = diff(run_of(etl()), run_of(failed));
  EXPECT_FALSE(ends.equal());
  ASSERT_EQ(ends.workflow_ends.count, 1u);
  EXPECT_EQ(ends.workflow_ends.examples[0].to, "failed");
  ASSERT_EQ(ends.node_ends.count, 1u);
  EXPECT_EQ(ends.node_ends.examples[0].name, "etl/load");
  EXPECT_EQ(ends.node_ends.examples[0].from, "succeeded");
  EXPECT_EQ(ends.node_ends.examples[0].reason, "disk full");
}

TEST(Diff, AnotherErrorClassIsAnotherEnd) {
  Steps lost = etl();
  lost[2].outcome = Outcome::kFailed;
  lost[2].error = ErrorClass::kLost;
  Steps wrong = lost;
  wrong[2].error = ErrorClass::kPermanent;
  EXPECT_EQ(diff(run_of(lost), run_of(wrong)).node_ends.count, 1u);
}

TEST(Diff, FindsSlowerNodesBeyondTheTolerance) {
  Steps slower = etl();
  slower[1].ended += 20s;  // 58 s become 78 s
  slower[2].ready += 20s;
  slower[2].started += 20s;
  slower[2].ended += 21s;  // 38 s become 39 s
  const Diff times = diff(run_of(etl()), run_of(slower));
  EXPECT_FALSE(times.equal());
  ASSERT_EQ(times.node_times.count, 1u);
  EXPECT_EQ(times.node_times.examples[0].name, "etl/transform");
  EXPECT_EQ(times.node_times.examples[0].from, 58s);
  EXPECT_EQ(times.node_times.examples[0].to, 78s);
  EXPECT_TRUE(diff(run_of(etl()), run_of(slower), {.relative_tolerance = 0.3}).equal());
  EXPECT_TRUE(diff(run_of(etl()), run_of(slower), {.absolute_tolerance = 21s}).equal());
  EXPECT_TRUE(diff(run_of(etl()), run_of(slower), {.times = DiffOptions::Times::kIgnored}).equal());
  EXPECT_EQ(
      diff(run_of(etl()), run_of(slower), {.relative_tolerance = 0, .absolute_tolerance = 0ns})
          .node_times.count,
      2u);
}

TEST(Diff, FindsALongerMakespan) {
  const auto with_end = [](Duration late) {
    RunView run;
    Steps steps = etl();
    steps.push_back({.name = "pause",
                     .after = {"load"},
                     .ready = 141s + late,
                     .ended = 142s + late,
                     .kind = NodeKind::kPass});
    add_sample(run, "etl", steps);
    run.finish();
    return run;
  };
  const Diff late = diff(with_end(0s), with_end(60s));
  EXPECT_EQ(late.makespans.count, 1u);
  EXPECT_EQ(late.node_times.count, 0u);
}

/// Many workflows of one node that takes `time(i)`.
RunView repeated(const std::function<Duration(int)>& time) {
  RunView run;
  for (int i = 0; i < 200; ++i)
    add_sample(run, "often", {{.name = "step", .ready = 0s, .started = 0s, .ended = time(i)}});
  run.finish();
  return run;
}

TEST(Diff, ADistributionIsTheSameInAnotherOrder) {
  const RunView a = repeated([](int i) { return 1s + i * 10ms; });
  const RunView b = repeated([](int i) { return 1s + (199 - i) * 10ms; });
  EXPECT_FALSE(diff(a, b).equal());
  EXPECT_EQ(diff(a, b).shifts.count, 0u);
  EXPECT_TRUE(diff(a, b, {.times = DiffOptions::Times::kDistributions}).equal());
}

TEST(Diff, FindsAShiftedDistribution) {
  const RunView a = repeated([](int i) { return 1s + (i * 7 % 200) * 10ms; });
  const RunView b = repeated([](int i) { return 1s + (i * 7 % 200) * 15ms; });
  const Diff shift = diff(a, b, {.times = DiffOptions::Times::kDistributions});
  EXPECT_FALSE(shift.equal());
  ASSERT_EQ(shift.shifts.count, 1u);
  EXPECT_EQ(shift.shifts.examples[0].name, "often/step");
  EXPECT_EQ(shift.shifts.examples[0].count_a, 200u);
  EXPECT_GT(shift.shifts.examples[0].distance, 0.2);
  EXPECT_TRUE(
      diff(a, b, {.times = DiffOptions::Times::kDistributions, .least_samples = 201}).equal());
}

TEST(Diff, KeepsTheLargestExamplesAndCountsAll) {
  const RunView a = repeated([](int) { return 1s; });
  const RunView b = repeated([](int i) { return 2s + i * 1s; });
  const Diff times = diff(a, b, {.max_examples = 3});
  EXPECT_EQ(times.node_times.count, 200u);
  ASSERT_THAT(times.node_times.examples, SizeIs(3));
  EXPECT_EQ(times.node_times.examples[0].to, 201s);
  EXPECT_EQ(times.node_times.examples[2].to, 199s);
}

TEST(Diff, TakesAHundredThousandNodes) {
  const RunView a = layered_sample({.layers = 100, .width = 1000, .slots = 1});
  const RunView b =
      layered_sample({.layers = 100, .width = 1000, .slots = 1, .slowdown_percent = 130});
  const auto begin = std::chrono::steady_clock::now();
  const Diff slower = diff(a, b);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_EQ(slower.node_times.count, 100'000u);
  EXPECT_EQ(slower.order.count, 0u);
}

Diff of_each_kind() {
  Steps from = etl();
  from.push_back({.name = "old", .ready = 0s, .started = 0s, .ended = 1s});
  from.push_back({.name = "first", .ready = 0s, .started = 0s, .ended = 20s, .runtime = "gpu"});
  from.push_back({.name = "second", .ready = 0s, .started = 20s, .ended = 40s, .runtime = "gpu"});
  Steps to = etl();
  to[1].ready = 39s;  // before extract is FINISHED
  to[2].ended = 200s;
  to[2].outcome = Outcome::kFailed;
  to[2].reason = "disk full";
  to.push_back({.name = "new", .ready = 0s, .started = 0s, .ended = 1s});
  to.push_back({.name = "first", .ready = 0s, .started = 20s, .ended = 40s, .runtime = "gpu"});
  to.push_back({.name = "second", .ready = 0s, .started = 0s, .ended = 20s, .runtime = "gpu"});
  RunView a = run_of(from, [](RunView& run) { run.add_runtime("gpu", 1); });
  RunView b;
  b.add_runtime("gpu", 1);
  add_sample(b, "etl", to);
  add_sample(b, "surprise", etl());
  b.finish();
  a.source = "before.db";
  b.source = "after.db";
  return diff(a, b);
}

TEST(DiffText, ShowsEachKindOfDifference) {
  const Diff all = of_each_kind();
  golden::expect_golden("reports/diff.txt", print_diff(all, {}, Style{}));
  EXPECT_THAT(print_diff(all, {}, Style{true}), HasSubstr("\x1b["));
}

TEST(DiffJson, IsJsonOfTheStatedForm) {
  const auto json = nlohmann::json::parse(diff_json(of_each_kind(), {}));
  EXPECT_EQ(json["format"], "gnomon.diff");
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["equal"], false);
  EXPECT_EQ(json["order"]["count"], 2);
  EXPECT_EQ(json["order"]["examples"][0]["forced_by"], "dependency");
  EXPECT_EQ(json["order"]["examples"][1]["runtime"], "gpu");
  EXPECT_EQ(json["only_b"]["examples"][0]["name"], "surprise");
  EXPECT_EQ(json["node_times"]["examples"][0]["to"], 98);
}

}  // namespace
}  // namespace gnomon::reports
