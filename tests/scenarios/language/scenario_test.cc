#include "scenarios/language/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/language/load_text.h"

namespace gnomon::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Instant instant(std::chrono::sys_days day) {
  return Instant(day.time_since_epoch());
}

TEST(Scenario, HasItsDefaults) {
  const Scenario scenario = loaded("{}");
  EXPECT_EQ(scenario.name, "s");  // the file's
  EXPECT_EQ(scenario.seed, 1u);
  EXPECT_EQ(scenario.start, instant(std::chrono::January / 5 / 2026));
  EXPECT_EQ(scenario.horizon, 24h);
  EXPECT_EQ(scenario.drain, 365 * 24h);
  EXPECT_EQ(scenario.engine.shards, 1u);
  EXPECT_EQ(scenario.engine.placement, PlacementPolicy::kTwoChoices);
  EXPECT_EQ(scenario.engine.actions.sweep_interval, 10min);
  EXPECT_EQ(scenario.engine.actions.cancel_grace, 30s);
  EXPECT_EQ(scenario.engine.monitors.stuck_after, Duration::max());
  EXPECT_EQ(scenario.engine.defaults.retry, std::nullopt);
  EXPECT_EQ(scenario.engine.payload_limit, std::uint64_t{1} << 20);
  EXPECT_EQ(scenario.record, RecordLevel::kFull);
  EXPECT_TRUE(load_text(""));
}

TEST(Scenario, SaysWhatItIsAbout) {
  const Scenario scenario = loaded(
      "name: demo\ndescription: words\nclaims: [3, '69', overhead]\nseed: 7\nstart: "
      "2026-03-01\nhorizon: 1w\n"
      "drain: 2h\nrecord: summary\nthresholds: [makespan p(95) < 30s, nodes failed == 0]\n");
  EXPECT_EQ(scenario.name, "demo");
  EXPECT_THAT(scenario.claims, ElementsAre("3", "69", "overhead"));
  EXPECT_EQ(scenario.seed, 7u);
  EXPECT_EQ(scenario.horizon, 168h);
  EXPECT_EQ(scenario.drain, 2h);
  EXPECT_EQ(scenario.record, RecordLevel::kSummary);
  EXPECT_EQ(scenario.thresholds.at(1).metric, "nodes");
  EXPECT_EQ(loaded("drain: false").drain, std::nullopt);
}

TEST(Scenario, DescribesRuntimes) {
  const Scenario scenario = loaded(
      "runtimes:\n"
      "  gpu: {workers: 8, units_per_worker: 4, queue_limit: 100, launch_latency: 200ms, "
      "cold_start: {uniform: [20s, 40s]},\n"
      "        keep_alive: 15m, poll_interval: 30s, otherwise: 5m, cost_per_unit_hour: 2.5}\n"
      "  shell: {process: {slots: 6, env: {A: 1}, output_limit: 16KiB, exit_codes: {'3': "
      "transient}}}\n");
  ASSERT_EQ(scenario.runtimes.size(), 2u);
  const sim::PoolSettings& gpu = scenario.runtimes[0].pool;
  EXPECT_EQ(gpu.name, "gpu");
  EXPECT_EQ(gpu.workers, 8u);
  EXPECT_EQ(gpu.units_per_worker, 4u);
  EXPECT_EQ(gpu.queue_limit, 100u);
  EXPECT_EQ(gpu.launch_latency.duration(0.5), 200ms);
  EXPECT_EQ(gpu.cold_start->duration(0.5), 30s);
  EXPECT_EQ(gpu.keep_alive, 15min);
  EXPECT_EQ(gpu.poll_interval, 30s);
  EXPECT_EQ(gpu.otherwise.duration.duration(0.5), 5min);
  EXPECT_EQ(gpu.cost_per_unit_hour, 2.5);
  EXPECT_FALSE(scenario.runtimes[0].process);
  const RuntimeSettings& shell = scenario.runtimes[1];
  EXPECT_EQ(shell.process->slots, 6u);
  EXPECT_EQ(shell.pool.workers, 6u);  // simulated as wide as it is
  EXPECT_EQ(shell.process->environment.at("A"), "1");
  EXPECT_EQ(shell.process->output_bytes, 16384u);
  EXPECT_EQ(shell.process->exit_codes.at(3), ErrorClass::kTransient);
}

