#include "scenarios/runner/simulated_run.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "adapters/sqlite/run_lock.h"
#include "engine/base/digest.h"
#include "scenarios/language/metric.h"
#include "scenarios/language/units.h"
#include "scenarios/runner/earlier_run.h"
#include "scenarios/runner/engine_parts.h"
#include "scenarios/runner/recorder.h"
#include "scenarios/runner/thresholds.h"
#include "scenarios/runner/watched.h"
#include "sim/faults/fault_plan.h"
#include "sim/faults/faulty_runtime.h"
#include "sim/faults/faulty_store.h"
#include "sim/kernel/kernel.h"
#include "sim/world/network.h"
#include "sim/world/pool.h"
#include "sim/world/sim_sink.h"
#include "sim/world/sim_store.h"

namespace gnomon::scenarios {
namespace {

/// Everything of a simulated run that is not the engine.
struct SimulatedWorld {
  SimulatedWorld(const Scenario& of, std::uint64_t seed, sim::Watch* who_watches)
      : scenario(of),
        watch(who_watches),
        random{seed},
        kernel(of.start),
        faults(of.faults, random, kernel, of.start),
        behaviours(behaviours_of(of)) {
    const bool reopens = faults.mentions(sim::FaultKind::kCrash) ||
                         faults.mentions(sim::FaultKind::kStoreDown) ||
                         faults.mentions(sim::FaultKind::kStoreAnswerLost);
    const bool store_faults = reopens || faults.mentions(sim::FaultKind::kStoreSlow);
    retries = std::any_of(of.traffic.begin(), of.traffic.end(), [](const sim::Traffic& traffic) {
      return std::any_of(
          traffic.follow_ups.begin(), traffic.follow_ups.end(),
          [](const sim::FollowUp& each) { return each.kind == sim::FollowUp::Kind::kRetry; });
    });
    const bool routes = !of.subscribers.empty() || !of.routes.empty();
    for (ShardId shard = 0; shard < of.engine.shards; ++shard) {
      networks.push_back(
          std::make_unique<sim::Network>(shard, of.engine.hop_latency, random, kernel));
      sim::SimStoreSettings settings;
      settings.shard = shard;
      settings.commit_latency = of.engine.commit_latency;
      settings.row_latency = of.engine.row_latency;
      settings.keep_rows = reopens || retries || routes;
      settings.keep_events = routes;
      Inbox* inbox = networks.back().get();
      if (store_faults) {
        faulty_stores.push_back(std::make_unique<sim::FaultyStore>(shard, faults, kernel, *inbox));
        inbox = faulty_stores.back().get();
      }
      stores.push_back(std::make_unique<sim::SimStore>(settings, disk, random, kernel, *inbox));
      if (store_faults) faulty_stores.back()->connect(*stores.back());
      answers.connect(*networks.back());
    }
    for (const RuntimeSettings& runtime : of.runtimes) {
      Inbox* inbox = &answers;
      if (!of.faults.empty()) {
        faulty_runtimes.push_back(
            std::make_unique<sim::FaultyRuntime>(runtime.pool.name, faults, kernel, answers));
        inbox = faulty_runtimes.back().get();
      }
      pools.push_back(
          std::make_unique<sim::Pool>(runtime.pool, behaviours, random, kernel, *inbox));
      if (!of.faults.empty()) faulty_runtimes.back()->connect(*pools.back());
      runtimes.push_back(of.faults.empty() ? static_cast<Runtime*>(pools.back().get())
                                           : faulty_runtimes.back().get());
      if (watch == nullptr) continue;
      watched.push_back(std::make_unique<WatchedRuntime>(*runtimes.back(), *watch, kernel));
      runtimes.back() = watched.back().get();
    }
  }

