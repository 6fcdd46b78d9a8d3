// The engine in the real world: SQLite with synchronous=FULL, the system's clock, and a runtime in
// this process whose actions do nothing. Each figure stands beside what bare SQLite takes for the
// least that an engine must write, in one run. The models (W1 a chain, W2 many small workflows, W3
// one large one) are those by which workflow engines are compared; see README.md.

#include <benchmark/benchmark.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "engine/base/ensure.h"
#include "tests/bench/real_engine.h"

namespace gnomon::bench {
namespace {

/// Runs `workflows` instances at once; gives the instants at which actions were launched.
std::vector<Instant> run_real(const DefinitionPtr& definition, std::uint64_t workflows,
                              const std::string& path) {
  RealEngine engine(path);
  std::vector<Instant> launches;
  engine.runtime.on_launch = [&](const ActionKey&, Instant now) { launches.push_back(now); };
  engine.start();
  engine.submit(definition, workflows);
  engine.run_until_ended(workflows);
  return launches;
}

/// One row, one commit, one fsync: how long each of `count` takes.
void bare_commits(const std::string& path, int count, std::vector<Duration>& times) {
  sqlite3* database = nullptr;
  ENSURE(sqlite3_open(path.c_str(), &database) == SQLITE_OK, "cannot open {}", path);
  sqlite3_exec(database,
               "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS t (a "
               "INTEGER PRIMARY KEY, b TEXT)",
               nullptr, nullptr, nullptr);
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(
      database, "INSERT INTO t (b) VALUES ('a row of some length, as an engine would write it')",
      -1, &insert, nullptr);
  for (int i = 0; i < count; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    sqlite3_step(insert);
    sqlite3_reset(insert);
    times.push_back(std::chrono::steady_clock::now() - begin);
  }
  sqlite3_finalize(insert);
  sqlite3_close(database);
}

Duration median(std::vector<Duration>& times) {
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::nth_element(times.begin(), middle, times.end());
  return *middle;
}

void chain_of_100(benchmark::State& state) {
  const DefinitionPtr definition = layers(100, 1);
  const std::string bare_path = fresh_file("gnomon-bare.db");
  std::vector<Duration> steps, bare;
  for (auto _ : state) {
    const std::vector<Instant> launches = run_real(definition, 1, fresh_file("gnomon-chain.db"));
    for (std::size_t i = 1; i < launches.size(); ++i)
      steps.push_back(launches[i] - launches[i - 1]);
    // In turns, because a disk has moods.
    state.PauseTiming();
    bare_commits(bare_path, 100, bare);
    state.ResumeTiming();
  }
  const auto microseconds = [](Duration time) { return static_cast<double>(time.count()) / 1e3; };
  state.counters["step_us"] = microseconds(median(steps));
  state.counters["bare_commit_us"] = microseconds(median(bare));
  state.counters["ratio"] = microseconds(median(steps)) / microseconds(median(bare));
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

/// workflows_of_10 on a store that has seen 100,000 of them (1,000,000 nodes) and was analyzed, in
/// turns with a fresh one. of_fresh: its throughput as a share of the fresh one's.
void aged_store(benchmark::State& state) {
  const DefinitionPtr definition = layers(10, 1);
  const std::string aged = fresh_file("gnomon-aged.db");
  for (int batch = 0; batch < 10; ++batch) run_real(definition, 10'000, aged);
  sqlite3* database = nullptr;
  ENSURE(sqlite3_open(aged.c_str(), &database) == SQLITE_OK, "cannot open {}", aged);
  ENSURE(sqlite3_exec(database, "ANALYZE", nullptr, nullptr, nullptr) == SQLITE_OK, "no ANALYZE");
  sqlite3_close(database);
  std::vector<Duration> fresh_times, aged_times;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    run_real(definition, 1000, fresh_file("gnomon-fresh.db"));
    const auto between = std::chrono::steady_clock::now();
    run_real(definition, 1000, aged);
    fresh_times.push_back(between - begin);
    aged_times.push_back(std::chrono::steady_clock::now() - between);
  }
  state.counters["of_fresh"] = static_cast<double>(median(fresh_times).count()) /
                               static_cast<double>(median(aged_times).count());
}

BENCHMARK(chain_of_100)->Unit(benchmark::kMillisecond)->Iterations(5)->UseRealTime();
BENCHMARK(workflows_of_10)->Unit(benchmark::kMillisecond)->Iterations(5)->UseRealTime();
BENCHMARK(one_of_20000)->Unit(benchmark::kMillisecond)->Iterations(5)->UseRealTime();
BENCHMARK(aged_store)->Unit(benchmark::kMillisecond)->Iterations(11)->UseRealTime();

}  // namespace
}  // namespace gnomon::bench

BENCHMARK_MAIN();
