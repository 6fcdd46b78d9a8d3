// What EventRouter costs: for an event, by itself; and the whole engine in simulation, without a
// router and with one that has so many routes.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/ensure.h"
#include "engine/events/event_router.h"
#include "engine/model/definition.h"
#include "engine/shard/host.h"
#include "sim/kernel/kernel.h"
#include "sim/world/pool.h"
#include "sim/world/sim_store.h"

namespace gnomon::bench {
namespace {

/// What a route chooses by; each lets one event in about eight pass.
enum Choice : std::int64_t {
  kAll,         ///< everything passes
  kByTypes,     ///< types: gnomon.node_end
  kByType,      ///< a filter over the type: asked once a kind
  kByData,      ///< a filter over the data: asked for each event
  kByTypeData,  ///< types, then a filter over the data: the advice
  kTransformed  ///< types, and a transform of what passes
};

Expression jq(std::string_view text) {
  return Expression::compile(text).value();
}

Route route(Choice choice, std::string name, EventSink& sink) {
  Route route;
  route.name = std::move(name);
  route.handler = DeliverTo{&sink};
  switch (choice) {
    case kAll:
      break;
    case kByTypes:
      route.types = {"gnomon.node_end"};
      break;
    case kByType:
      route.filter = jq(R"(.type == "gnomon.node_end")");
      break;
    case kByData:
      route.filter = jq(R"(.data.kind == "node_end" and .data.outcome == "succeeded")");
      break;
    case kByTypeData:
      route.types = {"gnomon.node_end"};
      route.filter = jq(R"(.data.outcome == "succeeded")");
      break;
    case kTransformed:
      route.types = {"gnomon.node_end"};
      route.transform = jq("{node: .data.node.name, outcome: .data.outcome}");
      break;
  }
  return route;
}

/// Takes everything at once.
class NullSink final : public EventSink {
 public:
  explicit NullSink(Inbox*& router) : router_(router) {}
  void deliver(Delivery delivery) override {
    taken += delivery.events.size();
    router_->post(Delivered{std::move(delivery.subscriber), delivery.upto, {}});
  }
  std::uint64_t taken = 0;