  Ports ports() {
    Ports ports{.clock = kernel,
                .stores = {},
                .networks = {},
                .runtimes = {},
                .runtime_entries = {},
                .sink = {}};
    for (std::size_t i = 0; i < stores.size(); ++i) {
      ports.stores.push_back(faulty_stores.empty() ? static_cast<Store*>(stores[i].get())
                                                   : faulty_stores[i].get());
    }
    ports.hear_stores = [this](CommitListener& listener) {
      for (const auto& store : stores) store->add_listener(listener);
    };
    for (const auto& network : networks) ports.networks.push_back(network.get());
    ports.runtimes = runtimes;
    for (const auto& pool : pools)
      ports.runtime_entries.push_back({pool->settings().name, pool->settings().poll_interval});
    ports.sink = [this](const SubscriberSettings& subscriber, ShardId shard,
                        Inbox& router) -> Expected<EventSink*> {
      sim::SimSinkSettings settings;
      settings.name = fmt::format("{}/{}", subscriber.route.name, shard);
      if (const auto* simulated = std::get_if<SimulatedSink>(&subscriber.sink)) {
        settings.latency = simulated->latency;
        settings.failure_rate = simulated->failure_rate;
        for (const auto& [from, to] : simulated->down) {
          settings.down.emplace_back(saturating_add(scenario.start, from),
                                     saturating_add(scenario.start, to));
        }
      }
      settings.faults = &faults;
      settings.fault_name = subscriber.route.name;
      if (watch != nullptr && !subscriber.route.transform) {
        settings.taken = [this, shard, &route = subscriber.route](const Delivery& delivery) {
          watch->delivered(taken_of(route, shard, kernel.now(), delivery));
        };
      }
      sinks.push_back(std::make_unique<sim::SimSink>(settings, random, kernel, router));
      return sinks.back().get();
    };
    return ports;
  }

  const Scenario& scenario;
  sim::Watch* watch;
  bool retries = false;  ///< clients may retry workflows
  KeyedRandom random;
  sim::Kernel kernel;
  sim::FaultPlan faults;
  sim::Behaviours behaviours;
  AnswerSwitch answers;
  sim::SimDisk disk;
  std::vector<std::unique_ptr<sim::Network>> networks;
  std::vector<std::unique_ptr<sim::FaultyStore>> faulty_stores;  // empty: nothing hurts stores
  std::vector<std::unique_ptr<sim::SimStore>> stores;
  std::vector<std::unique_ptr<sim::FaultyRuntime>> faulty_runtimes;  // empty: there are no faults
  std::vector<std::unique_ptr<sim::Pool>> pools;
  std::vector<std::unique_ptr<WatchedRuntime>> watched;  // empty: nobody watches
  std::vector<Runtime*> runtimes;                        // what the engine is given of each pool
  std::vector<std::unique_ptr<sim::SimSink>> sinks;
};

/// Makes calls until `until`, the work is done, or the user interrupts; tells of the progress on
/// the way.
class Drive {
 public:
  Drive(SimulatedWorld& world, EngineParts& parts, const RunOptions& options, Instant end)
      : world_(world), parts_(parts), options_(options), end_(end) {}

  /// Why the run cannot go on, or "".
  const std::string& overflow() const { return overflow_; }

  bool interrupted() const {
    if (!overflow_.empty()) return true;
    return options_.interrupted != nullptr && options_.interrupted->load();
  }

  /// With `until_done`, returns as soon as nothing is left to do.
  void run(Instant until, bool until_done) {
    constexpr int kSlices = 200;
    const Instant from = world_.kernel.now();
    const Duration slice = std::max<Duration>((until - from) / kSlices, Duration{1});
    while (world_.kernel.now() < until && !interrupted()) {
      if (until_done && parts_.done()) return;
      if (world_.kernel.empty()) return;
      step(std::min(saturating_add(world_.kernel.now(), slice), until), until_done);
      tell();
    }
  }

 private:
  /// Calls between two looks at whether the user interrupts, however much happens at an instant.
  static constexpr std::uint64_t kCallsAtOnce = 10'000;
  /// Workflows that may be live, or asked for, at once: some 12 GB.
  static constexpr std::uint64_t kMostLive = 10'000'000;

