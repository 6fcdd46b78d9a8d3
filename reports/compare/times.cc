#include "reports/compare/times.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "reports/view/spans.h"

namespace gnomon::reports {
namespace {

Duration gap(Duration from, Duration to) {
  return from > to ? from - to : to - from;
}

/// A million nodes of a day each are more than a Duration holds: it stays at the longest.
Duration sum(Duration x, Duration y) {
  std::int64_t total = 0;
  return __builtin_add_overflow(x.count(), y.count(), &total) ? Duration::max() : Duration{total};
}

/// Counts all, and keeps the largest.
void add(Found<Diff::Time>& found, Diff::Time time, std::size_t max_examples) {
  ++found.count;
  const auto larger = [](const Diff::Time& x, const Diff::Time& y) {
    return gap(x.from, x.to) > gap(y.from, y.to);
  };
  std::vector<Diff::Time>& kept = found.examples;
  if (kept.size() == max_examples && (max_examples == 0 || !larger(time, kept.front()))) return;
  kept.push_back(std::move(time));
  std::ranges::push_heap(kept, larger);
  if (kept.size() > max_examples) {
    std::ranges::pop_heap(kept, larger);
    kept.pop_back();
  }
}

void sort_largest_first(std::vector<Diff::Time>& times) {
  std::ranges::sort(times, [](const Diff::Time& x, const Diff::Time& y) {
    const Duration gap_x = gap(x.from, x.to);
    const Duration gap_y = gap(y.from, y.to);
    return gap_x != gap_y ? gap_x > gap_y : std::tie(x.a, x.name) < std::tie(y.a, y.name);
  });
}

/// What a node took, if it ended; nothing if it never ran.
bool has_run(const Spans& spans) {
  return spans.has_ended() && spans.run > Duration::zero();
}

using Samples =
    std::map<std::pair<std::string, std::string>, std::vector<Duration>>;  // by workflow and node

Samples collect(const RunView& run) {
  // By graph and node first: names are compared once a graph, not once a node.
  std::vector<std::vector<std::vector<Duration>>> by_graph(run.graphs().size());
  for (std::size_t i = 0; i < by_graph.size(); ++i) by_graph[i].resize(run.graphs()[i].size());
  for (const WorkflowView& workflow : run.workflows()) {
    for (const NodeRow& node : run.nodes_of(workflow)) {
      const Spans spans = spans_of(node, run.earlier_attempts(node), run.ended());
      if (has_run(spans)) by_graph[workflow.graph][node.node].push_back(spans.run);
    }
  }
  Samples samples;
  for (std::size_t i = 0; i < by_graph.size(); ++i) {
    for (NodeIndex node = 0; node < by_graph[i].size(); ++node) {
      if (by_graph[i][node].empty()) continue;
      std::vector<Duration>& all =
          samples[{run.graphs()[i].name(), run.graphs()[i].node(node).name}];
      all.insert(all.end(), by_graph[i][node].begin(), by_graph[i][node].end());
    }
  }
  for (auto& [name, all] : samples) std::ranges::sort(all);
  return samples;
}

/// Both sorted.
double kolmogorov_smirnov(const std::vector<Duration>& x, const std::vector<Duration>& y) {
  double largest = 0;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < x.size() && j < y.size()) {
    const Duration at = std::min(x[i], y[j]);
    while (i < x.size() && x[i] == at) ++i;
    while (j < y.size() && y[j] == at) ++j;
    largest = std::max(largest, std::abs(static_cast<double>(i) / static_cast<double>(x.size()) -
                                         static_cast<double>(j) / static_cast<double>(y.size())));
  }
  return largest;
}

Duration quantile(const std::vector<Duration>& sorted, std::size_t percent) {
  return sorted[(sorted.size() * percent + 99) / 100 - 1];
}

void compare_distributions(const RunView& a, const RunView& b, const DiffOptions& options,
                           Diff& diff) {
  constexpr double kOneErrorIn1000 = 1.9495;  // sqrt(-ln(0.001 / 2) / 2)
  const Samples samples_a = collect(a);
  const Samples samples_b = collect(b);
  for (const auto& [name, x] : samples_a) {
    const auto found = samples_b.find(name);
    if (found == samples_b.end()) continue;
    const std::vector<Duration>& y = found->second;
    if (std::min(x.size(), y.size()) < std::max<std::size_t>(options.least_samples, 1)) continue;
    ++diff.compared_distributions;
    Diff::Shift shift;
    shift.distance = kolmogorov_smirnov(x, y);
    const auto n = static_cast<double>(x.size());
    const auto m = static_cast<double>(y.size());
    if (shift.distance <= kOneErrorIn1000 * std::sqrt((n + m) / (n * m))) continue;
    shift.median_a = quantile(x, 50);
    shift.median_b = quantile(y, 50);
    shift.p95_a = quantile(x, 95);
    shift.p95_b = quantile(y, 95);
    if (!differs(shift.median_a, shift.median_b, options) &&
        !differs(shift.p95_a, shift.p95_b, options))
      continue;
    shift.name = fmt::format("{}/{}", name.first, name.second);
    shift.count_a = x.size();
    shift.count_b = y.size();
    ++diff.shifts.count;
    diff.shifts.examples.push_back(std::move(shift));
  }
  std::ranges::stable_sort(diff.shifts.examples, std::ranges::greater{}, &Diff::Shift::distance);
  if (diff.shifts.examples.size() > options.max_examples)
    diff.shifts.examples.resize(options.max_examples);
}

}  // namespace