TEST(Scenario, DescribesBehaviours) {
  const Scenario scenario = loaded(
      "actions:\n"
      "  a: 5m\n"
      "  b: {duration: {exponential: 30s}, factor: {uniform: [1, 3]}, correlation: workflow,\n"
      "      failures: {transient: 2%, permanent: 0.01}, failed_after: 50%, output: '{n: "
      ".attempt}'}\n"
      "  c: {output: {ok: true}, attempts: [{error: lost, duration: 1s, output: died}, {}]}\n");
  EXPECT_EQ(scenario.actions.at("a").duration.duration(0.1), 5min);
  const sim::Behaviour& b = scenario.actions.at("b");
  EXPECT_EQ(b.duration.mean(), 30e9);
  EXPECT_EQ(b.factor->quantile(0.5), 2);
  EXPECT_EQ(b.correlation, sim::Correlation::kWorkflow);
  EXPECT_EQ(b.failure_rate[static_cast<std::size_t>(ErrorClass::kTransient)], 0.02);
  EXPECT_EQ(b.failure_rate[static_cast<std::size_t>(ErrorClass::kPermanent)], 0.01);
  EXPECT_EQ(b.failed_after, 0.5);
  EXPECT_EQ(b.output_expression->text(), "{n: .attempt}");
  const sim::Behaviour& c = scenario.actions.at("c");
  EXPECT_EQ(c.output.text(), R"({"ok":true})");
  ASSERT_EQ(c.endings.size(), 2u);
  EXPECT_EQ(c.endings[0].outcome, Outcome::kFailed);
  EXPECT_EQ(c.endings[0].error, ErrorClass::kLost);
  EXPECT_EQ(c.endings[0].duration, 1s);
  EXPECT_EQ(c.endings[0].result.text(), "died");
  EXPECT_EQ(c.endings[1].outcome, Outcome::kSucceeded);
}

TEST(Scenario, KnowsDistributions) {
  const auto distribution = [](const std::string& text) {
    return loaded("actions: {a: {duration: " + text + "}}", {},
                  {{"d.csv", "seconds,x\n2,a\n4,b\n"}})
        .actions.at("a")
        .duration;
  };
  EXPECT_EQ(distribution("90s").duration(0.3), 90s);
  EXPECT_EQ(distribution("{constant: 90s}").duration(0.3), 90s);
  EXPECT_EQ(distribution("{uniform: [1s, 3s]}").duration(0.5), 2s);
  EXPECT_EQ(distribution("{lognormal: {median: 2h, p95: 6h}}").duration(0.5), 2h);
  EXPECT_NEAR(distribution("{lognormal: {median: 2h, p95: 6h}}").quantile(0.95), 6 * 3600e9, 1e6);
  EXPECT_NEAR(distribution("{lognormal: {mean: 10s, cv: 0.5}}").mean().value(), 10e9, 1);
  EXPECT_EQ(distribution("{pareto: {scale: 1s, shape: 1.5, cap: 1m}}").duration(0.9999999), 60s);
  EXPECT_EQ(distribution("{empirical: [1s, 2s, 3s]}").duration(0.5), 2s);
  EXPECT_EQ(distribution("{empirical: {file: d.csv, column: seconds}}").duration(0.5), 3s);
  EXPECT_EQ(distribution("{empirical: {file: d.csv, column: seconds, rows: {x: b}}}").duration(0.1),
            4s);
  EXPECT_EQ(
      distribution("{empirical: {file: d.csv, column: seconds, unit: ms, interpolation: step}}")
          .duration(0.1),
      2ms);
  EXPECT_EQ(distribution("{quantiles: [[0%, 0], [50%, 10s], [100%, 1m]]}").duration(0.5), 10s);
}

