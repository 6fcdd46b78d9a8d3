// The layered DAG of the published simulators' comparisons: L layers of W tasks on K workers, the
// whole engine in simulation, against a bare loop over the same graph, in one run.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "adapters/sqlite/record_writer.h"
#include "engine/base/digest.h"
#include "engine/base/ensure.h"
#include "engine/model/definition.h"
#include "engine/shard/gateway.h"
#include "engine/shard/host.h"
#include "sim/kernel/kernel.h"
#include "sim/world/pool.h"
#include "sim/world/sim_store.h"

namespace gnomon::sim {
namespace {

struct Dag {
  std::uint32_t layers;
  std::uint32_t width;
  std::vector<std::int64_t> duration;
  std::vector<std::uint32_t> parent_begin;
  std::vector<std::uint32_t> parents;
};

Dag make_dag(std::uint32_t layers, std::uint32_t width) {
  Dag dag{layers, width, {}, {0}, {}};
  std::uint64_t x = 42;
  const auto step = [&] { return x = x * 6364136223846793005ULL + 1442695040888963407ULL; };
  for (std::uint32_t i = 0; i < layers * width; ++i) {
    dag.duration.push_back(
        static_cast<std::int64_t>(1'000'000'000 + (step() >> 11) % 9'000'000'000ULL));
    if (i >= width) {
      const std::uint32_t layer = i / width;
      const std::uint64_t k = 1 + (step() >> 33) % 5;
      const std::size_t begin = dag.parents.size();
      for (std::uint64_t j = 0; j < k; ++j) {
        const auto parent =
            static_cast<std::uint32_t>((layer - 1) * width + (step() >> 33) % width);
        bool known = false;
        for (std::size_t p = begin; p < dag.parents.size(); ++p) known |= dag.parents[p] == parent;
        if (!known) dag.parents.push_back(parent);
      }
    }
    dag.parent_begin.push_back(static_cast<std::uint32_t>(dag.parents.size()));
  }
  return dag;
}

double expected_makespan(std::uint32_t layers) {
  return layers == 20 ? 225.295935052 : 11003.857585877;
}

/// The same work without an engine: counters, a FIFO and a heap.
double run_bare(const Dag& dag, std::uint32_t workers) {
  const auto n = static_cast<std::uint32_t>(dag.duration.size());
  std::vector<std::uint32_t> waiting(n), begin(n + 1), children(dag.parents.size());
  for (std::uint32_t i = 0; i < n; ++i) {
    waiting[i] = dag.parent_begin[i + 1] - dag.parent_begin[i];
    for (std::uint32_t p = dag.parent_begin[i]; p < dag.parent_begin[i + 1]; ++p)
      ++begin[dag.parents[p] + 1];
  }
  for (std::uint32_t i = 0; i < n; ++i) begin[i + 1] += begin[i];
  std::vector<std::uint32_t> at(begin.begin(), begin.end() - 1);
  for (std::uint32_t i = 0; i < n; ++i) {
    for (std::uint32_t p = dag.parent_begin[i]; p < dag.parent_begin[i + 1]; ++p)
      children[at[dag.parents[p]]++] = i;
  }
  struct Running {
    std::int64_t at;
    std::uint64_t sequence;
    std::uint32_t task;
    bool operator>(const Running& other) const {
      return at != other.at ? at > other.at : sequence > other.sequence;
    }
  };
  std::priority_queue<Running, std::vector<Running>, std::greater<>> running;
  std::vector<std::uint32_t> ready(n);
  std::size_t head = 0, tail = 0;
  for (std::uint32_t i = 0; i < dag.width; ++i) ready[tail++] = i;
  std::int64_t now = 0;
  std::uint64_t sequence = 0;
  std::uint32_t idle = workers;
  for (;;) {
    for (; idle > 0 && head < tail; --idle) {
      const std::uint32_t task = ready[head++];
      running.push({now + dag.duration[task], sequence++, task});
    }
    if (running.empty()) break;
    const Running done = running.top();
    running.pop();
    now = done.at;
    ++idle;
    for (std::uint32_t c = begin[done.task]; c < begin[done.task + 1]; ++c) {
      if (--waiting[children[c]] == 0) ready[tail++] = children[c];
    }
  }
  return static_cast<double>(now) / 1e9;
}

class DigestListener final : public CommitListener {
 public:
  void committed(const Commit& commit) override {
    for (const gnomon::Event& event : commit.events)
      digest_.add(static_cast<const EventFacts*>(&event), sizeof(EventFacts));
    events_ += commit.events.size();
  }
  const Digest& digest() const { return digest_; }
  std::uint64_t events() const { return events_; }

