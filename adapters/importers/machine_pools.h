#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/importers/recorded_workflow.h"

namespace gnomon::adapters {

/// Machines that are alike, as one pool: a worker each, a unit for each core.
struct MachinePool {
  std::string name;  ///< "machines-48"
  std::uint32_t workers = 0;
  std::uint32_t units_per_worker = 1;
  bool is_recorded = true;              ///< its cores were
  std::vector<std::uint32_t> machines;  ///< positions in RecordedWorkflow::machines
};

struct MachinePools {
  std::vector<MachinePool> pools;      ///< by number of cores, ascending
  std::vector<std::uint32_t> of_task;  ///< by task: position in `pools`
  std::uint64_t units = 0;             ///< of all pools together
};

/// Puts machines with as many cores (and, where they have one, under the same name) into one pool,
/// and each task into the pool of its machine; a task that names none belongs to the machine with
/// the most cores. Every task fits into a worker of its pool.
///
/// A machine that ran a task of more cores than are recorded of it (Nextflow lists one) has as many
/// as that task. What is not recorded limits nothing: machines whose cores are unknown are one
/// pool, "machines", that can run all its tasks at once.
MachinePools pools_of(const RecordedWorkflow& workflow);

}  // namespace gnomon::adapters