TEST(Scenario, DescribesTraffic) {
  const Scenario scenario = loaded(
      "workflows: {w: {nodes: {a: {wait: {signal: go}}}}}\n"
      "tenants: {ads: {retry: 3, timeout: 1h, priority: 5}, search: {}}\n"
      "traffic:\n"
      "  poisson: {workflow: w, arrivals: {poisson: 300/min}, begin: 1h, end: 2h, limit: 10, "
      "tenants: [ads, search],\n"
      "            zipf: 1.2, priority: 4, labels: {team: x}, input: '{n: .n}',\n"
      "            follow_ups: [{after: 5m, signal: go, payload: 1, probability: 50%}, {after: 1h, "
      "do: retry, when_failed: true}]}\n"
      "  every: {workflow: w, arrivals: {every: 10s}, tenants: ads, input: {a: 1}}\n"
      "  burst: {workflow: w, arrivals: {burst: {size: 10, every: 1m}}}\n"
      "  once: {workflow: w}\n"
      "  trace: {workflow: w, arrivals: {trace: {file: t.csv, column: t, scale: 2}}}\n",
      {}, {{"t.csv", "t\n1\n2\n"}});
  ASSERT_EQ(scenario.traffic.size(), 5u);
  const sim::Traffic& poisson = scenario.traffic[0];
  EXPECT_EQ(poisson.name, "poisson");
  EXPECT_EQ(std::get<sim::PoissonArrivals>(poisson.arrivals).per_second, 5);
  EXPECT_EQ(poisson.begin, 1h);
  EXPECT_EQ(poisson.end, 2h);
  EXPECT_EQ(poisson.limit, 10u);
  EXPECT_THAT(poisson.tenants, ElementsAre("ads", "search"));
  EXPECT_EQ(poisson.zipf, 1.2);
  EXPECT_EQ(poisson.labels.text(), R"({"team":"x"})");
  EXPECT_EQ(poisson.input_expression->text(), "{n: .n}");
  ASSERT_EQ(poisson.follow_ups.size(), 2u);
  EXPECT_EQ(poisson.follow_ups[0].kind, sim::FollowUp::Kind::kSignal);
  EXPECT_EQ(poisson.follow_ups[0].signal, "go");
  EXPECT_EQ(poisson.follow_ups[0].probability, 0.5);
  EXPECT_EQ(poisson.follow_ups[1].kind, sim::FollowUp::Kind::kRetry);
  EXPECT_TRUE(poisson.follow_ups[1].when_failed);
  EXPECT_EQ(std::get<sim::FixedArrivals>(scenario.traffic[1].arrivals).interval, 10s);
  EXPECT_EQ(scenario.traffic[1].input.text(), R"({"a":1})");
  EXPECT_EQ(std::get<sim::BurstArrivals>(scenario.traffic[2].arrivals).size, 10u);
  EXPECT_EQ(std::get<sim::OnceArrivals>(scenario.traffic[3].arrivals).count, 1u);
  EXPECT_THAT(std::get<sim::TraceArrivals>(scenario.traffic[4].arrivals).offsets,
              ElementsAre(2s, 4s));
  EXPECT_EQ(scenario.tenants[0].name, "ads");
  EXPECT_EQ(scenario.tenants[0].retry->max_attempts, 3u);
  EXPECT_EQ(scenario.tenants[0].timeout, 1h);
}

TEST(Scenario, DescribesSchedules) {
  const ZoneLookup zones = [](std::string_view name) -> Expected<Zone> {
    if (name == "Test/East") return Zone("Test/East", {{Instant{}, kNever, 1h}});
    return invalid(fmt::format("there is no time zone '{}'", name));
  };
  const std::string text =
      "workflows: {w: {nodes: {a: {pass: {}}}}}\n"
      "schedules:\n"
      "  nightly: {workflow: w, cron: '0 3 * * *', zone: Test/East, missed: all, limit: 5, input: "
      "{x: 1}, paused: true,\n"
      "            backfill: [2026-01-01, 2026-01-03]}\n"
      "  often: {workflow: w, every: 15m, start: 2026-01-05, end: 2026-01-06, input: '{at}'}\n";
  const Scenario scenario = load_text(text, {}, {}, zones).value();
  ASSERT_EQ(scenario.schedules.size(), 2u);
  const Instant midnight = instant(std::chrono::January / 5 / 2026);
  const Schedule& nightly = scenario.schedules[0].schedule;
  EXPECT_EQ(nightly.name, "nightly");
  EXPECT_EQ(nightly.workflow, "w");
  EXPECT_EQ(nightly.recurrence.next_after(midnight), midnight + 2h);
  EXPECT_EQ(nightly.missed.policy, MissedFires::Policy::kAll);
  EXPECT_EQ(nightly.missed.limit, 5u);
  EXPECT_TRUE(nightly.paused);
  EXPECT_EQ(nightly.input.text(), R"({"x":1})");
  EXPECT_EQ(scenario.schedules[0].backfill->second, instant(std::chrono::January / 3 / 2026));
  const Schedule& often = scenario.schedules[1].schedule;
  EXPECT_EQ(often.recurrence.next_after(midnight), midnight + 15min);
  EXPECT_EQ(often.recurrence.next_after(midnight + 24h), kNever);
  EXPECT_EQ(input_of(often, midnight).value().text(), R"({"at":"2026-01-05T00:00:00Z"})");

  const Schedule again = decode_schedule("nightly", nightly.source.json(), zones).value();
  EXPECT_EQ(again.name, "nightly");
  EXPECT_EQ(again.recurrence.next_after(midnight), midnight + 2h);
  EXPECT_EQ(again.source, nightly.source);
  EXPECT_THAT(
      decode_schedule("n", R"({"workflow":"w","cron":"61 * * * *"})", zones).error().message,
      HasSubstr("n:1:24: error: column 1"));
  EXPECT_THAT(errors_of(text), ElementsAre(HasSubstr("time zones are not known here; UTC is")));
}

