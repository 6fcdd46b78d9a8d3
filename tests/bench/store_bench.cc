#include <benchmark/benchmark.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/sqlite/record_reader.h"
#include "adapters/sqlite/record_writer.h"
#include "adapters/sqlite/shard_file.h"
#include "adapters/sqlite/sqlite_store.h"
#include "adapters/system/event_loop.h"
#include "engine/model/policy.h"

// The store and the record by themselves: the commits that an engine makes of the models W1 and W2
// (tests/bench/ README.md), made by hand. GNOMON_AGED_WORKFLOWS=1000000 ages the store before it is
// measured.

namespace gnomon {
namespace {

using Wall = std::chrono::steady_clock;
constexpr NodeIndex kNodes = 10;

double seconds_since(Wall::time_point start) {
  return std::chrono::duration<double>(Wall::now() - start).count();
}

/// A folder on the disk of the present directory, as /tmp may be memory.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::current_path() / "store-bench-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// The rows and events of chains of kNodes nodes, as an engine commits them: a step is the end of
/// one node and the launch of the next.
class ChainCommits {
 public:
  void begin(const StoredShard& shard) {
    commit.fence = shard.fence;
    commit.sequence = 0;
    commit.next_workflow = shard.next_workflow;
    last_event_ = shard.last_event;
  }
  Commit& next() {
    commit.clear();
    ++commit.sequence;
    now_ += 1ms;
    return commit;
  }
  WorkflowId create() {
    WorkflowRow& row = commit.workflows.emplace_back();
    row.id = make_workflow_id(0, commit.next_workflow++);
    row.definition = 1;
    row.tenant = "research";
    row.created_at = now_;
    event(EventKind::kWorkflowCreated, row.id);
    event(EventKind::kWorkflowStarted, row.id);
    return row.id;
  }
  void launch(WorkflowId id, NodeIndex node) {
    node_row(id, node, NodePhase::kRunning);
    event(EventKind::kNodeReady, id, node);
    event(EventKind::kNodeStarted, id, node);
    event(EventKind::kActionLaunched, id, node, 1);
  }
  void end(WorkflowId id, NodeIndex node) {
    NodeRow& row = node_row(id, node, NodePhase::kFinished);
    row.outcome = static_cast<std::uint8_t>(Outcome::kSucceeded);
    row.finishing_at = row.finished_at = row.ended_at = now_;
    event(EventKind::kActionEnded, id, node, 1, row.outcome);
    event(EventKind::kNodeFinishing, id, node);
    event(EventKind::kNodeEnded, id, node, 0, row.outcome);
  }
  void finish(WorkflowId id) {
    WorkflowRow& row = commit.workflows.emplace_back();
    row.id = id;
    row.definition = 1;
    row.tenant = "research";
    row.phase = WorkflowPhase::kFinished;
    row.outcome = static_cast<std::uint8_t>(Outcome::kSucceeded);
    row.created_at = now_ - 10ms;
    row.finished_at = now_;
    event(EventKind::kWorkflowEnded, id, kNoNode, 0, row.outcome);
  }
  /// The commit of step `step` (0 to kNodes) of the workflows from `first` on.
  void step(std::uint64_t first, std::uint64_t count, NodeIndex step) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const WorkflowId id = step == 0 ? create() : make_workflow_id(0, first + i);
      if (step > 0) end(id, step - 1);
      if (step < kNodes) {
        launch(id, step);
      } else {
        finish(id);
      }
    }
  }

  Commit commit;

 private:
  NodeRow& node_row(WorkflowId id, NodeIndex node, NodePhase phase) {
    NodeRow& row = commit.nodes.emplace_back();
    row.workflow = id;
    row.node = node;
    row.phase = phase;
    row.attempt = 1;
    row.ready_at = row.running_at = row.launched_at = row.started_at = now_;
    return row;
  }
  void event(EventKind kind, WorkflowId id, NodeIndex node = kNoNode, std::uint32_t attempt = 0,
             std::uint8_t outcome = 0) {
    Event& event = commit.events.emplace_back();
    event.sequence = ++last_event_;
    event.at = now_;
    event.kind = kind;
    event.workflow = id;
    event.node = node;
    event.attempt = attempt;
    event.outcome = outcome;
  }

