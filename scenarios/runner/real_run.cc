#include "scenarios/runner/real_run.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "adapters/file_sink/file_sink.h"
#include "adapters/file_sink/line_file.h"
#include "adapters/process/process_runtime.h"
#include "adapters/sqlite/mailbox.h"
#include "adapters/sqlite/run_lock.h"
#include "adapters/sqlite/sqlite_store.h"
#include "adapters/system/event_loop.h"
#include "scenarios/runner/earlier_figures.h"
#include "scenarios/runner/earlier_run.h"
#include "scenarios/runner/engine_parts.h"
#include "scenarios/runner/mailbox_client.h"
#include "scenarios/runner/recorder.h"
#include "scenarios/runner/thresholds.h"
#include "sim/world/network.h"
#include "sim/world/pool.h"
#include "sim/world/sim_sink.h"

namespace gnomon::scenarios {
namespace {

adapters::ProcessSettings process_settings(const ProcessSettings& wanted,
                                           const std::string& lock_file) {
  adapters::ProcessSettings settings;
  settings.slots = wanted.slots;
  settings.queue_limit = wanted.queue_limit;
  for (const auto& [name, value] : wanted.environment) settings.environment[name] = value;
  settings.directory = wanted.directory;
  settings.output_bytes = wanted.output_bytes;
  settings.grace = wanted.grace;
  for (const auto& [code, error] : wanted.exit_codes) settings.exit_codes[code] = error;
  settings.lock_file = lock_file;
  return settings;
}

/// Everything of a run on the wall clock that is not the engine. Stores first: what they were given
/// is finished last.
class RealWorld {
 public:
  /// Its time does not begin before `not_before`: the wall clock may have been set back since then,
  /// and under a time scale of less than 1 a run is ahead of it.
  RealWorld(const Scenario& of, std::uint64_t seed, const RunOptions& with, Instant not_before)
      : scenario_(of),
        options_(with),
        random_{seed},
        loop(with.time_scale, not_before),
        behaviours_(behaviours_of(of)) {}

  Expected<void> open() {
    for (ShardId shard = 0; shard < scenario_.engine.shards; ++shard) {
      networks_.push_back(
          std::make_unique<sim::Network>(shard, sim::Distribution{}, random_, loop));
      answers_.connect(*networks_.back());
    }
    // Processes first: their reaper is forked from a process that has no threads yet.
    for (const RuntimeSettings& runtime : scenario_.runtimes) {
      if (!runtime.process || options_.stand_ins) {
        pools_.push_back(
            std::make_unique<sim::Pool>(runtime.pool, behaviours_, random_, loop, answers_));
        runtimes_.push_back(pools_.back().get());
        entries_.push_back({runtime.pool.name, runtime.pool.poll_interval});
        continue;
      }
      const std::string lock =
          fmt::format("{}.{}.lock", adapters::without_links(options_.record), runtime.pool.name);
      auto opened =
          adapters::ProcessRuntime::open(process_settings(*runtime.process, lock), loop, answers_);
      if (!opened) return std::unexpected(opened.error());
      processes_.push_back(std::move(*opened));
      runtimes_.push_back(processes_.back().get());
      entries_.push_back({runtime.pool.name, std::nullopt});
    }
    for (ShardId shard = 0; shard < scenario_.engine.shards; ++shard) {
      auto store = adapters::SqliteStore::create(
          {.path = options_.record, .shard = shard, .vfs = {}}, *networks_[shard],
          [this](adapters::SqliteStore::Task task) { loop.post(std::move(task)); });
      if (!store) return std::unexpected(store.error());
      stores_.push_back(std::move(*store));
    }
    return {};
  }

  /// `began`: of the scenario's first life; when subscribers are down is counted from there.
  Ports ports(Instant began) {
    Ports ports{.clock = loop,
                .stores = {},
                .networks = {},
                .runtimes = runtimes_,
                .runtime_entries = entries_,
                .sink = {}};
    for (const auto& store : stores_) ports.stores.push_back(store.get());
    for (const auto& network : networks_) ports.networks.push_back(network.get());
    ports.sink = [this, began](const SubscriberSettings& subscriber, ShardId shard,
                               Inbox& router) -> Expected<EventSink*> {
      if (const auto* file = std::get_if<FileSink>(&subscriber.sink)) {
        auto sink = adapters::FileSink::create(
            file->path, router,
            [this](adapters::FileSink::Task task) { loop.post(std::move(task)); });
        if (!sink) return std::unexpected(sink.error());
        sinks_.push_back(std::move(*sink));
        return sinks_.back().get();
      }
      const auto& simulated = std::get<SimulatedSink>(subscriber.sink);
      sim::SimSinkSettings settings;
      settings.name = fmt::format("{}/{}", subscriber.route.name, shard);
      settings.latency = simulated.latency;
      settings.failure_rate = simulated.failure_rate;
      for (const auto& [from, to] : simulated.down) {
        settings.down.emplace_back(saturating_add(began, from), saturating_add(began, to));
      }
      stand_ins_.push_back(std::make_unique<sim::SimSink>(settings, random_, loop, router));
      return stand_ins_.back().get();
    };
    return ports;
  }

