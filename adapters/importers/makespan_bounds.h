#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "adapters/importers/recorded_workflow.h"
#include "engine/model/cycles.h"

namespace gnomon::adapters {

/// How long a recorded workflow takes at least and at most on recorded machines, if nothing but
/// its tasks takes time and no machine idles while a task could run (Graham 1966). A recorded
/// makespan holds more: queueing, transfers, and what the system did in between.
struct MakespanBounds {
  Duration critical_path{};  ///< the longest chain of tasks that wait for each other
  Duration shortest{};       ///< that, or all work spread evenly over all cores
  Duration longest{};        ///< all tasks one after the other
  std::uint32_t levels = 0;  ///< tasks in the chain of the most tasks
  std::size_t edges = 0;
};

/// `units`: cores of all machines together, at least as many as any task needs.
MakespanBounds makespan_bounds(const RecordedWorkflow& workflow, std::uint64_t units);

/// All edges, sorted.
std::vector<Edge> edges_of(const std::vector<RecordedWorkflow::Task>& tasks);

}  // namespace gnomon::adapters
