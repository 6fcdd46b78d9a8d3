#include "adapters/importers/scenario_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/importers/yaml_text.h"

namespace gnomon::adapters {
namespace {

std::string count(std::size_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

/// Where it comes from, in comments.
std::string heading(const RecordedWorkflow& workflow, std::string_view file_name) {
  const std::string_view file = file_name.substr(file_name.rfind('/') + 1);
  std::string text =
      wrapped(fmt::format("Imported from {} ({}).", printable(file, 256), workflow.format), "# ");
  if (!workflow.description.empty())
    text += wrapped("Its description: " + workflow.description, "# ");
  if (!workflow.author.empty()) text += wrapped("Its author: " + workflow.author, "# ");
  text += wrapped(
      "Made of a trace, this text stands under the trace's licence: that of WfInstances "
      "(wfcommons.org) is the LGPL 3.0.",
      "# ");
  return text;
}

std::string description(const RecordedWorkflow& workflow, const MachinePools& pools,
                        const MakespanBounds& bounds) {
  std::string text = fmt::format("{} and {} in {}", count(workflow.tasks.size(), "task", "tasks"),
                                 count(bounds.edges, "dependency", "dependencies"),
                                 count(bounds.levels, "level", "levels"));
  if (!workflow.system.empty()) text += fmt::format(", run by {}", workflow.system);
  if (!workflow.executed_at.empty()) text += fmt::format(" at {}", workflow.executed_at);
  text += ".";
  if (workflow.makespan_seconds)
    text += fmt::format(
        " The recorded makespan is {}s, with queueing, transfers and all that the "
        "system did in between.",
        *workflow.makespan_seconds);
  const bool knows_cores = std::ranges::all_of(pools.pools, &MachinePool::is_recorded);
  text += fmt::format(
      " Here only the tasks take time, on {}: together they run for {}, the longest chain of them "
      "for {}. No order of them ends before the first threshold for the makespan, and none that "
      "leaves no machine idle ends after the second.",
      knows_cores ? count(pools.units, "core", "cores") : "as many cores as they can use",
      seconds_text(bounds.longest), seconds_text(bounds.critical_path));
  const auto spread = std::ranges::count_if(workflow.tasks, &RecordedWorkflow::Task::is_spread);
  if (spread > 0) {
    text += fmt::format(
        " {} ran on several machines at once, and nobody recorded how many cores of each: here all "
        "of them are cores of machines like the first.",
        count(static_cast<std::size_t>(spread), "task", "tasks"));
  }
  return wrapped(text, "  ");
}

std::string runtimes(const RecordedWorkflow& workflow, const MachinePools& pools) {
  constexpr std::size_t kNamesShown = 16;
  std::string text = "runtimes:\n";
  for (const MachinePool& pool : pools.pools) {
    std::string names;
    for (std::size_t i = 0; i < std::min(pool.machines.size(), kNamesShown); ++i)
      names += (i > 0 ? ", " : "") + workflow.machines[pool.machines[i]].name;
    if (pool.machines.size() > kNamesShown)
      names += fmt::format(" and {} more", pool.machines.size() - kNamesShown);
    if (!pool.is_recorded)
      names += names.empty() ? "no machine is recorded" : ": cores not recorded";
    text += wrapped(names, "  # ");
    text += fmt::format("  {}: {{workers: {}, units_per_worker: {}}}\n", pool.name, pool.workers,
                        pool.units_per_worker);
  }
  return text;
}

std::string node(const RecordedWorkflow& workflow, std::size_t number, const MachinePool& pool) {
  const RecordedWorkflow::Task& task = workflow.tasks[number];
  const std::string units = task.cores == 1 ? "" : fmt::format(", units: {}", task.cores);
  std::string text = fmt::format(
      "      {}:\n        task: {{runtime: {}, action: {}{}}}\n        simulate: {}{}\n",
      yaml_scalar(task.name), pool.name, yaml_scalar(task.action), units,
      seconds_text(task.runtime), task.is_measured ? "" : "  # not measured");
  if (task.priority != 0) text += fmt::format("        priority: {}\n", task.priority);
  if (task.parents.empty()) return text;
  std::vector<std::string> parents;
  for (const NodeIndex parent : task.parents)
    parents.push_back(yaml_scalar(workflow.tasks[parent].name));
  return text + fmt::format("        after: {}\n", yaml_list(parents, 10));
}

}  // namespace

std::string scenario_text(const RecordedWorkflow& workflow, const MachinePools& pools,
                          const MakespanBounds& bounds, std::string_view file_name) {
  const std::string name = yaml_scalar(workflow.name);
  std::string text = heading(workflow, file_name);
  text += fmt::format("name: {}\ndescription: >-\n{}", name, description(workflow, pools, bounds));
  text += fmt::format("horizon: {}\n\n{}\n",
                      seconds_text(std::chrono::ceil<std::chrono::seconds>(bounds.longest) + 1s),
                      runtimes(workflow, pools));
  text += fmt::format("workflows:\n  {}:\n    nodes:\n", name);
  for (std::size_t task = 0; task < workflow.tasks.size(); ++task)
    text += node(workflow, task, pools.pools[pools.of_task[task]]);
  text += fmt::format("\ntraffic:\n  recorded: {{workflow: {}, arrivals: {{once: 1}}}}\n\n", name);
  text += fmt::format(
      "thresholds:\n  - workflows succeeded == 1\n  - makespan min >= {}\n  - makespan max <= {}\n",
      seconds_text(bounds.shortest), seconds_text(bounds.longest));
  return text;
}

}  // namespace gnomon::adapters
