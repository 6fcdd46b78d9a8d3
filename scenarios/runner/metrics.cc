#include "scenarios/runner/metrics.h"

#include <algorithm>

#include "engine/base/ensure.h"
#include "engine/model/policy.h"
#include "reports/stats/restarts.h"
#include "scenarios/language/metric.h"

namespace gnomon::scenarios {
namespace {

double seconds(Duration length) {
  return static_cast<double>(length.count()) / 1e9;
}

}  // namespace

Metrics::Metrics(std::vector<std::string> runtimes, std::size_t shards)
    : runtimes_(std::move(runtimes)), shards_(shards), of_runtime_(runtimes_.size()) {}

void Metrics::set(std::string metric, std::string label, double value) {
  ENSURE(find_metric(metric) != nullptr, "'{}' is in no row of the table of metrics", metric);
  numbers_[{std::move(metric), std::move(label)}] = value;
}

void Metrics::committed(const Commit& commit) {
  for (const DefinitionRow& row : commit.definitions)
    workflow_name_[{commit.shard, row.id}] = row.name;
  for (const NodeRow& row : commit.nodes) {
    if (!nodes_not_final_.empty()) nodes_not_final_.erase({row.workflow, row.node});
    if (row.phase != NodePhase::kFinished) continue;
    if (expects_retries_ && static_cast<Outcome>(row.outcome) != Outcome::kSucceeded) {
      nodes_not_final_[{row.workflow, row.node}] = end_of(row);
    } else {
      count(shard_of(row.workflow), end_of(row));
    }
  }
  for (const WorkflowRow& row : commit.workflows) {
    if (!not_final_.empty()) not_final_.erase(row.id);
    if (row.phase != WorkflowPhase::kFinished) continue;
    const Ended ended{&of_workflow_[workflow_name_[{commit.shard, row.definition}]],
                      row.finished_at - row.created_at, row.outcome};
    if (expects_retries_ && static_cast<Outcome>(row.outcome) != Outcome::kSucceeded) {
      not_final_.emplace(row.id, ended);
    } else {
      count(ended);
      nodes_are_final(row.id);
    }
  }
  for (const Event& event : commit.events) ++events_[static_cast<std::size_t>(event.kind)];
}

Metrics::EndedNode Metrics::end_of(const NodeRow& row) {
  return {row.ready_at,    row.launched_at, row.started_at, row.ended_at,
          row.finished_at, row.runtime,     row.outcome,    row.attempt == row.attempts_before + 1};
}

void Metrics::count(ShardId shard, const EndedNode& node) {
  ++nodes_[node.outcome];
  ++nodes_of_shard_[shard];
  if (static_cast<Outcome>(node.outcome) == Outcome::kSkipped) return;
  const Duration total = node.finished_at - node.ready_at;
  node_time_.record(total.count());
  if (node.runtime >= of_runtime_.size()) return;
  // Of nodes that were tried once: between attempts, a policy waits, not the engine.
  if (node.tried_once && node.launched_at != kUnset && node.ended_at != kUnset &&
      !reports::spans_a_restart(resumed_, node.ready_at, node.finished_at)) {
    total_seconds_ += seconds(total);
    engine_seconds_ += seconds(total - (node.ended_at - node.launched_at));
  }
  OfRuntime& runtime = of_runtime_[node.runtime];
  if (node.started_at != kUnset && node.launched_at != kUnset) {
    runtime.queue_wait.record((node.started_at - node.launched_at).count());
  }
  if (node.started_at != kUnset && node.ended_at != kUnset) {
    runtime.run_time.record((node.ended_at - node.started_at).count());
  }
  if (node.ended_at != kUnset)
    runtime.notify_delay.record((node.finished_at - node.ended_at).count());
}

void Metrics::nodes_are_final(WorkflowId workflow) {
  const auto from = nodes_not_final_.lower_bound({workflow, 0});
  auto to = from;
  for (; to != nodes_not_final_.end() && to->first.first == workflow; ++to)
    count(shard_of(workflow), to->second);
  nodes_not_final_.erase(from, to);
}

void Metrics::count(const Ended& ended) {
  ++workflows_[ended.outcome];
  ended.of->makespan.record(ended.makespan.count());
  if (static_cast<Outcome>(ended.outcome) == Outcome::kSucceeded) ++ended.of->succeeded;
}

void Metrics::finish() {
  for (const auto& [id, ended] : not_final_) count(ended);
  not_final_.clear();
  for (const auto& [key, node] : nodes_not_final_) count(shard_of(key.first), node);
  nodes_not_final_.clear();
  const auto put = [this](const char* metric, const std::string& label,
                          const reports::Histogram& histogram) {
    if (histogram.empty()) return;
    histograms_[{metric, label}].merge(histogram);
    if (!label.empty()) histograms_[{metric, ""}].merge(histogram);
  };
  for (std::size_t i = 0; i < runtimes_.size(); ++i) {
    put("queue_wait", runtimes_[i], of_runtime_[i].queue_wait);
    put("run_time", runtimes_[i], of_runtime_[i].run_time);
    put("notify_delay", runtimes_[i], of_runtime_[i].notify_delay);
  }
  std::uint64_t ended = 0;
  std::uint64_t succeeded = 0;
  const auto put_success = [this](const std::string& label, std::uint64_t good, std::uint64_t all) {
    if (all > 0) set("success", label, static_cast<double>(good) / static_cast<double>(all));
  };
  for (const auto& [name, workflow] : of_workflow_) {
    put("makespan", name, workflow.makespan);
    put_success(name, workflow.succeeded, workflow.makespan.count());
    ended += workflow.makespan.count();
    succeeded += workflow.succeeded;
  }
  put_success("", succeeded, ended);
  put("node_time", "", node_time_);
  const auto add = [this](const char* metric, std::string_view label, std::uint64_t value) {
    numbers_[{metric, std::string{label}}] += static_cast<double>(value);
  };
  for (std::size_t i = 1; i < kOutcomes; ++i) {
    const std::string_view outcome = to_string(static_cast<Outcome>(i));
    add("workflows", outcome, workflows_[i]);
    add("workflows", "", workflows_[i]);
    add("nodes", outcome, nodes_[i]);
    add("nodes", "", nodes_[i]);
  }
  std::uint64_t events = 0;
  for (std::size_t i = 0; i < kEventKindCount; ++i) {
    add("events", to_string(static_cast<EventKind>(i)), events_[i]);
    events += events_[i];
  }
  add("events", "", events);
  add("workflows", "started", events_[static_cast<std::size_t>(EventKind::kWorkflowStarted)]);
  add("attempts", "", events_[static_cast<std::size_t>(EventKind::kActionLaunched)]);
  add("retries", "", events_[static_cast<std::size_t>(EventKind::kActionRetryScheduled)]);
  std::uint64_t most = 0;
  std::uint64_t all = 0;
  for (const auto& [shard, nodes] : nodes_of_shard_) {
    most = std::max(most, nodes);
    all += nodes;
  }
  if (all > 0) {
    set("shard_imbalance", "",
        static_cast<double>(most) * static_cast<double>(shards_) / static_cast<double>(all));
  }
  set("overhead", "", total_seconds_ > 0 ? engine_seconds_ / total_seconds_ : 0);
}

const reports::Histogram* Metrics::histogram(std::string_view metric,
                                             std::string_view label) const {
  const auto found = histograms_.find({std::string{metric}, std::string{label}});
  return found == histograms_.end() ? nullptr : &found->second;
}

std::optional<double> Metrics::number(std::string_view metric, std::string_view label) const {
  const auto found = numbers_.find({std::string{metric}, std::string{label}});
  return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace gnomon::scenarios