TEST(Scenario, StoresOfASchedulesInputWhetherItIsAConstant) {
  const Instant due = instant(std::chrono::January / 5 / 2026);
  const auto input = [&](const Schedule& schedule) {
    return std::string(input_of(schedule, due).value().text());
  };
  const auto given = [](const std::string& text) {
    return loaded(
               "workflows: {w: {nodes: {a: {pass: {}}}}}\n"
               "schedules: {s: {workflow: w, every: 1h, input: " +
               text + "}}\n")
        .schedules[0]
        .schedule;
  };
  for (const char* text : {".at", "'\"plain\"'", "{input: .at}", "[1]", "null"}) {
    const Schedule before = given(text);
    const Schedule again = decode_schedule("s", before.source.json(), {}).value();
    EXPECT_EQ(input(again), input(before)) << text;
    EXPECT_EQ(again.source, before.source) << text;
  }
  // As it was stored when an input could only be a constant.
  const std::string_view old = R"({"workflow":"w","every":"1h","input":".at of all"})";
  const auto schedule = decode_schedule("s", old, {});
  ASSERT_TRUE(schedule) << schedule.error().message;
  EXPECT_EQ(input(*schedule), "\".at of all\"");
  EXPECT_EQ(schedule->source.text(), old);
}

TEST(Scenario, DescribesEventsAndFaultsAndTheEngine) {
  const Scenario scenario = loaded(
      "workflows: {w: {nodes: {a: {pass: {}}}}}\n"
      "sources: {blob: {arrivals: {poisson: 3/min}, type: blob.created, data: '{n: .n}', limit: "
      "5}}\n"
      "subscribers:\n"
      "  audit: {filter: '.type == \"x\"', batch: 10, sink: {simulate: {latency: 20ms, "
      "failure_rate: 1%, down: [[10m, 20m]]}}}\n"
      "  log: {transform: .data, sink: {file: events.jsonl}}\n"
      "routes:\n"
      "  files: {source: blob, filter: .data.ok, handler: {start: w}}\n"
      "  go: {source: engine, handler: {signal: {name: go, workflow_id: .data.workflow.id}}}\n"
      "  told: {source: engine, handler: {subscriber: audit}}\n"
      "engine: {shards: 4, placement: tenant, commit_latency: {exponential: 2ms}, hop_latency: "
      "1ms, sweep_interval: 1m,\n"
      "         monitors: {node_delay: 1m, stuck_after: 1h, hot_shard: 200%}, defaults: {retry: "
      "3}, payload_limit: 64KiB}\n"
      "faults: [{what: store_slow, at: 10m, for: 5m, by: 200ms}, {what: crash, where: '0', "
      "probability: 10%, times: 3}]\n");
  EXPECT_EQ(scenario.sources[0].type, "blob.created");
  EXPECT_TRUE(scenario.sources[0].arrivals);
  const auto& audit = std::get<SimulatedSink>(scenario.subscribers[0].sink);
  EXPECT_EQ(audit.failure_rate, 0.01);
  EXPECT_THAT(audit.down, ElementsAre(std::pair<Duration, Duration>(10min, 20min)));
  EXPECT_EQ(scenario.subscribers[0].route.name, "audit");
  EXPECT_EQ(scenario.subscribers[0].route.batch, 10u);
  EXPECT_EQ(std::get<FileSink>(scenario.subscribers[1].sink).path, "events.jsonl");
  EXPECT_EQ(scenario.routes[0].route.name, "files");
  EXPECT_EQ(std::get<StartOnEvent>(scenario.routes[0].route.handler).workflow.name, "w");
  EXPECT_EQ(std::get<SignalOnEvent>(scenario.routes[1].route.handler).workflow.text(),
            ".data.workflow.id");
  EXPECT_EQ(scenario.routes[2].subscriber, "audit");
  EXPECT_EQ(scenario.engine.shards, 4u);
  EXPECT_EQ(scenario.engine.placement, PlacementPolicy::kTenant);
  EXPECT_EQ(scenario.engine.commit_latency.mean(), 2e6);
  EXPECT_EQ(scenario.engine.monitors.hot_shard, 2);
  EXPECT_EQ(scenario.engine.defaults.retry->max_attempts, 3u);
  EXPECT_EQ(scenario.engine.payload_limit, 65536u);
  EXPECT_EQ(scenario.faults[0].what, FaultKind::kStoreSlow);
  EXPECT_EQ(scenario.faults[0].lasting, 5min);
  EXPECT_EQ(scenario.faults[1].times, 3u);
  EXPECT_EQ(scenario.faults[1].where, "0");
}