  const std::vector<std::unique_ptr<sim::Pool>>& pools() const { return pools_; }

 private:
  const Scenario& scenario_;
  const RunOptions& options_;
  KeyedRandom random_;

 public:
  adapters::EventLoop loop;

 private:
  sim::Behaviours behaviours_;
  AnswerSwitch answers_;
  std::vector<std::unique_ptr<sim::Network>> networks_;
  std::vector<std::unique_ptr<sim::Pool>> pools_;
  std::vector<std::unique_ptr<adapters::ProcessRuntime>> processes_;
  std::vector<Runtime*> runtimes_;
  std::vector<RuntimeEntry> entries_;
  std::vector<std::unique_ptr<adapters::FileSink>> sinks_;
  std::vector<std::unique_ptr<sim::SimSink>> stand_ins_;
  std::vector<std::unique_ptr<adapters::SqliteStore>> stores_;
};

/// Ends the loop when the work is done, the time is up, a shard is lost, or the user interrupts.
class Watch final : public CommitListener, private Wakeable {
 public:
  Watch(adapters::EventLoop& loop, EngineParts& parts, MailboxClient& mailbox,
        const RunOptions& options, Instant horizon, Instant end)
      : loop_(loop),
        parts_(parts),
        mailbox_(mailbox),
        options_(options),
        horizon_(horizon),
        end_(end) {
    if (horizon_ != kNever) loop_.call_at(horizon_, *this, kHorizon);
    tick();
  }

  void committed(const Commit& commit) override {
    // What ends a workflow may end the run, and so may the last thing that a subscriber takes; it
    // is looked at when the host has carried out what it decided.
    const bool over =
        !commit.cursors.empty() ||
        std::any_of(commit.workflows.begin(), commit.workflows.end(),
                    [](const WorkflowRow& row) { return row.phase == WorkflowPhase::kFinished; });
    if (over) loop_.call_at(loop_.now(), *this, kLook);
  }

 private:
  enum Tag : std::uint64_t { kTick, kLook, kHorizon };

  void tick() {
    constexpr Duration kInterval = 50ms;  // of wall time
    const double scale = options_.time_scale > 0 ? options_.time_scale : 1;
    loop_.call_at(saturating_add(loop_.now(), Duration{static_cast<std::int64_t>(
                                                  static_cast<double>(kInterval.count()) / scale)}),
                  *this, kTick);
  }

  void wake(std::uint64_t tag) override {
    if (tag == kHorizon) {
      closed_ = true;
      parts_.close();
    }
    look();
    if (tag == kTick) {
      if (options_.progress) {
        options_.progress({loop_.now(), horizon_, parts_.digest.events(), parts_.live_workflows(),
                           parts_.failing_because(), news()});
      }
      tick();
    }
  }

  /// The first event that a route passes over.
  std::string news() {
    for (const PassedOver& each : parts_.passed_over()) {
      if (told_.insert(each.route).second)
        return fmt::format("route '{}' has passed over an event: {}", each.route, each.first);
    }
    return {};
  }

  void look() {
    mailbox_.look();
    const bool interrupted = options_.interrupted != nullptr && options_.interrupted->load();
    const bool recurs = !parts_.scenario.schedules.empty() && !closed_;
    const bool stays = options_.keep_running || recurs || !mailbox_.done();
    if (interrupted || (!stays && parts_.done()) || loop_.now() >= end_ ||
        !parts_.refused.empty() || !parts_.down_because().empty() ||
        !mailbox_.down_because().empty()) {
      loop_.stop();
    }
  }

