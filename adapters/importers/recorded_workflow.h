#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"

namespace gnomon::adapters {

/// One run of one workflow as another system recorded it: what any importer reads, and all that
/// the scenario is made of. Texts are as they were recorded, but names fit for a scenario.
///
/// Always holds: there is a task; names of tasks are unique and can be shown; `parents` and
/// `machine` are in range; the edges form no cycle; all runtimes together are at most kLongest.
struct RecordedWorkflow {
  static constexpr Duration kLongest = std::chrono::hours(24 * 365 * 100);
  static constexpr std::size_t kMaxTasks = 250'000;
  static constexpr std::size_t kMaxEdges = 1'500'000;
  static constexpr std::size_t kMaxMachines = 100'000;
  static constexpr std::uint32_t kMaxCores = 1'000'000;

  struct Machine {
    std::string name;
    std::optional<std::uint32_t> cores;  ///< absent: not recorded
    std::string pool;  ///< what it and those like it are called together; "": by their cores
  };
  struct Task {
    std::string name;
    std::string action;  ///< what tasks of one kind have in common: a program, a process
    Duration runtime{};
    bool is_measured = true;  ///< false: it never ran, as far as is known; its runtime is 0
    std::uint32_t cores = 1;
    std::optional<std::uint32_t> machine;  ///< position in `machines`; absent: not recorded
    bool is_spread = false;                ///< it ran on others too; `machine` is the first
    std::int16_t priority = 0;             ///< higher runs first
    std::vector<NodeIndex> parents;        ///< ascending, each once
  };

  std::string name;
  std::string format;  ///< "WfFormat 1.5"
  std::string description;
  std::string author;
  std::string system;       ///< that ran it, with its version
  std::string executed_at;  ///< in the system's own spelling
  std::optional<double> makespan_seconds;
  std::vector<Machine> machines;
  std::vector<Task> tasks;
};

}  // namespace gnomon::adapters
