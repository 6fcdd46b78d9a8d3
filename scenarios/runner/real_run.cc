#include "scenarios/runner/real_run.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "adapters/file_sink/file_sink.h"
#include "adapters/process/process_runtime.h"
#include "adapters/sqlite/mailbox.h"
#include "adapters/sqlite/record_reader.h"
#include "adapters/sqlite/run_lock.h"
#include "adapters/sqlite/sqlite_store.h"
#include "adapters/system/event_loop.h"
#include "scenarios/runner/engine_parts.h"
#include "scenarios/runner/mailbox_client.h"
#include "scenarios/runner/recorder.h"
#include "scenarios/runner/thresholds.h"
#include "sim/world/network.h"
#include "sim/world/pool.h"
#include "sim/world/sim_sink.h"

namespace gnomon::scenarios {
namespace {

/// What the record of an earlier life says: where to go on, if there is something to do. A run that
/// has ended is forgotten.
struct EarlierLife {
  bool unfinished = false;  ///< the run has not ended, or was sent commands since
  bool ended = false;       ///< it had ended, once at least: all of its traffic has come
  std::uint64_t seed = 0;
  Instant began{};
};

Expected<EarlierLife> look_at(const Scenario& scenario, const std::string& path) {
  EarlierLife earlier;
  if (!std::filesystem::exists(path) || adapters::RecordReader::is_blank(path)) return earlier;
  adapters::RunFacts facts;
  {
    auto reader = adapters::RecordReader::open(path);
    if (!reader) return std::unexpected(reader.error());
    auto read = reader->facts();
    if (!read) return std::unexpected(read.error());
    facts = std::move(*read);
  }
  earlier.seed = facts.seed.value_or(scenario.seed);
  earlier.began = facts.started_at;
  earlier.ended = facts.ended_at != kUnset || facts.ended_before != kUnset;
  earlier.unfinished = facts.world == "real" && facts.started_at != kUnset;
  if (earlier.unfinished && facts.ended_at != kUnset) {
    const auto removed = adapters::Mailbox::remove_unless_waiting(path);
    if (!removed) return std::unexpected(removed.error());
    earlier.unfinished = !*removed;
  }
  if (earlier.unfinished && facts.scenario != scenario.name) {
    return invalid(fmt::format(
        "{} holds the unfinished run of another scenario, '{}': finish that one first, or choose "
        "another record with -o",
        path, facts.scenario));
  }
  return earlier;
}

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
  RealWorld(const Scenario& of, std::uint64_t seed, const RunOptions& with)
      : scenario_(of),
        options_(with),
        random_{seed},
        loop(with.time_scale),
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
      const std::string lock = fmt::format("{}.{}.lock", options_.record, runtime.pool.name);
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
        options_.progress({loop_.now(), horizon_, parts_.digest.events(), parts_.live_workflows()});
      }
      tick();
    }
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
};

}  // namespace

Expected<RunReport> run_real(const Scenario& scenario, const RunOptions& options) {
  if (options.record.empty())
    return invalid("a run in the real world needs a record: it is the engine's store");
  const auto lock = adapters::RunLock::take(options.record);
  if (!lock) return std::unexpected(lock.error());
  auto earlier = look_at(scenario, options.record);
  if (!earlier) return std::unexpected(earlier.error());
  RunReport report;
  report.resumed = earlier->unfinished;
  report.seed = report.resumed ? earlier->seed : options.seed.value_or(scenario.seed);
  if (!report.resumed) {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm"})
      std::filesystem::remove(options.record + suffix, ignored);
  }

  RealWorld world(scenario, report.seed, options);
  if (auto opened = world.open(); !opened) return std::unexpected(opened.error());
  report.began = report.resumed ? earlier->began : world.loop.now();
  EngineParts parts(scenario, report.seed, world.ports(report.began), report.began);
  if (options.listener != nullptr) parts.add_listener(*options.listener);
  const bool again = report.resumed && earlier->ended;
  if (auto started = parts.start(!again); !started) return std::unexpected(started.error());
  auto mailbox = adapters::Mailbox::open(options.record);
  if (!mailbox) return std::unexpected(mailbox.error());
  std::vector<Host*> hosts;
  for (const auto& host : parts.hosts) hosts.push_back(host.get());
  MailboxClient commands(std::move(*mailbox), *parts.gateway, hosts);
  if (!report.resumed) {
    adapters::RunSummary opening;
    opening.facts.world = "real";
    opening.facts.scenario = scenario.name;
    opening.facts.scenario_text = options.scenario_text;
    opening.facts.seed = report.seed;
    opening.facts.started_at = report.began;
    if (auto added = adapters::add_summary(options.record, opening); !added)
      return std::unexpected(added.error());
  }
  if (again) {
    if (auto reopened = adapters::reopen_run(options.record); !reopened)
      return std::unexpected(reopened.error());
  }
  // A run that had ended gets as much time again for what it was sent, but its traffic and its
  // schedules are over.
  Instant horizon = saturating_add(again ? world.loop.now() : report.began, scenario.horizon);
  Instant end = scenario.drain ? saturating_add(horizon, *scenario.drain) : horizon;
  if (options.keep_running) {
    horizon = end = kNever;
  } else if (again) {
    parts.close();
    horizon = world.loop.now();
  }
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
  report.events = parts.digest.events();
  report.live_workflows = parts.live_workflows();
  report.refused_starts = parts.clients->refused();
  report.refused_because = parts.clients->refused_because();
  parts.finish();
  report.metrics = std::make_unique<Metrics>(std::move(parts.metrics));
  auto thresholds =
      check_thresholds(scenario.thresholds, *report.metrics, report.ended - report.began);
  if (!thresholds) return std::unexpected(thresholds.error());
  report.thresholds = std::move(*thresholds);
  // Interrupted, the record stays open: the same command goes on with it.
  if (!report.interrupted) {
    if (auto added = adapters::add_summary(options.record, summary_of(parts, report, options));
        !added) {
      return std::unexpected(added.error());
    }
  }
  return report;
}

}  // namespace gnomon::scenarios
