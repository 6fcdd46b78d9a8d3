#include "adapters/importers/makespan_bounds.h"

#include <algorithm>

namespace gnomon::adapters {
namespace {

/// Parents come before children.
std::vector<NodeIndex> topological_order(const std::vector<RecordedWorkflow::Task>& tasks) {
  std::vector<std::size_t> waits_for(tasks.size());
  for (std::size_t task = 0; task < tasks.size(); ++task)
    waits_for[task] = tasks[task].parents.size();
  const std::vector<Edge> edges = edges_of(tasks);
  std::vector<NodeIndex> order;
  for (NodeIndex task = 0; task < tasks.size(); ++task) {
    if (waits_for[task] == 0) order.push_back(task);
  }
  for (std::size_t next = 0; next < order.size(); ++next) {
    const auto children = std::ranges::equal_range(edges, order[next], {}, &Edge::first);
    for (const Edge& edge : children) {
      if (--waits_for[edge.second] == 0) order.push_back(edge.second);
    }
  }
  return order;
}

/// Sum of runtime x cores, divided by `units`: in whole nanoseconds, as a 64-bit product would
/// overflow.
Duration spread_evenly(const std::vector<RecordedWorkflow::Task>& tasks, std::uint64_t units) {
  std::uint64_t whole = 0;
  std::uint64_t rest = 0;  // in 1 / units
  for (const RecordedWorkflow::Task& task : tasks) {
    const auto runtime = static_cast<std::uint64_t>(task.runtime.count());
    whole += runtime / units * task.cores;
    rest += runtime % units * task.cores;
    whole += rest / units;
    rest %= units;
  }
  return Duration{static_cast<std::int64_t>(whole)};
}

}  // namespace

std::vector<Edge> edges_of(const std::vector<RecordedWorkflow::Task>& tasks) {
  std::vector<Edge> edges;
  for (NodeIndex task = 0; task < tasks.size(); ++task) {
    for (const NodeIndex parent : tasks[task].parents) edges.emplace_back(parent, task);
  }
  std::ranges::sort(edges);
  return edges;
}

MakespanBounds makespan_bounds(const RecordedWorkflow& workflow, std::uint64_t units) {
  const std::vector<RecordedWorkflow::Task>& tasks = workflow.tasks;
  MakespanBounds bounds;
  std::vector<Duration> ends(tasks.size());
  std::vector<std::uint32_t> levels(tasks.size());
  for (const NodeIndex task : topological_order(tasks)) {
    for (const NodeIndex parent : tasks[task].parents) {
      ends[task] = std::max(ends[task], ends[parent]);
      levels[task] = std::max(levels[task], levels[parent]);
    }
    ends[task] += tasks[task].runtime;
    levels[task] += 1;
    bounds.critical_path = std::max(bounds.critical_path, ends[task]);
    bounds.levels = std::max(bounds.levels, levels[task]);
    bounds.longest += tasks[task].runtime;
    bounds.edges += tasks[task].parents.size();
  }
  bounds.shortest = std::max(bounds.critical_path, spread_evenly(tasks, units));
  return bounds;
}

}  // namespace gnomon::adapters
