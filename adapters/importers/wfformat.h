#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "engine/base/time.h"

namespace gnomon::adapters {

/// A recorded run as a scenario, and what is said of it to whoever imports it.
struct ImportedScenario {
  std::string yaml;
  std::string name;  ///< of the scenario and its workflow
  std::size_t tasks = 0;
  std::size_t edges = 0;
  std::uint32_t levels = 0;
  Duration shortest{};  ///< bounds of the makespan, as its thresholds have them
  Duration longest{};
};

/// Makes a scenario of a recorded workflow in WfFormat (wfcommons.org), version 1.0 or 1.2 to 1.5.
/// The versions keep the same things in different places:
///
/// |           | 1.0, 1.2   | 1.3        | 1.4              | 1.5                      |
/// |-----------|------------|------------|------------------|--------------------------|
/// | tasks     | jobs       | tasks      | tasks            | specification, execution |
/// | runtime   | runtime    | runtime    | runtimeInSeconds | runtimeInSeconds         |
/// | cores     | cores      | cores      | cores            | coreCount                |
/// | edges by  | name or id | name or id | the same, or     | id                       |
/// |           |            |            | only files       |                          |
///
/// The scenario simulates one run on the recorded machines: a pool for each kind of machine with a
/// unit for each core, a node for each task that takes as long as it was measured to (to the
/// nanosecond; what a double holds of it from 104 days on), the recorded edges and priorities, and
/// thresholds for the makespan from its lower bound to the sum of all runtimes. A task that was not
/// measured takes no time, and machines that were not recorded limit nothing; files, transfers and
/// queues of the other system are left out.
///
/// Of a trace that gnomon has written itself (reports/exports/wfformat.h), the pools are the
/// runtimes of that run again.
///
/// Errors are kInvalid; a broken text is told by line and column, broken content by its path:
///
///     trace.json:3:17: error: syntax error while parsing value - unexpected ','
///     trace.json: workflow.specification.tasks[17].parents[2]: there is no task 'align_3'
Expected<ImportedScenario> import_wfformat(std::string_view text, std::string_view file_name);

}  // namespace gnomon::adapters
