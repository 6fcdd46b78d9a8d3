#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/workload/behaviour.h"
#include "sim/workload/distribution.h"

namespace gnomon::sim {

/// A simulated runtime: typed workers, a queue ordered by (priority, arrival), a way to launch and
/// a way to tell.
///
/// A CPU batch system is a pool with cold start; a GPU cluster one with several units a worker and
/// gang allocation (a task's `units`, all at once, on as few workers as they need); an RPC service
/// one with many units a worker and no cold start.
struct PoolSettings {
  std::string name;
  std::uint32_t workers = 1;
  std::uint32_t units_per_worker = 1;
  std::optional<std::uint64_t> queue_limit;  ///< launches beyond it are refused (ErrorClass launch)

  Distribution launch_latency;  ///< from the launch to the place in the queue
  Distribution
      completion_latency;  ///< from the end of the work to the answer, when the pool pushes
  std::optional<Distribution>
      cold_start;               ///< added when the worker has no warm container for the action
  Duration keep_alive = 10min;  ///< a container stays warm that long after its last use

  /// The pool does not push its completions; the ActionService asks it every `poll_interval`.
  std::optional<Duration> poll_interval;

  /// Behaviour of actions that the scenario does not describe.
  Behaviour otherwise;
  double cost_per_unit_hour = 0;
};

}  // namespace gnomon::sim
