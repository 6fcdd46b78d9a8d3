#include "tests/reports/sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <queue>
#include <utility>

#include "engine/base/ensure.h"

namespace gnomon::reports {
namespace {

constexpr Duration kNotYet = Duration::min();

Graph graph_of_steps(RunView& run, const std::string& name, const std::vector<Step>& steps) {
  std::map<std::string, NodeIndex> index;
  std::vector<Graph::Node> nodes;
  std::vector<Graph::Edge> edges;
  for (const Step& step : steps) {
    index[step.name] = static_cast<NodeIndex>(nodes.size());
    const bool task = step.kind == NodeKind::kTask;
    nodes.push_back({step.name, step.kind, task ? run.add_runtime(step.runtime) : kNoRuntime, 1});
  }
  for (const Step& step : steps) {
    for (const std::string& other : step.after)
      edges.emplace_back(index.at(other), index.at(step.name));
  }
  return Graph::make(name, "1", std::move(nodes), std::move(edges)).value();
}

NodeRow row_of(RunView& run, const Step& step, WorkflowId workflow, NodeIndex node) {
  NodeRow row;
  row.workflow = workflow;
  row.node = node;
  const auto at = [](Duration offset) { return kSampleBegin + offset; };
  const bool has_worked = step.started != kNotYet || step.ended != kNotYet;
  if (step.ready == kNotYet) {
    if (step.outcome == Outcome::kSucceeded) return row;
  } else {
    row.phase = has_worked ? NodePhase::kRunning : NodePhase::kReady;
    row.ready_at = at(step.ready);
  }
  if (has_worked) {
    const Instant started = step.started == kNotYet ? at(step.ready) + 1ms : at(step.started);
    row.running_at = at(step.ready);
    if (step.kind == NodeKind::kTask) {
      row.attempt = step.attempts;
      const Duration tenth = (started - row.ready_at) / 10;
      Instant launched = row.ready_at;
      for (std::uint32_t attempt = 1; attempt < step.attempts; ++attempt) {
        run.add_attempt({{workflow, node, attempt},
                         static_cast<std::uint8_t>(Outcome::kFailed),
                         static_cast<std::uint8_t>(ErrorClass::kTransient),
                         launched,
                         launched,
                         launched + tenth,
                         Payload("connection reset")});
        launched += 2 * tenth;
      }
      row.launched_at = launched;
      row.started_at = started;
    }
  }
  if (step.ended != kNotYet || step.outcome != Outcome::kSucceeded) {
    row.phase = NodePhase::kFinished;
    row.outcome = static_cast<std::uint8_t>(step.outcome);
    row.error_class = static_cast<std::uint8_t>(step.error);
    row.reason = Payload(step.reason);
    const Instant ended =
        step.ended == kNotYet ? at(std::max(step.ready, Duration::zero())) : at(step.ended);
    if (has_worked) row.ended_at = step.kind == NodeKind::kTask ? ended : kUnset;
    row.finishing_at = ended;
    row.finished_at = ended + 1ms;
  }
  return row;
}

}  // namespace

WorkflowId add_sample(RunView& run, const std::string& name, const std::vector<Step>& steps,
                      WorkflowRow row) {
  if (row.id == WorkflowId::kNone) {
    row.id = run.workflows().empty() ? WorkflowId{1}
                                     : WorkflowId{value_of(run.workflows().back().row.id) + 1};
  }
  const WorkflowId id = row.id;
  std::vector<NodeRow> rows;
  Instant last = kSampleBegin;
  bool open = false;
  bool failed = false;
  for (NodeIndex node = 0; node < steps.size(); ++node) {
    rows.push_back(row_of(run, steps[node], id, node));
    last = std::max(last, rows.back().finished_at);
    open = open ||
           (rows.back().phase != NodePhase::kFinished && rows.back().phase != NodePhase::kPending);
    failed = failed || steps[node].outcome == Outcome::kFailed ||
             steps[node].outcome == Outcome::kTimedOut;
  }
  if (row.created_at == kUnset) row.created_at = kSampleBegin;
  if (!open) {
    row.phase = WorkflowPhase::kFinished;
    row.outcome = static_cast<std::uint8_t>(failed ? Outcome::kFailed : Outcome::kSucceeded);
    row.finished_at = last;
  }
  const auto same_graph = [&](const Graph& graph) { return graph.name() == name; };
  const auto found = std::find_if(run.graphs().begin(), run.graphs().end(), same_graph);
  const std::uint32_t graph = found != run.graphs().end()
                                  ? static_cast<std::uint32_t>(found - run.graphs().begin())
                                  : run.add_graph(graph_of_steps(run, name, steps));
  ENSURE(run.add_workflow(std::move(row), graph).has_value(), "workflow {}", value_of(id));
  for (NodeRow& node : rows)
    ENSURE(run.set_node(std::move(node)).has_value(), "node of {}", value_of(id));
  return id;
}

RunView small_sample() {
  RunView run;
  run.source = "run.db";
  run.title = "nightly-etl";
  run.add_runtime("cpu", 2);
  run.add_runtime("gpu", 8);
  add_sample(run, "nightly-etl",
             {{.name = "extract", .ready = 0s, .started = 2s, .ended = 41s},
              {.name = "wait for upload", .ready = 0s, .ended = 95s, .kind = NodeKind::kWait},
              {.name = "clean",
               .after = {"extract"},
               .ready = 41001ms,
               .started = 60s,
               .ended = 134s,
               .attempts = 3},
              {.name = "enough rows?",
               .after = {"clean", "wait for upload"},
               .ready = 134001ms,
               .ended = 134002ms,
               .kind = NodeKind::kCondition},
              {.name = "train",
               .after = {"enough rows?"},
               .ready = 134003ms,
               .started = 150s,
               .ended = 330s,
               .outcome = Outcome::kFailed,
               .runtime = "gpu",
               .reason = "exit code 137: out of memory on worker 3",
               .error = ErrorClass::kPermanent},
              {.name = "fall back",
               .after = {"enough rows?"},
               .ready = 134003ms,
               .outcome = Outcome::kSkipped},
              {.name = "publish", .after = {"train", "fall back"}}});
  run.finish();
  return run;
}

RunView layered_sample(const Layers& layers) {
  RunView run;
  run.source = "layers.db";
  run.title = "layered";
  const std::uint32_t pool = run.add_runtime("batch", layers.slots);
  const std::uint32_t count = layers.layers * layers.width;
  std::uint64_t x = layers.seed;
  const auto draw = [&] { return x = x * 6364136223846793005u + 1442695040888963407u; };

  std::vector<Graph::Node> nodes;
  std::vector<Graph::Edge> edges;
  std::vector<Duration> durations;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t layer = i / layers.width;
    nodes.push_back(
        {fmt::format("stage{}/part-{:04}", layer, i % layers.width), NodeKind::kTask, pool, 1});
    durations.emplace_back(1'000'000'000 +
                           static_cast<std::int64_t>((draw() >> 11) % 9'000'000'000));
    durations.back() = durations.back() * layers.slowdown_percent / 100;
    if (layer == 0) continue;
    const std::uint64_t parents = 1 + (draw() >> 33) % 5;
    for (std::uint64_t k = 0; k < parents; ++k) {
      edges.emplace_back(
          (layer - 1) * layers.width + static_cast<std::uint32_t>((draw() >> 33) % layers.width),
          i);
    }
  }
  const std::uint32_t index =
      run.add_graph(Graph::make("layers", "1", std::move(nodes), std::move(edges)).value());
  const Graph& graph = run.graphs()[index];

  std::vector<NodeRow> rows(count);
  std::vector<std::size_t> waiting(count);
  std::deque<NodeIndex> ready;
  for (NodeIndex i = 0; i < count; ++i) {
    rows[i].workflow = WorkflowId{1};
    rows[i].node = i;
    waiting[i] = graph.dependencies(i).size();
    if (waiting[i] == 0) {
      rows[i].ready_at = kSampleBegin;
      ready.push_back(i);
    }
  }
  using Ending = std::pair<Instant, NodeIndex>;
  std::priority_queue<Ending, std::vector<Ending>, std::greater<>> running;
  Instant now = kSampleBegin;
  bool any_failed = false;
  while (!ready.empty() || !running.empty()) {
    while (!ready.empty() && running.size() < layers.slots) {
      NodeRow& row = rows[ready.front()];
      row.attempt = 1;
      row.running_at = row.launched_at = row.ready_at;
      row.started_at = now;
      row.ended_at = now + durations[row.node];
      running.emplace(row.ended_at, row.node);
      ready.pop_front();
    }
    const auto [at, node] = running.top();
    running.pop();
    now = at;
    const bool fails = (draw() >> 33) % 1000 < layers.failures_per_mille;
    any_failed = any_failed || fails;
    rows[node].phase = NodePhase::kFinished;
    rows[node].outcome = static_cast<std::uint8_t>(fails ? Outcome::kFailed : Outcome::kSucceeded);
    if (fails) {
      rows[node].error_class = static_cast<std::uint8_t>(ErrorClass::kPermanent);
      rows[node].reason = Payload("exit code 1");
    }
    rows[node].finishing_at = rows[node].finished_at = now;
    for (const NodeIndex next : graph.dependents(node)) {
      if (fails) waiting[next] = count;  // never
      if (--waiting[next] != 0) continue;
      rows[next].ready_at = now;
      ready.push_back(next);
    }
  }
  WorkflowRow row;
  row.id = WorkflowId{1};
  row.phase = WorkflowPhase::kFinished;
  row.outcome = static_cast<std::uint8_t>(any_failed ? Outcome::kFailed : Outcome::kSucceeded);
  row.created_at = kSampleBegin;
  row.finished_at = now;
  ENSURE(run.add_workflow(std::move(row), index).has_value(), "{} nodes", count);
  for (NodeRow& node : rows) ENSURE(run.set_node(std::move(node)).has_value(), "{} nodes", count);
  run.finish();
  return run;
}

}  // namespace gnomon::reports
