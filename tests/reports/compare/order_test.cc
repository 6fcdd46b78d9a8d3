#include "reports/compare/order.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/reports/sample.h"

namespace gnomon::reports {
namespace {

using Steps = std::vector<Step>;

Diff order_of(const RunView& a, const RunView& b) {
  return diff(a, b, {.times = DiffOptions::Times::kIgnored});
}

/// A run of independent tasks on one runtime.
RunView on_one_runtime(const Steps& steps, std::optional<std::uint64_t> slots) {
  RunView run;
  run.add_runtime("cpu", slots);
  add_sample(run, "w", steps);
  run.finish();
  return run;
}

/// Tasks that are all READY at 0 and run one after the other, ten seconds each.
RunView queue(const std::vector<std::string>& order, std::optional<std::uint64_t> slots = 1) {
  std::vector<std::string> names = order;
  std::sort(names.begin(), names.end());
  Steps steps;
  for (const std::string& name : names) {
    const auto place = std::find(order.begin(), order.end(), name) - order.begin();
    steps.push_back(
        {.name = name, .ready = 0s, .started = place * 10s, .ended = (place + 1) * 10s});
  }
  return on_one_runtime(steps, slots);
}

TEST(Order, ADependencyThatIsNotKeptIsADifference) {
  const auto run = [](Duration second_ready) {
    return on_one_runtime(
        {{.name = "x", .ready = 0s, .started = 0s, .ended = 10s},
         {.name = "y", .after = {"x"}, .ready = second_ready, .started = 20s, .ended = 30s}},
        8);
  };
  const Diff broken = order_of(run(11s), run(9s));
  ASSERT_EQ(broken.order.count, 1u);
  EXPECT_EQ(broken.order.examples[0].forced, Diff::Order::Forced::kByDependency);
  EXPECT_EQ(broken.order.examples[0].first, "w/x");
  EXPECT_EQ(broken.order.examples[0].second, "w/y");
  EXPECT_FALSE(broken.order.examples[0].broken_in_a);
  EXPECT_TRUE(order_of(run(9s), run(11s)).order.examples[0].broken_in_a);
  EXPECT_EQ(order_of(run(9s), run(9s)).order.count, 0u);
  EXPECT_EQ(order_of(run(11s), run(15s)).order.count, 0u);
}

TEST(Order, ANodeThatBeginsBeforeItsDependencyEverEndsIsADifference) {
  const auto run = [](Duration ended) {
    return on_one_runtime(
        {{.name = "x", .ready = 0s, .started = 0s, .ended = ended},
         {.name = "y", .after = {"x"}, .ready = 11s, .started = 20s, .ended = 30s}},
        8);
  };
  EXPECT_EQ(order_of(run(10s), run(Duration::min())).order.count, 1u);
}

TEST(Order, IndependentNodesMayComeInAnyOrder) {
  const auto run = [](Duration first, Duration second) {
    return on_one_runtime({{.name = "x", .ready = first, .started = first, .ended = first + 5s},
                           {.name = "y", .ready = second, .started = second, .ended = second + 5s}},
                          8);
  };
  const Diff other = order_of(run(0s, 100s), run(100s, 0s));
  EXPECT_EQ(other.order.count, 0u);
  EXPECT_EQ(other.forced_pairs, 0u);
}

TEST(Order, ASingleSlotForcesAnOrderAmongThoseThatWait) {
  const Diff other = order_of(queue({"a", "b", "c"}), queue({"a", "c", "b"}));
  ASSERT_EQ(other.order.count, 1u);
  EXPECT_EQ(other.order.examples[0].forced, Diff::Order::Forced::kByCapacity);
  EXPECT_EQ(other.order.examples[0].runtime, "cpu");
  EXPECT_EQ(other.order.examples[0].first, "w/b");
  EXPECT_EQ(other.order.examples[0].second, "w/c");
}

TEST(Order, WithRoomForTwoNothingIsForced) {
  EXPECT_EQ(order_of(queue({"a", "b", "c"}, 2), queue({"a", "c", "b"}, 2)).order.count, 0u);
}

TEST(Order, TasksThatNeedMoreThanHalfOfTheSlotsForceAnOrder) {
  const auto run = [](std::uint32_t units, bool swapped) {
    RunView view;
    const std::uint32_t gpu = view.add_runtime("gpu", 8);
    const std::uint32_t graph = view.add_graph(
        Graph::make("w", "1",
                    {{"x", NodeKind::kTask, gpu, units}, {"y", NodeKind::kTask, gpu, units}}, {})
            .value());
    WorkflowRow row;
    row.id = WorkflowId{1};
    EXPECT_TRUE(view.add_workflow(row, graph).has_value());
    for (NodeIndex node = 0; node < 2; ++node) {
      NodeRow step;
      step.workflow = row.id;
      step.node = node;
      step.phase = NodePhase::kFinished;
      step.attempt = 1;
      step.ready_at = step.launched_at = kSampleBegin;
      step.started_at = kSampleBegin + ((node == 0) == swapped ? 10s : 0s);
      step.ended_at = step.finished_at = step.started_at + 10s;
      EXPECT_TRUE(view.set_node(step).has_value());
    }
    view.finish();
    return view;
  };
  EXPECT_EQ(order_of(run(5, false), run(5, true)).order.count, 1u);
  EXPECT_EQ(order_of(run(4, false), run(4, true)).order.count, 0u);
}

TEST(Order, ARuntimeThatNeverRanTwoAtOnceCountsAsHavingOneSlot) {
  EXPECT_EQ(order_of(queue({"a", "b"}, std::nullopt), queue({"b", "a"}, std::nullopt)).order.count,
            1u);
  const RunView side_by_side =
      on_one_runtime({{.name = "a", .ready = 0s, .started = 5s, .ended = 15s},
                      {.name = "b", .ready = 0s, .started = 0s, .ended = 10s}},
                     std::nullopt);
  EXPECT_EQ(order_of(queue({"a", "b"}, std::nullopt), side_by_side).order.count, 0u);
}

TEST(Order, WhoCameWhenTheOtherWasGoneWaitedForNothing) {
  const auto run = [](Duration x, Duration y) {
    return on_one_runtime({{.name = "x", .ready = x, .started = x, .ended = x + 5s},
                           {.name = "y", .ready = y, .started = y, .ended = y + 5s}},
                          1);
  };
  EXPECT_EQ(order_of(run(0s, 100s), run(100s, 0s)).order.count, 0u);
}

TEST(Order, WhatMovedToAnotherPlaceIsReportedThere) {
  const Diff moved = order_of(queue({"a", "b", "c", "d", "e"}), queue({"e", "a", "b", "c", "d"}));
  EXPECT_EQ(moved.order.count, 2u);  // e was after d in A, and is before a in B
  for (const Diff::Order& order : moved.order.examples) EXPECT_EQ(order.second, "w/e");
}

TEST(Order, AttemptsOfANodeAreComparedOneByOne) {
  const auto run = [](Duration other) {
    return on_one_runtime(
        {{.name = "retried", .ready = 0s, .started = 100s, .ended = 110s, .attempts = 2},
         {.name = "other", .ready = 0s, .started = other, .ended = other + 5s}},
        1);
  };
  // Attempt 1 runs from 0 to 10 s, attempt 2 is launched at 20 s and runs from 100 s to 110 s.
  EXPECT_EQ(order_of(run(50s), run(50s)).order.count, 0u);
  const Diff after = order_of(run(50s), run(120s));
  EXPECT_EQ(after.order.count, 1u);
}

/// Six names in the order that the numbers shuffle them into.
std::vector<std::string> shuffled(const std::vector<std::uint8_t>& numbers) {
  std::vector<std::string> names = {"a", "b", "c", "d", "e", "f"};
  for (std::size_t i = 0; i < numbers.size(); ++i) std::swap(names[i % 6], names[numbers[i] % 6]);
  return names;
}

RC_GTEST_PROP(Order, IsTheSameExactlyIfTheQueueIs,
              (std::vector<std::uint8_t> numbers_a, std::vector<std::uint8_t> numbers_b)) {
  const std::vector<std::string> a = shuffled(numbers_a);
  const std::vector<std::string> b = shuffled(numbers_b);
  const std::uint64_t differences = order_of(queue(a), queue(b)).order.count;
  RC_ASSERT((differences == 0) == (a == b));
  RC_ASSERT(order_of(queue(b), queue(a)).order.count == differences);
}

}  // namespace
}  // namespace gnomon::reports