  Instant now_ = from_ns(1'760'000'000'000'000'000);
  std::uint64_t last_event_ = 0;
};

template <typename T>
T must(Expected<T> expected) {
  if (expected) {
    if constexpr (std::is_void_v<T>) {
      return;
    } else {
      return std::move(*expected);
    }
  }
  std::fprintf(stderr, "%s\n", expected.error().message.c_str());
  std::abort();
}

/// A store with as many finished workflows as GNOMON_AGED_WORKFLOWS says, analyzed.
void age(const std::string& path) {
  const char* text = std::getenv("GNOMON_AGED_WORKFLOWS");
  const std::uint64_t workflows = text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
  if (workflows == 0) return;
  auto file = must(adapters::ShardFile::open(path, 0));
  ChainCommits chains;
  chains.begin(must(file->take_over()));
  for (std::uint64_t made = 0; made < workflows; made += 1000) {
    Commit& commit = chains.next();
    for (int i = 0; i < 1000; ++i) {
      const WorkflowId id = chains.create();
      commit.workflows.pop_back();
      for (NodeIndex node = 0; node < kNodes; ++node) chains.end(id, node);
      chains.finish(id);
    }
    must(std::move(file->commit(std::array{&std::as_const(commit)})[0]));
  }
  file.reset();
  auto database = must(adapters::Database::open(path, {}));
  must(database.execute("ANALYZE"));
  sync();  // or the disk is still busy with it when the measurement begins
}

void report_rate(benchmark::State& state, double nodes, double seconds) {
  state.counters["nodes/s"] = nodes / seconds;
}

/// W2: `range` workflows at once, all of a step in one commit, straight into the file.
void BM_StoreChains(benchmark::State& state) {
  const auto count = static_cast<std::uint64_t>(state.range(0));
  Folder folder;
  age(folder.file("store.db"));
  auto file = must(adapters::ShardFile::open(folder.file("store.db"), 0));
  ChainCommits chains;
  chains.begin(must(file->take_over()));
  double seconds = 0;
  double nodes = 0;
  for (auto _ : state) {
    const std::uint64_t first = chains.commit.next_workflow;
    double round = 0;
    for (NodeIndex step = 0; step <= kNodes; ++step) {
      Commit& commit = chains.next();
      chains.step(first, count, step);
      const auto start = Wall::now();
      must(std::move(file->commit(std::array{&std::as_const(commit)})[0]));
      round += seconds_since(start);
    }
    state.SetIterationTime(round);
    seconds += round;
    nodes += static_cast<double>(count * kNodes);
  }
  report_rate(state, nodes, seconds);
}
BENCHMARK(BM_StoreChains)
    ->Arg(100)
    ->Arg(256)
    ->Arg(1000)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

/// One row, one commit, synchronous=FULL: what W1 is held against. Measured once its log has been
/// through a checkpoint: from then on it is overwritten, where before each commit made the file
/// longer, at twice the price.
class BareCommits {
 public:
  BareCommits() {
    database_ = must(adapters::Database::open(folder_.file("bare.db"), {}));
    must(
        database_.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                          "CREATE TABLE t (id INTEGER PRIMARY KEY, state TEXT, at INTEGER)"));
    put_ = must(database_.prepare("INSERT INTO t VALUES (?, 'RUNNING', 1760000000000000000)"));
    for (int i = 0; i < 2000; ++i) one();
  }
  double one() {
    const auto start = Wall::now();
    must(put_.bind(0, ++rows_).run());
    return seconds_since(start);
  }

 private:
  Folder folder_;
  adapters::Database database_;
  adapters::Statement put_;
  std::int64_t rows_ = 0;
};

double median(std::vector<double>& times) {
  std::ranges::nth_element(times, times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2));
  return times[times.size() / 2];
}