  void step(Instant until, bool until_done) {
    if (!until_done) {
      while (!world_.kernel.run_until(until, kCallsAtOnce) && !interrupted()) look();
      return;
    }
    // Looked at after each event, so that the run ends with its last one.
    for (std::uint64_t calls = 1; world_.kernel.now() <= until && world_.kernel.run_one();
         ++calls) {
      if (parts_.done()) return;
      if (calls % kCallsAtOnce != 0) continue;
      look();
      if (interrupted()) return;
    }
  }

  void look() {
    tell();
    const std::uint64_t live = parts_.live_workflows() + parts_.clients->unanswered();
    if (live <= kMostLive) return;
    overflow_ = fmt::format(
        "after {} of the run {} workflows are live, and a run holds {} at most: the traffic starts "
        "them faster than they end",
        to_text(world_.kernel.now() - world_.scenario.start), live, kMostLive);
  }

  void tell() const {
    if (!options_.progress) return;
    options_.progress({world_.kernel.now(), end_, parts_.digest.events(), parts_.live_workflows()});
  }

  SimulatedWorld& world_;
  EngineParts& parts_;
  const RunOptions& options_;
  Instant end_;
  std::string overflow_;
};

/// Crashes hosts as the plan of faults says.
class Crashes final : private Wakeable {
 public:
  Crashes(SimulatedWorld& world, std::vector<std::unique_ptr<Host>>& hosts)
      : world_(world), hosts_(hosts) {
    const auto& rules = world.faults.rules();
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (rules[i].what != sim::FaultKind::kCrash) continue;
      world.kernel.call_at(saturating_add(world.scenario.start, rules[i].at), *this, i);
    }
  }

 private:
  void wake(std::uint64_t tag) override {
    const sim::FaultRule& rule = world_.faults.rules()[tag];
    for (std::size_t shard = 0; shard < hosts_.size(); ++shard) {
      if (!world_.faults.strikes_host(tag, static_cast<ShardId>(shard))) continue;
      hosts_[shard]->crash(rule.lasting.value_or(1s));
    }
  }

  SimulatedWorld& world_;
  std::vector<std::unique_ptr<Host>>& hosts_;
};

/// Adds what a pool has cost to the cost of all, and to the bills of those for whom it worked.
/// There are as many bills as tenants times runtimes: only those that are not zero are kept.
void charge(const sim::PoolUsage& usage, const sim::PoolSettings& pool, const Scenario& scenario,
            Metrics& metrics) {
  const auto add = [&](const char* metric, const std::string& label, double unit_seconds) {
    const double price = unit_seconds / 3600 * pool.cost_per_unit_hour;
    metrics.set(metric, label, metrics.number(metric, label).value_or(0) + price);
  };
  add("cost", pool.name, usage.busy_unit_seconds);
  add("cost", "", usage.busy_unit_seconds);
  if (pool.cost_per_unit_hour == 0) return;
  const auto bill = [&](const std::string& tenant, const std::string& label) {
    const auto held = usage.busy_unit_seconds_of_tenant.find(name_number(tenant));
    if (held == usage.busy_unit_seconds_of_tenant.end() || held->second == 0) return;
    add("bill", label, held->second);
    add("bill", label + '/' + pool.name, held->second);
  };
  bill(scenario.engine.defaults.name, std::string{kDefaultTenant});
  for (const Tenant& tenant : scenario.tenants) bill(tenant.name, tenant.name);
}

}  // namespace