 private:
  Digest digest_;
  std::uint64_t events_ = 0;
};

class Mailbox final : public Inbox {
 public:
  void post(Answer answer) override { host->post(std::move(answer)); }
  Host* host = nullptr;
};

struct EngineRun {
  double makespan = 0;
  std::uint64_t events = 0;
  std::string digest;
};

DefinitionPtr define(const Dag& dag) {
  DefinitionBuilder builder("layers");
  const std::uint32_t spec =
      builder.add_spec({.work = TaskSpec{.runtime = "pool", .action = "work", .params = {}}});
  const auto n = static_cast<std::uint32_t>(dag.duration.size());
  for (std::uint32_t i = 0; i < n; ++i) builder.add_node(fmt::format("t{}", i), spec);
  for (std::uint32_t i = 0; i < n; ++i) {
    for (std::uint32_t p = dag.parent_begin[i]; p < dag.parent_begin[i + 1]; ++p)
      builder.add_edge(dag.parents[p], i);
  }
  auto definition = builder.build();
  ENSURE(definition.has_value(), "the benchmark's graph is wrong: {}",
         definition.error().front().message);
  return *definition;
}

EngineRun run_engine(const DefinitionPtr& definition, const Behaviours& behaviours,
                     std::uint32_t workers, CommitListener* witness = nullptr) {
  Kernel kernel;
  Mailbox mailbox;
  const KeyedRandom random{1};
  PoolSettings pool_settings;
  pool_settings.name = "pool";
  pool_settings.workers = workers;
  Pool pool(pool_settings, behaviours, random, kernel, mailbox);
  SimDisk disk;
  SimStore store({.keep_rows = false, .keep_events = false}, disk, random, kernel, mailbox);
  NodeExecutors executors;
  HostSettings settings;
  settings.shard.workflow.random = random;
  settings.shard.workflow.runtimes = {{"pool", std::nullopt}};
  settings.shard.workflow.actions.sweep_interval = Duration::max();
  Host host(settings, executors, kernel, store, {&pool}, {});
  mailbox.host = &host;
  DigestListener digest;
  host.add_listener(digest);
  if (witness != nullptr) host.add_listener(*witness);
  ENSURE(host.start().has_value(), "the host does not start");
  host.submit(StartWorkflow{.workflow = {.definition = definition}});
  kernel.run();
  ENSURE(host.shard()->workflows().live_workflows() == 0, "the workflow has not ended");
  return {static_cast<double>(to_ns(kernel.now())) / 1e9, digest.events(),
          digest.digest().to_string()};
}

void bare(benchmark::State& state) {
  const Dag dag = make_dag(static_cast<std::uint32_t>(state.range(0)), 1000);
  double makespan = 0;
  for (auto _ : state) makespan = run_bare(dag, 500);
  if (std::abs(makespan - expected_makespan(dag.layers)) > 1e-9)
    state.SkipWithError("wrong makespan");
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(dag.duration.size()));
}

void engine(benchmark::State& state) {
  const Dag dag = make_dag(static_cast<std::uint32_t>(state.range(0)), 1000);
  const DefinitionPtr definition = define(dag);
  Behaviours behaviours;
  Behaviour& work = behaviours.of_action["work"];
  for (const std::int64_t ns : dag.duration) work.duration_of_node.emplace_back(ns);
  EngineRun run;
  for (auto _ : state) run = run_engine(definition, behaviours, 500);
  if (std::abs(run.makespan - expected_makespan(dag.layers)) > 1e-9) {
    state.SkipWithError(fmt::format("makespan {} is wrong", run.makespan).c_str());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(dag.duration.size()));
  state.counters["events/node"] =
      static_cast<double>(run.events) / static_cast<double>(dag.duration.size());
  state.SetLabel(run.digest);
}

/// The same with the full record written to SQLite: every node, every event.
class Recording final : public CommitListener {
 public:
  explicit Recording(const std::string& path)
      : writer_(std::move(*adapters::RecordWriter::create(path))) {}
  void committed(const Commit& commit) override {
    ENSURE(writer_->write(commit).has_value(), "the record cannot be written");
  }
  void finish() { ENSURE(writer_->finish({}).has_value(), "the record cannot be finished"); }

