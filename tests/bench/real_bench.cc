// The engine in the real world: SQLite with synchronous=FULL, the system's clock, and a runtime in
// this process whose actions do nothing. Each figure stands beside what bare SQLite takes for the
// least that an engine must write, in one run. The models (W1 a chain, W2 many small workflows, W3
// one large one) are those by which workflow engines are compared; see ARCHITECTURE.md.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/sqlite/sqlite_store.h"
#include "adapters/system/event_loop.h"
#include "engine/base/ensure.h"
#include "engine/shard/host.h"
#include "scenarios/language/workflow.h"

namespace gnomon {
namespace {

/// Ends every action as soon as it is launched.
class NoopRuntime final : public Runtime {
 public:
  NoopRuntime(Clock& clock, Inbox& inbox) : clock_(clock), inbox_(inbox) {}
  void launch(const Launch& launch) override {
    const Instant now = clock_.now();
    if (on_launch) on_launch(now);
    inbox_.post(ActionEnded{.key = launch.key, .started_at = now, .ended_at = now, .result = {}});
  }
  void poll(const ActionKey& key) override { inbox_.post(ActionStatus{key, false}); }
  void cancel(const ActionKey&) override {}
  std::function<void(Instant)> on_launch;

 private:
  Clock& clock_;
  Inbox& inbox_;
};

class Relay final : public Inbox {
 public:
  void post(Answer answer) override { host->post(std::move(answer)); }
  Host* host = nullptr;
};

/// Stops the loop when so many workflows have ended.
class Countdown final : public CommitListener {
 public:
  Countdown(adapters::EventLoop& loop, std::uint64_t workflows) : loop_(loop), left_(workflows) {}
  void committed(const Commit& commit) override {
    for (const WorkflowRow& row : commit.workflows) {
      if (row.phase == WorkflowPhase::kFinished && --left_ == 0) loop_.stop();
    }
  }

 private:
  adapters::EventLoop& loop_;
  std::uint64_t left_;
};

std::string fresh_file(const char* name) {
  const std::string path = (std::filesystem::temp_directory_path() / name).string();
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  return path;
}

DefinitionPtr layers(std::uint32_t count, std::uint32_t width) {
  auto definition = scenarios::decode_workflow(
      "w", fmt::format(R"({{"generate":{{"layers":{},"width":{},"fan_in":{},"edges":"neighbours",)"
                       R"("task":{{"runtime":"noop","action":"x"}}}}}})",
                       count, width, width > 1 ? 2 : 1));
  ENSURE(definition.has_value(), "the benchmark's workflow is wrong: {}",
         definition.error().message);
  return *definition;
}

/// Runs `workflows` instances at once; gives the instants at which actions were launched.
std::vector<Instant> run_real(const DefinitionPtr& definition, std::uint64_t workflows,
                              const std::string& path) {
  adapters::EventLoop loop;
  Relay relay;
  NoopRuntime runtime(loop, relay);
  std::vector<Instant> launches;
  runtime.on_launch = [&](Instant now) { launches.push_back(now); };
  auto store = adapters::SqliteStore::create(
      {.path = path, .shard = 0, .vfs = {}}, relay,
      [&](adapters::SqliteStore::Task task) { loop.post(std::move(task)); });
  ENSURE(store.has_value(), "{}", store.error().message);
  HostSettings settings;
  settings.shard.workflow.runtimes = {{"noop", std::nullopt}};
  settings.shard.workflow.actions.sweep_interval = Duration::max();
  NodeExecutors executors;
  Host host(settings, executors, loop, **store, {&runtime}, {});
  relay.host = &host;
  Countdown countdown(loop, workflows);
  host.add_listener(countdown);
  ENSURE(host.start().has_value(), "the host does not start");
  for (std::uint64_t i = 0; i < workflows; ++i)
    host.submit(StartWorkflow{.workflow = {.definition = definition}});
  loop.run();
  return launches;
}

/// One row, one commit, one fsync.
Duration bare_commit(const std::string& path) {
  sqlite3* database = nullptr;
  ENSURE(sqlite3_open(path.c_str(), &database) == SQLITE_OK, "cannot open {}", path);
  sqlite3_exec(database,
               "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (a INTEGER "
               "PRIMARY KEY, b TEXT)",
               nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(
      database, "INSERT INTO t (b) VALUES ('a row of some length, as an engine would write it')",
      -1, &insert, nullptr);
  std::vector<Duration> times;
  for (int i = 0; i < 300; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    sqlite3_step(insert);
    sqlite3_reset(insert);
    times.push_back(std::chrono::steady_clock::now() - begin);
  }
  sqlite3_finalize(insert);
  sqlite3_close(database);
  std::nth_element(times.begin(), times.begin() + 150, times.end());
  return times[150];
}

void chain_of_100(benchmark::State& state) {
  const DefinitionPtr definition = layers(100, 1);
  std::vector<Duration> steps;
  for (auto _ : state) {
    const std::vector<Instant> launches = run_real(definition, 1, fresh_file("gnomon-chain.db"));
    for (std::size_t i = 1; i < launches.size(); ++i)
      steps.push_back(launches[i] - launches[i - 1]);
  }
  const Duration bare = bare_commit(fresh_file("gnomon-bare.db"));
  std::nth_element(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2),
                   steps.end());
  const Duration step = steps[steps.size() / 2];
  state.counters["step_us"] = static_cast<double>(step.count()) / 1e3;
  state.counters["bare_commit_us"] = static_cast<double>(bare.count()) / 1e3;
  state.counters["ratio"] = static_cast<double>(step.count()) / static_cast<double>(bare.count());
}

void workflows_of_10(benchmark::State& state) {
  const DefinitionPtr definition = layers(10, 1);
  for (auto _ : state) run_real(definition, 1000, fresh_file("gnomon-many.db"));
  state.SetItemsProcessed(state.iterations() * 10'000);
}

void one_of_20000(benchmark::State& state) {
  const DefinitionPtr definition = layers(200, 100);
  for (auto _ : state) run_real(definition, 1, fresh_file("gnomon-large.db"));
  state.SetItemsProcessed(state.iterations() * 20'000);
}

BENCHMARK(chain_of_100)->Unit(benchmark::kMillisecond)->Iterations(5)->UseRealTime();
BENCHMARK(workflows_of_10)->Unit(benchmark::kMillisecond)->Iterations(5)->UseRealTime();
BENCHMARK(one_of_20000)->Unit(benchmark::kMillisecond)->Iterations(5)->UseRealTime();

}  // namespace
}  // namespace gnomon

BENCHMARK_MAIN();