  adapters::EventLoop& loop_;
  EngineParts& parts_;
  MailboxClient& mailbox_;
  const RunOptions& options_;
  Instant horizon_;
  Instant end_;
  bool closed_ = false;
  std::set<std::string> told_;  // routes
};

/// Opens every file that a subscriber writes to, so that one that cannot be is told while there is
/// no record yet.
Expected<void> check_sinks(const Scenario& scenario) {
  for (const SubscriberSettings& subscriber : scenario.subscribers) {
    const auto* file = std::get_if<FileSink>(&subscriber.sink);
    if (file == nullptr) continue;
    if (auto opened = adapters::LineFile::open(file->path); !opened)
      return std::unexpected(opened.error());
  }
  return {};
}

/// Notes in the record that the run is under way.
Expected<void> note_beginning(const Scenario& scenario, const RunOptions& options,
                              const RunReport& report) {
  adapters::RunSummary opening;
  opening.facts.scenario_text = options.scenario_text;
  opening.facts.overrides = options.overrides;
  if (report.resumed) {
    opening.series.push_back({adapters::kResumed, "", report.resumed_at, 1});
    return adapters::reopen_run(options.record, opening);
  }
  opening.facts.world = "real";
  opening.facts.scenario = scenario.name;
  opening.facts.seed = report.seed;
  opening.facts.started_at = report.began;
  return adapters::add_summary(options.record, opening);
}

}  // namespace

Expected<RunReport> run_real(const Scenario& scenario, const RunOptions& options) {
  if (options.record.empty())
    return invalid("a run in the real world needs a record: it is the engine's store");
  if (auto checked = check_sinks(scenario); !checked) return std::unexpected(checked.error());
  const auto lock = adapters::RunLock::take(options.record);
  if (!lock) return std::unexpected(lock.error());
  const auto earlier = take_up(scenario, options.record);
  if (!earlier) return std::unexpected(earlier.error());
  RunReport report;
  report.resumed = earlier->unfinished;
  report.earlier_kept_as = earlier->kept_as;
  report.record = options.record;
  if (report.resumed) report.changes = changes(*earlier, options);
  report.seed = report.resumed ? earlier->seed : options.seed.value_or(scenario.seed);

  RealWorld world(scenario, report.seed, options, earlier->latest);
  if (auto opened = world.open(); !opened) return std::unexpected(opened.error());
  report.began = report.resumed ? earlier->began : world.loop.now();
  if (report.resumed) report.resumed_at = world.loop.now();
  const bool again = report.resumed && earlier->ended;
  // Before anything else is in the record: what was begun, or sent, is gone on with after a crash.
  if (auto noted = note_beginning(scenario, options, report); !noted)
    return std::unexpected(noted.error());
  EngineParts parts(scenario, report.seed, world.ports(report.began), report.began);
  if (options.listener != nullptr) parts.add_listener(*options.listener);
  parts.metrics.expect_retries();
  if (report.resumed) {
    if (auto counted = count_earlier(options.record, scenario, parts.metrics); !counted)
      return std::unexpected(counted.error());
  }
  if (auto started = parts.start(!again); !started) return std::unexpected(started.error());
  auto mailbox = adapters::Mailbox::open(options.record);
  if (!mailbox) return std::unexpected(mailbox.error());
  std::vector<Host*> hosts;
  for (const auto& host : parts.hosts) hosts.push_back(host.get());
  MailboxClient commands(std::move(*mailbox), *parts.gateway, hosts);
  // What is left gets as much time again, so that a run which is taken up late finishes its work.
  // The traffic and the schedules of one that had ended are over.
  const Instant now = world.loop.now();
  Instant horizon = again ? now : saturating_add(report.began, scenario.horizon);
  Instant end = saturating_add(report.resumed ? now : report.began, scenario.horizon);
  if (scenario.drain) end = saturating_add(end, *scenario.drain);
  if (again && !options.keep_running) parts.close();
  if (options.keep_running) horizon = end = kNever;
  Watch watch(world.loop, parts, commands, options, horizon, end);
  parts.add_listener(watch);
  world.loop.run();

  if (!parts.refused.empty()) return invalid(parts.refused);
  if (const std::string why = parts.down_because(); !why.empty())
    return fail(ErrorKind::kCannotHappen, why);
  if (!commands.down_because().empty())
    return fail(ErrorKind::kCannotHappen, commands.down_because());
  report.interrupted = options.interrupted != nullptr && options.interrupted->load();
  report.ended = world.loop.now();
  report.digest = parts.digest.digest();
  report.live_workflows = parts.live_workflows();
  report.unfinished = !parts.done();
  report.passed_over = parts.passed_over();
  report.refused_starts = parts.clients->refused();
  report.refused_because = parts.clients->refused_because();
  parts.finish();
  report.metrics = std::make_unique<Metrics>(std::move(parts.metrics));
  report.events = static_cast<std::uint64_t>(report.metrics->number("events", "").value_or(0));
  report.thresholds = judge(scenario.thresholds, *report.metrics, report.ended - report.began);
  adapters::RunSummary summary = summary_of(parts, report, options);
  // What is not done is not forgotten: the record stays open, and the same command goes on with it.
  if (report.unfinished || report.interrupted) summary.facts.ended_at = kUnset;
  if (auto added = adapters::add_summary(options.record, summary); !added)
    return std::unexpected(added.error());
  return report;
}

}  // namespace gnomon::scenarios
