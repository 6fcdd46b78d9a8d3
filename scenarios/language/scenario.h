#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scenarios/language/diagnostics.h"
#include "scenarios/language/file_reader.h"
#include "scenarios/language/recurrence_type.h"
#include "scenarios/language/settings.h"
#include "scenarios/language/threshold.h"
#include "scenarios/language/workflow.h"
#include "scenarios/language/workflow_test.h"
#include "sim/workload/arrivals.h"

namespace gnomon::scenarios {

/// Everything about a run: what runs, where, how much of it, what goes wrong, and what must hold. A
/// plain value; the runner makes a world of it. docs/SCENARIO.md is the language for users.
///
/// Always holds: every name that is used is declared; definitions are checked; no workflow runs
/// itself; every number is within its bounds.
struct Scenario {
  std::string name;
  std::string description;
  std::vector<std::string> claims;  ///< what it shows: numbers of a checklist, or words
  std::uint64_t seed = 1;
  Instant start{};
  Duration horizon{};  ///< traffic and schedules end then
  std::optional<Duration>
      drain;  ///< how long live work may go on after the horizon; absent: it is cut off

  std::vector<RuntimeSettings>
      runtimes;  ///< named in pool.name; all lists are in the order of the text
  std::map<std::string, sim::Behaviour, std::less<>> actions;
  NodeBehaviours nodes;  ///< behaviours of single nodes, by (definition, node)
  std::vector<DefinitionPtr> workflows;
  std::vector<Tenant> tenants;
  std::vector<sim::Traffic> traffic;
  std::vector<ScheduleSettings> schedules;
  std::vector<SourceSettings> sources;
  std::vector<SubscriberSettings> subscribers;
  std::vector<RouteSettings> routes;
  EngineSettings engine;
  std::vector<FaultRule> faults;
  std::vector<Threshold> thresholds;
  std::vector<WorkflowTest> tests;
  RecordLevel record = RecordLevel::kFull;
};

/// Reads the scenario in the file `path`, with what it includes and the data it names. Each
/// override is "path.to.key=value" with a YAML value: "runtimes.gpu.workers=64",
/// "traffic.\"day.1\".limit=5", "faults[0].at=1h". `custom_kinds` are those that the calling
/// program has registered in NodeExecutors, for nodes that are `custom`; gnomon itself has none.
/// Either a scenario, or all that is wrong with it.
std::expected<Scenario, Diagnostics> load_scenario(const std::string& path,
                                                   std::span<const std::string> overrides,
                                                   const FileReader& files,
                                                   const ZoneLookup& zones = {},
                                                   std::span<const std::string> custom_kinds = {});

/// JSON Schema (draft 2020-12) of the language, made of the table that decodes it.
std::string json_schema();
/// The same table as a page for people, in Markdown: docs/SCENARIO.md.
std::string language_reference();

}  // namespace gnomon::scenarios
