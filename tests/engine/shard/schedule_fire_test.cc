#include <gtest/gtest.h>

#include <set>

#include "tests/engine/small_world.h"

namespace gnomon::testing {
namespace {

using namespace std::chrono_literals;

Schedule each_ten_seconds(std::string_view input) {
  Schedule schedule;
  schedule.name = "often";
  schedule.workflow = "load";
  schedule.recurrence =
      Recurrence::every(10s, Instant{}).value().within(Instant{}, Instant{} + 65s);
  schedule.missed = {.policy = MissedFires::Policy::kAll, .tolerance = 1s};
  schedule.input_expression = jq(input);
  schedule.source = Payload("{}");
  return schedule;
}

std::multiset<std::string> inputs(const SmallWorld& world) {
  std::multiset<std::string> all;
  for (const auto& [id, row] : world.workflows) all.emplace(row.input.json());
  return all;
}

TEST(ScheduleFire, TellsItsWorkflowTheInstantItIsForWheneverItRuns) {
  const std::multiset<std::string> each{"10", "20", "30", "40", "50", "60"};
  for (Duration at = 1s; at < 70s; at += 1300ms) {
    SmallWorld world({.commit_latency = *sim::Distribution::constant(2e6),
                      .hop_latency = *sim::Distribution::constant(1e6)});
    world.upload(define("load", "a"));
    world.put(each_ten_seconds(".seconds"));
    world.run_for(at);
    world.host.crash(25s);  // the fires of these 25 s are missed
    world.run();
    EXPECT_EQ(inputs(world), each) << "crash after " << at.count() << " ns";
  }
}

TEST(ScheduleFire, TellsItsWorkflowTheInstantItIsBackfilledFor) {
  SmallWorld world;
  world.upload(define("load", "a"));
  world.run_for(100s);  // all of them are over
  world.put(each_ten_seconds("{at}"));
  ASSERT_TRUE(
      world.ask(BackfillSchedule{0, "often", Instant{} + 20s, Instant{} + 40s}).has_value());
  world.run();
  EXPECT_EQ(inputs(world), (std::multiset<std::string>{R"({"at":"1970-01-01T00:00:20Z"})",
                                                       R"({"at":"1970-01-01T00:00:30Z"})"}));
}

TEST(ScheduleFire, IsMissedWhereItsInputCannotBeMade) {
  SmallWorld world;
  world.upload(define("load", "a"));
  world.put(each_ten_seconds(R"(if .seconds == 30 then error("not this one") else .seconds end)"));
  world.run();
  EXPECT_EQ(inputs(world), (std::multiset<std::string>{"10", "20", "40", "50", "60"}));
  EXPECT_EQ(world.count(EventKind::kScheduleMissed), 1u);
}

}  // namespace
}  // namespace gnomon::testing