 private:
  Inbox*& router_;
};

DefinitionPtr chains(std::uint32_t width, std::uint32_t length) {
  DefinitionBuilder builder("chains");
  const std::uint32_t spec =
      builder.add_spec({.work = TaskSpec{.runtime = "pool", .action = "work", .params = {}}});
  for (std::uint32_t i = 0; i < width * length; ++i) {
    builder.add_node(fmt::format("step_{}", i), spec);
    if (i >= width) builder.add_edge(i - width, i);
  }
  auto definition = builder.build();
  ENSURE(definition.has_value(), "the benchmark's graph is wrong");
  return *definition;
}

class Mailbox final : public Inbox {
 public:
  void post(Answer answer) override { host->post(std::move(answer)); }
  Host* host = nullptr;
};

class Counter final : public CommitListener {
 public:
  void committed(const Commit& commit) override { events += commit.events.size(); }
  std::uint64_t events = 0;
};

class Recorder final : public CommitListener {
 public:
  void committed(const Commit& commit) override { commits.push_back(commit); }
  std::vector<Commit> commits;
};

struct EngineRun {
  std::uint64_t events = 0;
  std::uint64_t taken = 0;
};

/// Two hundred chains of a hundred tasks on 500 workers.
EngineRun run_engine(const DefinitionPtr& definition, std::int64_t routes, Choice choice,
                     CommitListener* listener = nullptr) {
  sim::Kernel kernel;
  Mailbox mailbox;
  const KeyedRandom random{1};
  sim::Behaviours behaviours;
  behaviours.of_action["work"].duration = *sim::Distribution::exponential(10e9);
  sim::PoolSettings pool_settings;
  pool_settings.name = "pool";
  pool_settings.workers = 500;
  sim::Pool pool(pool_settings, behaviours, random, kernel, mailbox);
  sim::SimDisk disk;
  sim::SimStore store({.keep_rows = false, .keep_events = false}, disk, random, kernel, mailbox);
  NodeExecutors executors;
  HostSettings settings;
  settings.shard.workflow.random = random;
  settings.shard.workflow.runtimes = {{"pool", std::nullopt}};
  settings.shard.workflow.actions.sweep_interval = Duration::max();
  Host host(settings, executors, kernel, store, {&pool}, {});
  mailbox.host = &host;
  Inbox* inbox = nullptr;
  NullSink sink(inbox);
  RouterSettings router_settings;
  for (std::int64_t i = 0; i < routes; ++i)
    router_settings.routes.push_back(route(choice, fmt::format("route_{}", i), sink));
  std::unique_ptr<EventRouter> router;
  if (routes > 0) {
    router = std::move(*EventRouter::create(std::move(router_settings), kernel, store, host));
    inbox = router.get();
    host.set_router(*router);
  }
  Counter counter;
  host.add_listener(counter);
  if (listener != nullptr) host.add_listener(*listener);
  ENSURE(host.start().has_value(), "the host does not start");
  host.submit(StartWorkflow{.workflow = {.definition = definition}});
  kernel.run();
  ENSURE(router == nullptr || router->idle(), "the router is behind");
  return {counter.events, sink.taken};
}

void engine(benchmark::State& state) {
  const DefinitionPtr definition = chains(200, 100);
  EngineRun run;
  for (auto _ : state)
    run = run_engine(definition, state.range(0), static_cast<Choice>(state.range(1)));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(run.events));
  state.counters["taken/event"] = static_cast<double>(run.taken) / static_cast<double>(run.events);
}
BENCHMARK(engine)
    ->ArgNames({"routes", "choice"})
    ->Args({0, kAll})
    ->Args({1, kByTypes})
    ->Args({1, kByType})
    ->Args({1, kByTypeData})
    ->Args({1, kByData})
    ->Args({1, kAll})
    ->Args({10, kByType})
    ->Args({10, kByTypeData})
    ->Args({10, kByData})
    ->Unit(benchmark::kMillisecond);

/// A shard of which only the events matter.
class Stand final : public Store, public RouterServices {
 public:
  explicit Stand(DefinitionPtr definition) : definition_(std::move(definition)) {}
  Expected<StoredShard> open() override { return StoredShard{}; }
  void commit(CommitPtr) override {}
  void fetch(WorkflowId, std::uint64_t) override {}
  void read_events(std::uint64_t, std::uint32_t) override { ENSURE(false, "nobody is behind"); }
  DefinitionPtr definition(DefinitionId) const override { return definition_; }
  void advance_cursor(CursorRow) override {}
  void execute(RoutedCommands) override {}

 private:
  DefinitionPtr definition_;
};

/// The router alone, given the commits of that run again.
void router(benchmark::State& state) {
  const DefinitionPtr definition = chains(200, 100);
  Recorder recorder;
  run_engine(definition, 0, kAll, &recorder);
  std::uint64_t events = 0;
  for (const Commit& commit : recorder.commits) events += commit.events.size();
  for (auto _ : state) {
    sim::Kernel kernel;
    Stand stand(definition);
    Inbox* inbox = nullptr;
    NullSink sink(inbox);
    RouterSettings settings;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      settings.routes.push_back(
          route(static_cast<Choice>(state.range(1)), fmt::format("route_{}", i), sink));
    }
    auto made = EventRouter::create(std::move(settings), kernel, stand, stand);
    inbox = made->get();
    (*made)->opened({});
    for (const Commit& commit : recorder.commits) {
      (*made)->committed(commit);
      kernel.run_until(kernel.now());
    }
    ENSURE((*made)->caught_up(), "the router is behind");
    benchmark::DoNotOptimize(sink.taken);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events));
  state.counters["per event and route"] = benchmark::Counter(
      static_cast<double>(events) * static_cast<double>(state.range(0)),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(router)
    ->ArgNames({"routes", "choice"})
    ->ArgsProduct({{1, 10}, {kAll, kByTypes, kByType, kByData, kByTypeData, kTransformed}})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gnomon::bench
