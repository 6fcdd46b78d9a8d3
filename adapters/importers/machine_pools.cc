#include "adapters/importers/machine_pools.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "adapters/importers/unique_names.h"

namespace gnomon::adapters {
namespace {

std::uint64_t units_of(const MachinePool& pool) {
  return std::uint64_t{pool.workers} * pool.units_per_worker;
}

/// The machine of tasks that name none; nothing if no machine's cores are known.
std::optional<std::uint32_t> widest_machine(const RecordedWorkflow& workflow) {
  std::optional<std::uint32_t> widest;
  for (std::uint32_t i = 0; i < workflow.machines.size(); ++i) {
    const auto& cores = workflow.machines[i].cores;
    if (cores && (!widest || *cores > *workflow.machines[*widest].cores)) widest = i;
  }
  return widest;
}

/// Cores of a machine whose number is not recorded.
constexpr std::uint32_t kUnknown = 0;

class Pools {
 public:
  explicit Pools(const RecordedWorkflow& workflow)
      : workflow_(workflow), widest_(widest_machine(workflow)) {}

  MachinePools make() {
    count_cores();
    make_pools();
    for (const RecordedWorkflow::Task& task : workflow_.tasks)
      result_.of_task.push_back(position_.at(kind_of(machine_of(task))));
    widen_unrecorded();
    for (const MachinePool& pool : result_.pools) result_.units += units_of(pool);
    return std::move(result_);
  }

 private:
  std::optional<std::uint32_t> machine_of(const RecordedWorkflow::Task& task) const {
    return task.machine ? task.machine : widest_;
  }
  std::uint32_t cores_at(std::optional<std::uint32_t> machine) const {
    return machine ? cores_[*machine] : kUnknown;
  }

  /// What machines of one pool have in common: what they are called, and their cores.
  using Kind = std::pair<std::string, std::uint32_t>;
  Kind kind_of(std::optional<std::uint32_t> machine) const {
    return {machine ? workflow_.machines[*machine].pool : "", cores_at(machine)};
  }

  void count_cores() {
    for (const RecordedWorkflow::Machine& machine : workflow_.machines)
      cores_.push_back(machine.cores.value_or(kUnknown));
    for (const RecordedWorkflow::Task& task : workflow_.tasks) {
      const auto machine = machine_of(task);
      if (cores_at(machine) != kUnknown) cores_[*machine] = std::max(cores_[*machine], task.cores);
    }
  }

  void make_pools() {
    std::map<Kind, MachinePool> by_kind;
    for (std::uint32_t machine = 0; machine < cores_.size(); ++machine)
      by_kind[kind_of(machine)].machines.push_back(machine);
    if (by_kind.empty()) by_kind[kind_of(std::nullopt)] = {};
    UniqueNames names;
    for (auto& [kind, pool] : by_kind) {
      const auto& [called, cores] = kind;
      position_.emplace(kind, static_cast<std::uint32_t>(result_.pools.size()));
      pool.is_recorded = cores != kUnknown;
      pool.name = names.take(!called.empty()    ? called
                             : pool.is_recorded ? fmt::format("machines-{}", cores)
                                                : "machines");
      pool.workers = pool.is_recorded ? static_cast<std::uint32_t>(pool.machines.size()) : 1;
      pool.units_per_worker = std::max<std::uint32_t>(cores, 1);
      result_.pools.push_back(std::move(pool));
    }
  }

  /// To all its tasks at once, as far as a pool can be that wide.
  void widen_unrecorded() {
    std::uint64_t wanted = 0;
    for (std::size_t task = 0; task < workflow_.tasks.size(); ++task) {
      if (!result_.pools[result_.of_task[task]].is_recorded) wanted += workflow_.tasks[task].cores;
    }
    for (MachinePool& pool : result_.pools) {
      if (pool.is_recorded) continue;
      pool.units_per_worker = static_cast<std::uint32_t>(
          std::clamp<std::uint64_t>(wanted, 1, RecordedWorkflow::kMaxCores));
    }
  }

  const RecordedWorkflow& workflow_;
  const std::optional<std::uint32_t> widest_;
  std::vector<std::uint32_t> cores_;        // by machine
  std::map<Kind, std::uint32_t> position_;  // in result_.pools
  MachinePools result_;
};

}  // namespace

MachinePools pools_of(const RecordedWorkflow& workflow) {
  return Pools(workflow).make();
}

}  // namespace gnomon::adapters