Expected<RunReport> run_simulated(const Scenario& scenario, const RunOptions& options) {
  RunReport report;
  report.seed = options.seed.value_or(scenario.seed);
  report.began = scenario.start;

  std::optional<adapters::RunLock> lock;
  if (!options.record.empty()) {
    auto taken = adapters::RunLock::take(options.record);
    if (!taken) return std::unexpected(taken.error());
    lock.emplace(std::move(*taken));
    if (auto checked = check_replaceable(options.record); !checked)
      return std::unexpected(checked.error());
  }
  // In the real world somebody may send commands.
  if (scenario.traffic.empty() && scenario.schedules.empty() && scenario.sources.empty())
    return invalid("nothing starts a workflow: there are no traffic, schedules or sources");
  SimulatedWorld world(scenario, report.seed, options.watch);
  world.faults.observe(options.struck, options.spared);
  EngineParts parts(scenario, report.seed, world.ports(), scenario.start);
  if (world.retries) parts.metrics.expect_retries();
  std::optional<WatchedClient> client;
  if (options.watch != nullptr) {
    client.emplace(*parts.gateway, *options.watch, world.kernel);
    for (const auto& host : parts.hosts) host->set_client(*client);
  }
  std::unique_ptr<Recorder> recorder;
  if (!options.record.empty()) {
    auto created = Recorder::create(options.record, scenario.record);
    if (!created) return std::unexpected(created.error());
    recorder = std::move(*created);
    parts.add_witness(*recorder);
  }
  const Crashes crashes(world, parts.hosts);
  if (options.listener != nullptr) parts.add_witness(*options.listener);
  if (auto started = parts.start(); !started) return std::unexpected(started.error());

  const Instant horizon = saturating_add(scenario.start, scenario.horizon);
  Drive drive(world, parts, options, horizon);
  const bool recurs = !scenario.schedules.empty();
  drive.run(horizon, !recurs);
  if (scenario.drain && !drive.interrupted()) {
    parts.close();
    drive.run(saturating_add(horizon, *scenario.drain), true);
  }
  if (!parts.refused.empty()) return invalid(parts.refused);
  if (!drive.overflow().empty()) return invalid(drive.overflow());

  report.ended = world.kernel.now();
  report.digest = parts.digest.digest();
  report.events = parts.digest.events();
  report.live_workflows = parts.live_workflows();
  report.refused_starts = parts.clients->refused();
  report.refused_because = parts.clients->refused_because();
  report.interrupted = drive.interrupted();
  report.passed_over = parts.passed_over();
  parts.finish();
  const double seconds = static_cast<double>((report.ended - report.began).count()) / 1e9;
  for (const auto& pool : world.pools) {
    const sim::PoolUsage usage = pool->usage();
    const std::string& name = pool->settings().name;
    const double capacity = static_cast<double>(usage.capacity_units) * seconds;
    parts.metrics.set("utilisation", name, capacity > 0 ? usage.busy_unit_seconds / capacity : 0);
    parts.metrics.set("cold_starts", name, static_cast<double>(usage.cold_starts));
    parts.metrics.set("polls", name, static_cast<double>(usage.polls));
    parts.metrics.set("refused", name, static_cast<double>(usage.refused));
    parts.metrics.set("longest_queue", name, static_cast<double>(usage.longest_queue));
    charge(usage, pool->settings(), scenario, parts.metrics);
  }
  const auto& rules = world.faults.rules();
  for (std::size_t i = 0; i < rules.size(); ++i) {
    parts.metrics.set("faults", fmt::format("{}", i),
                      static_cast<double>(world.faults.struck()[i]));
  }
  report.metrics = std::make_unique<Metrics>(std::move(parts.metrics));
  report.thresholds = judge(scenario.thresholds, *report.metrics, report.ended - report.began);
  if (recorder != nullptr) {
    auto place = report.interrupted ? place_of_interrupted(options.record) : options.record;
    if (!place) return std::unexpected(place.error());
    std::optional<adapters::RunLock> other;
    if (*place != options.record) {
      auto taken = adapters::RunLock::take(*place);
      if (!taken) return std::unexpected(taken.error());
      other.emplace(std::move(*taken));
      if (auto checked = check_replaceable(*place); !checked)
        return std::unexpected(checked.error());
    }
    if (auto finished = recorder->finish(summary_of(parts, report, options), *place); !finished)
      return std::unexpected(finished.error());
    report.record = *place;
    report.earlier_kept_as = recorder->earlier_kept_as();
  }
  return report;
}

}  // namespace gnomon::scenarios