TEST(Scenario, DescribesTestsOfWorkflows) {
  const Scenario scenario = loaded(
      "runtimes: {r: {otherwise: 1s}}\n"
      "workflows: {w: {nodes: {a: {task: {runtime: r, action: x}}, b: {wait: {signal: go}, after: "
      "a}}}}\n"
      "tests:\n"
      "  t:\n"
      "    workflow: w\n"
      "    input: {x: 1}\n"
      "    mocks: {a: [{error: transient}, {output: 5, duration: 1m}]}\n"
      "    steps: [{at: 5m, signal: go, payload: yes}, {at: 1h, do: cancel}]\n"
      "    expect: {outcome: succeeded, output: null, nodes: {a: {outcome: succeeded, attempts: 2, "
      "output: 5}}, order: [[a, b]], not_run: b}\n");
  const WorkflowTest& test = scenario.tests.at(0);
  EXPECT_EQ(test.name, "t");
  EXPECT_EQ(test.mocks.at("a").endings.size(), 2u);
  EXPECT_EQ(test.mocks.at("a").endings[1].duration, 1min);
  EXPECT_EQ(test.steps[0].payload.text(), "\"yes\"");
  EXPECT_EQ(test.steps[1].kind, WorkflowTest::Step::Kind::kCancel);
  EXPECT_EQ(test.outcome, Outcome::kSucceeded);
  EXPECT_EQ(test.output->json(), "null");
  EXPECT_EQ(test.nodes.at("a").attempts, 2u);
  EXPECT_THAT(test.order, ElementsAre(ElementsAre("a", "b")));
  EXPECT_THAT(test.not_run, ElementsAre("b"));
}

TEST(Scenario, TellsWorkflowsThatRunThemselves) {
  EXPECT_THAT(errors_of("workflows:\n"
                        "  a: {nodes: {x: {subworkflow: b}}}\n"
                        "  b: {nodes: {x: {map: {items: [1], body: {definition: {nodes: {y: {loop: "
                        "{body: c, max_iterations: 2}}}}}}}}}\n"
                        "  c: {nodes: {x: {map: {items: [], body: d, reduce: a}}}}\n"
                        "  d: {nodes: {x: {pass: {}}}}\n"),
              ElementsAre("s.yaml:2:3: workflow 'a' runs itself: a -> b -> c -> a"));
}

TEST(Scenario, TellsVersionsThatAreNotThere) {
  EXPECT_THAT(
      errors_of("workflows:\n  a: {nodes: {x: {subworkflow: {name: b, version: 2}}}}\n  b: "
                "{version: 3, nodes: {x: {pass: {}}}}\n"),
      ElementsAre("s.yaml:2:3: workflow 'a' asks for version '2' of 'b', which is version '3'"));
}

TEST(Scenario, MustDescribeActionsOfSimulatedRuntimesThatSayNothingOfOthers) {
  const std::string workflow =
      "workflows: {w: {nodes: {a: {task: {runtime: r, action: trian}}}}}\nactions: {train: 5m}\n";
  EXPECT_THAT(errors_of(workflow + "runtimes: {r: {}}"),
              ElementsAre("s.yaml:1:56: unknown action 'trian' (did you mean 'train'?); runtime "
                          "'r' does not say how others behave ('otherwise')"));
  EXPECT_THAT(errors_of(workflow + "runtimes: {r: {otherwise: 1s}}"), IsEmpty());
  EXPECT_THAT(errors_of(workflow + "runtimes: {r: {process: {}}}"), IsEmpty());
}

TEST(Scenario, ThatCannotBeReadSaysWhy) {
  const auto scenario = load_scenario("gone.yaml", {}, MemoryFiles({}));
  EXPECT_EQ(scenario.error().to_string(),
            "gone.yaml: error: cannot read it: No such file or directory\n");
  EXPECT_THAT(errors_of("- a\n"), ElementsAre("s.yaml:1:1: expected a map, found a list"));
  EXPECT_THAT(errors_of("actions: {a: {duration: {empirical: {file: x.csv, column: t}}}}"),
              ElementsAre("s.yaml:1:44: cannot read 'x.csv': No such file or directory"));
}

}  // namespace
}  // namespace gnomon::scenarios