void report_median(benchmark::State& state, std::vector<double>& times, std::vector<double>& bare) {
  state.counters["p50_us"] = median(times) * 1e6;
  state.counters["bare_us"] = median(bare) * 1e6;
  state.counters["ratio"] = median(times) / median(bare);
}

/// W1 with commits made on the engine's own thread.
void BM_StoreStepInline(benchmark::State& state) {
  Folder folder;
  age(folder.file("store.db"));
  auto file = must(adapters::ShardFile::open(folder.file("store.db"), 0));
  ChainCommits chains;
  chains.begin(must(file->take_over()));
  BareCommits bare_commits;
  std::vector<double> times;
  std::vector<double> bare;
  const auto chain = [&] {
    const std::uint64_t first = chains.commit.next_workflow;
    for (NodeIndex step = 0; step <= kNodes; ++step) {
      Commit& commit = chains.next();
      chains.step(first, 1, step);
      const auto start = Wall::now();
      must(std::move(file->commit(std::array{&std::as_const(commit)})[0]));
      times.push_back(seconds_since(start));
      bare.push_back(bare_commits.one());
    }
  };
  for (int i = 0; i < 200; ++i) chain();
  times.clear();
  bare.clear();
  for (auto _ : state) chain();
  report_median(state, times, bare);
}
BENCHMARK(BM_StoreStepInline)->Unit(benchmark::kMillisecond);

/// W1 through SqliteStore and the EventLoop: the commit thread, and the way there and back.
class Stepper final : public Inbox {
 public:
  explicit Stepper(const std::string& path)
      : store_(must(adapters::SqliteStore::create(
            {.path = path}, *this, [this](auto task) { loop_.post(std::move(task)); }))) {
    chains_.begin(must(store_->open()));
  }
  std::vector<double> run(int steps) {
    times_.clear();
    steps_ = steps;
    next();
    loop_.run();
    return times_;
  }
  void post(Answer answer) override {
    must(std::move(std::get<CommitDone>(answer).result));
    times_.push_back(seconds_since(start_));
    if (--steps_ == 0) return loop_.stop();
    next();
  }

 private:
  void next() {
    chains_.next();
    if (step_ == 0) first_ = chains_.commit.next_workflow;
    chains_.step(first_, 1, step_);
    step_ = step_ == kNodes ? 0 : step_ + 1;
    auto commit = std::make_unique<Commit>(chains_.commit);
    start_ = Wall::now();
    store_->commit(std::move(commit));
  }

  adapters::EventLoop loop_;
  std::unique_ptr<adapters::SqliteStore> store_;
  ChainCommits chains_;
  std::vector<double> times_;
  Wall::time_point start_;
  std::uint64_t first_ = 0;
  NodeIndex step_ = 0;
  int steps_ = 0;
};

void BM_StoreStepThread(benchmark::State& state) {
  Folder folder;
  age(folder.file("store.db"));
  Stepper stepper(folder.file("store.db"));
  BareCommits bare_commits;
  std::vector<double> times;
  std::vector<double> bare;
  stepper.run(2000);
  for (auto _ : state) {
    for (const double time : stepper.run(100)) times.push_back(time);
    for (int i = 0; i < 100; ++i) bare.push_back(bare_commits.one());
  }
  report_median(state, times, bare);
}
BENCHMARK(BM_StoreStepThread)->Unit(benchmark::kMillisecond);

