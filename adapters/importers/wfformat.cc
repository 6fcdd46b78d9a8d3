#include "adapters/importers/wfformat.h"

#include <fmt/format.h>

#include "adapters/importers/scenario_text.h"
#include "adapters/importers/wfformat_reader.h"

namespace gnomon::adapters {

Expected<ImportedScenario> import_wfformat(std::string_view text, std::string_view file_name) {
  constexpr std::size_t kMaxScenarioBytes = std::size_t{64} << 20;  // what a scenario may have
  const Expected<Json> document = read_json(text, file_name);
  if (!document) return std::unexpected(document.error());
  Problems problems;
  const RecordedWorkflow workflow = read_wfformat(*document, problems);
  if (!problems.empty()) return invalid(problems.text(file_name, text));

  const MachinePools pools = pools_of(workflow);
  const MakespanBounds bounds = makespan_bounds(workflow, pools.units);
  ImportedScenario scenario{.yaml = scenario_text(workflow, pools, bounds, file_name),
                            .name = workflow.name,
                            .tasks = workflow.tasks.size(),
                            .edges = bounds.edges,
                            .levels = bounds.levels,
                            .shortest = bounds.shortest,
                            .longest = bounds.longest};
  if (scenario.yaml.size() > kMaxScenarioBytes) {
    return invalid(fmt::format("{}: the scenario would be {} bytes long; at most {} are allowed",
                               file_name, scenario.yaml.size(), kMaxScenarioBytes));
  }
  return scenario;
}

}  // namespace gnomon::adapters
