// What a crash costs: W5 (a process that runs 1,000 chains of 10 is killed with SIGKILL after 4,000
// executions, and another one goes on), and the time to rebuild a shard of 1,000,000 live nodes.

#include <benchmark/benchmark.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "adapters/sqlite/record_reader.h"
#include "tests/bench/real_engine.h"

namespace gnomon::bench {
namespace {

constexpr std::uint64_t kWorkflows = 1'000;
constexpr NodeIndex kNodes = 10;
constexpr std::uint64_t kKilledAfter = 4'000;

/// How often each node was executed, in memory that outlives a process that is killed.
class Executions {
 public:
  Executions() {
    void* memory = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ENSURE(memory != MAP_FAILED, "no memory to share");
    counts_ = static_cast<std::atomic<std::uint32_t>*>(memory);
  }
  ~Executions() { munmap(counts_, kBytes); }
  Executions(const Executions&) = delete;
  Executions& operator=(const Executions&) = delete;

  std::uint32_t count(const ActionKey& key) { return ++at(key.workflow, key.node); }
  std::atomic<std::uint32_t>& at(WorkflowId workflow, NodeIndex node) {
    return counts_[(sequence_of(workflow) - 1) * kNodes + node];
  }

 private:
  static constexpr std::size_t kBytes = kWorkflows * kNodes * sizeof(std::atomic<std::uint32_t>);
  std::atomic<std::uint32_t>* counts_;
};

std::set<NodeRef> finished_nodes(const std::string& path) {
  auto reader = adapters::RecordReader::open(path);
  ENSURE(reader.has_value(), "{}", reader.error().message);
  std::set<NodeRef> finished;
  const auto read = reader->all_nodes([&](NodeRow&& row) {
    if (row.phase == NodePhase::kFinished) finished.insert({row.workflow, row.node});
    return true;
  });
  ENSURE(read.has_value(), "{}", read.error().message);
  return finished;
}

/// Time: from the restart to the end of all work, the opening of the store included.
void killed_and_restarted(benchmark::State& state) {
  const DefinitionPtr definition = layers(kNodes, 1);
  std::uint64_t finished_again = 0, twice = 0, lost = 0;
  for (auto _ : state) {
    const std::string path = fresh_file("gnomon-killed.db");
    Executions executions;
    const pid_t child = fork();
    if (child == 0) {
      RealEngine engine(path);
      std::uint64_t launched = 0;
      engine.runtime.on_launch = [&](const ActionKey& key, Instant) {
        executions.count(key);
        if (++launched == kKilledAfter) kill(getpid(), SIGKILL);
      };
      engine.start();
      engine.submit(definition, kWorkflows);
      engine.run_until_ended(kWorkflows);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    ENSURE(WIFSIGNALED(status), "the first life was not killed");
    const std::set<NodeRef> finished = finished_nodes(path);

    const auto restart = std::chrono::steady_clock::now();
    RealEngine engine(path);
    engine.runtime.on_launch = [&](const ActionKey& key, Instant) {
      executions.count(key);
      finished_again += finished.contains({key.workflow, key.node});
    };
    engine.start();
    engine.run_until_ended(engine.workflows().live_workflows());
    state.SetIterationTime(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - restart).count());
    for (std::uint64_t workflow = 1; workflow <= kWorkflows; ++workflow) {
      for (NodeIndex node = 0; node < kNodes; ++node) {
        const std::uint32_t count = executions.at(make_workflow_id(0, workflow), node);
        lost += count == 0;
        twice += count > 1;
      }
    }
  }
  if (lost > 0 || finished_again > 0) state.SkipWithError("a node was lost, or ran after its end");
  state.counters["lost"] = static_cast<double>(lost);
  state.counters["finished_again"] = static_cast<double>(finished_again);
  state.counters["executed_twice"] =
      static_cast<double>(twice) / static_cast<double>(state.iterations());
}

/// 1,000 workflows of 10 x 100 nodes; half of all nodes have ended, the next are in their runtime.
void million_live_nodes(benchmark::State& state) {
  constexpr std::uint64_t kLive = 1'000'000;
  const std::string path = fresh_file("gnomon-recovery.db");
  {
    const DefinitionPtr definition = layers(10, 100);
    RealEngine engine(path);
    engine.runtime.holds = [](const ActionKey& key) { return key.node >= 500; };
    engine.start();
    engine.submit(definition, kLive / 1'000);
    engine.run_until_nodes_ended(kLive / 2);
  }
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    RealEngine engine(path);
    engine.start();
    state.SetIterationTime(
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    ENSURE(engine.workflows().live_workflows() == kLive / 1'000, "not all workflows came back");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kLive));
}

BENCHMARK(killed_and_restarted)->Unit(benchmark::kMillisecond)->Iterations(5)->UseManualTime();
BENCHMARK(million_live_nodes)->Unit(benchmark::kMillisecond)->Iterations(3)->UseManualTime();

}  // namespace
}  // namespace gnomon::bench

BENCHMARK_MAIN();