bool differs(Duration from, Duration to, const DiffOptions& options) {
  const auto longer = static_cast<double>(std::max(from, to).count());
  const double tolerated = std::max(options.relative_tolerance * longer,
                                    static_cast<double>(options.absolute_tolerance.count()));
  return static_cast<double>(gap(from, to).count()) > tolerated;
}

void compare_times(const RunView& a, const RunView& b, const Matching& matching,
                   const DiffOptions& options, Diff& diff) {
  if (options.times == DiffOptions::Times::kIgnored) {
    diff.times_compared = false;
    return;
  }
  const bool each = options.times == DiffOptions::Times::kEach;
  for (const Matching::Pair& pair : matching.workflows) {
    const WorkflowView& workflow_a = a.workflows()[pair.a];
    const WorkflowView& workflow_b = b.workflows()[pair.b];
    const WorkflowRow& row_a = workflow_a.row;
    const WorkflowRow& row_b = workflow_b.row;
    const Graph& graph = a.graph_of(workflow_a);
    const bool both_ended = row_a.finished_at != kUnset && row_b.finished_at != kUnset;
    if (each && both_ended && row_a.created_at != kUnset && row_b.created_at != kUnset) {
      const Duration from = row_a.finished_at - row_a.created_at;
      const Duration to = row_b.finished_at - row_b.created_at;
      if (differs(from, to, options))
        add(diff.makespans, {row_a.id, row_b.id, graph.name(), from, to}, options.max_examples);
    }
    const NodeMatching& nodes = matching.nodes_of(a, b, pair);
    const auto rows_b = b.nodes_of(workflow_b);
    for (const NodeRow& node : a.nodes_of(workflow_a)) {
      const NodeIndex other = nodes.b_of_a[node.node];
      if (other == kNoNode) continue;
      const Spans from = spans_of(node, a.earlier_attempts(node), a.ended());
      const Spans to = spans_of(rows_b[other], b.earlier_attempts(rows_b[other]), b.ended());
      if (!has_run(from) || !has_run(to)) continue;
      ++diff.compared_times;
      diff.run_a = sum(diff.run_a, from.run);
      diff.run_b = sum(diff.run_b, to.run);
      diff.queue_a = sum(diff.queue_a, from.queue);
      diff.queue_b = sum(diff.queue_b, to.queue);
      if (!each || !differs(from.run, to.run, options)) continue;
      add(diff.node_times,
          {row_a.id, row_b.id, fmt::format("{}/{}", graph.name(), graph.node(node.node).name),
           from.run, to.run},
          options.max_examples);
    }
  }
  sort_largest_first(diff.makespans.examples);
  sort_largest_first(diff.node_times.examples);
  compare_distributions(a, b, options, diff);
}

}  // namespace gnomon::reports