/// Opening a shard of `range` live workflows of kNodes live nodes.
void BM_StoreRecovery(benchmark::State& state) {
  Folder folder;
  age(folder.file("store.db"));
  {
    auto file = must(adapters::ShardFile::open(folder.file("store.db"), 0));
    ChainCommits chains;
    chains.begin(must(file->take_over()));
    for (std::int64_t made = 0; made < state.range(0); made += 1000) {
      Commit& commit = chains.next();
      for (int i = 0; i < 1000; ++i) {
        const WorkflowId id = chains.create();
        for (NodeIndex node = 0; node < kNodes; ++node) chains.launch(id, node);
      }
      must(std::move(file->commit(std::array{&std::as_const(commit)})[0]));
    }
  }
  std::size_t nodes = 0;
  for (auto _ : state) {
    auto file = must(adapters::ShardFile::open(folder.file("store.db"), 0));
    const StoredShard shard = must(file->take_over());
    nodes = 0;
    for (const StoredWorkflow& stored : shard.live) nodes += stored.nodes.size();
  }
  state.counters["nodes"] = static_cast<double>(nodes);
}
BENCHMARK(BM_StoreRecovery)->Arg(100'000)->Unit(benchmark::kMillisecond)->Iterations(1);

/// A simulated run's record: 1,000 workflows at any time, each commit one step of one workflow, six
/// events a node.
void BM_Record(benchmark::State& state) {
  const auto workflows = static_cast<std::uint64_t>(state.range(0));
  constexpr std::uint64_t kAtOnce = 1000;
  Folder folder;
  double seconds = 0;
  double making = 0;
  double bytes = 0;
  for (auto _ : state) {
    const auto start = Wall::now();
    auto writer = must(adapters::RecordWriter::create(folder.file("run.db")));
    ChainCommits chains;
    double round = 0;
    for (std::uint64_t first = 1; first <= workflows; first += kAtOnce) {
      for (NodeIndex step = 0; step <= kNodes; ++step) {
        for (std::uint64_t i = 0; i < kAtOnce; ++i) {
          const Commit& commit = chains.next();
          chains.step(first + i, 1, step);
          must(writer->write(commit));
        }
      }
    }
    must(writer->finish({}));
    round = seconds_since(start);
    // What making the commits takes without the writer.
    const auto bare_start = Wall::now();
    ChainCommits bare;
    for (std::uint64_t first = 1; first <= workflows; first += kAtOnce) {
      for (NodeIndex step = 0; step <= kNodes; ++step) {
        for (std::uint64_t i = 0; i < kAtOnce; ++i) {
          bare.next();
          bare.step(first + i, 1, step);
          benchmark::DoNotOptimize(bare.commit.nodes.data());
        }
      }
    }
    making += seconds_since(bare_start);
    state.SetIterationTime(round);
    seconds += round;
    bytes = static_cast<double>(std::filesystem::file_size(folder.file("run.db")));
  }
  const auto nodes = static_cast<double>(workflows * kNodes);
  report_rate(state, nodes * static_cast<double>(state.iterations()), seconds - making);
  state.counters["bytes/node"] = bytes / nodes;
}
BENCHMARK(BM_Record)->Arg(100'000)->UseManualTime()->Unit(benchmark::kMillisecond);

/// Reading that record: all rows, all events.
void BM_ReadRecord(benchmark::State& state) {
  Folder folder;
  {
    auto writer = must(adapters::RecordWriter::create(folder.file("run.db")));
    ChainCommits chains;
    for (std::uint64_t first = 1; first <= 100'000; first += 1000) {
      for (NodeIndex step = 0; step <= kNodes; ++step) {
        const Commit& commit = chains.next();
        chains.step(first, 1000, step);
        must(writer->write(commit));
      }
    }
    must(writer->finish({}));
  }
  std::size_t nodes = 0;
  std::size_t events = 0;
  double node_seconds = 0;
  double event_seconds = 0;
  for (auto _ : state) {
    auto reader = must(adapters::RecordReader::open(folder.file("run.db")));
    auto start = Wall::now();
    must(reader.all_nodes([&](NodeRow&&) { return ++nodes > 0; }));
    node_seconds += seconds_since(start);
    start = Wall::now();
    must(reader.events({}, [&](Event&&) { return ++events > 0; }));
    event_seconds += seconds_since(start);
  }
  state.counters["nodes/s"] = static_cast<double>(nodes) / node_seconds;
  state.counters["events/s"] = static_cast<double>(events) / event_seconds;
}
BENCHMARK(BM_ReadRecord)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace gnomon