 private:
  std::unique_ptr<adapters::RecordWriter> writer_;
};

void engine_with_record(benchmark::State& state) {
  const Dag dag = make_dag(static_cast<std::uint32_t>(state.range(0)), 1000);
  const DefinitionPtr definition = define(dag);
  Behaviours behaviours;
  Behaviour& work = behaviours.of_action["work"];
  for (const std::int64_t ns : dag.duration) work.duration_of_node.emplace_back(ns);
  const std::string path =
      (std::filesystem::temp_directory_path() / "gnomon-dag-bench.db").string();
  for (auto _ : state) {
    Recording recording(path);
    run_engine(definition, behaviours, 500, &recording);
    recording.finish();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(dag.duration.size()));
  state.counters["bytes/node"] = static_cast<double>(std::filesystem::file_size(path)) /
                                 static_cast<double>(dag.duration.size());
  std::filesystem::remove(path);
}

/// A line of /proc/self/status, in bytes.
double status_bytes(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name)) return std::stod(line.substr(name.size() + 1)) * 1024;
  }
  return 0;
}

/// What the process grows by from before the definition is made to the peak of the run, a node.
/// What the makers of graph and definition need in between is left out: it is given back first.
void peak_memory(benchmark::State& state) {
  const Dag dag = make_dag(static_cast<std::uint32_t>(state.range(0)), 1000);
  Behaviours behaviours;
  Behaviour& work = behaviours.of_action["work"];
  for (const std::int64_t ns : dag.duration) work.duration_of_node.emplace_back(ns);
  double bytes = 0;
  for (auto _ : state) {
    int ends[2];
    ENSURE(pipe(ends) == 0, "no pipe");
    const pid_t child = fork();
    if (child == 0) {
      malloc_trim(0);
      const double before = status_bytes("VmRSS:");
      const DefinitionPtr definition = define(dag);
      malloc_trim(0);
      std::ofstream("/proc/self/clear_refs") << "5";  // the peak is counted from here
      run_engine(definition, behaviours, 500);
      const double grown = status_bytes("VmHWM:") - before;
      _exit(write(ends[1], &grown, sizeof grown) == sizeof grown ? 0 : 1);
    }
    ENSURE(read(ends[0], &bytes, sizeof bytes) == sizeof bytes, "the child does not answer");
    close(ends[0]);
    close(ends[1]);
    waitpid(child, nullptr, 0);
  }
  state.counters["bytes/node"] = bytes / static_cast<double>(dag.duration.size());
}

BENCHMARK(peak_memory)->Arg(1000)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(engine_with_record)->Arg(20)->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK(bare)->Arg(20)->Arg(1000)->Unit(benchmark::kMillisecond);
BENCHMARK(engine)->Arg(20)->Arg(1000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gnomon::sim

BENCHMARK_MAIN();
