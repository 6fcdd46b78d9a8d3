#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/sqlite/database.h"
#include "engine/base/time.h"

namespace gnomon::adapters {

/// A place where actions ran; events of the kind action_launched name it by its number.
struct RuntimeFacts {
  std::uint32_t number = 0;
  std::string name;
  std::optional<std::uint64_t>
      slots;  ///< units that could be held at once, if there was such a bound
  std::optional<std::uint32_t> workers{};  ///< that had equal parts of them, if that is known
  bool operator==(const RuntimeFacts&) const = default;
};

/// What a run was. Empty means "not known": writing facts leaves those alone that are empty.
struct RunFacts {
  std::string gnomon;         ///< version of the program
  std::string world;          ///< "simulated", "real" or "imported"
  std::string scenario;       ///< its name
  std::string scenario_text;  ///< of its file, without what overrode it
  std::optional<std::uint64_t> seed;
  std::string digest;
  Instant started_at = kUnset;  ///< in the run's own time
  Instant ended_at = kUnset;
  Instant ended_before = kUnset;  ///< when it ended before somebody went on with it
  std::vector<RuntimeFacts> runtimes;
  /// What was put in the place of values of the text: "path=value".
  std::optional<std::vector<std::string>> overrides;
  bool interrupted = false;  ///< a simulated run that was stopped on its way, at `ended_at`
  /// By the name of a route: why it passed over an event, the latest reason.
  std::map<std::string, std::string> passed_over;
  bool operator==(const RunFacts&) const = default;
};

/// One figure of a run: ("makespan", "train", "p95", 21.4). `label` says what it is of, "" for the
/// whole run.
struct MetricRow {
  std::string name;
  std::string label;
  std::string statistic;
  double value = 0;
  bool operator==(const MetricRow&) const = default;
};

/// One point of a curve over time: ("queue", "gpu", at, 12).
struct SeriesRow {
  std::string name;
  std::string label;
  Instant at{};
  double value = 0;
  bool operator==(const SeriesRow&) const = default;
};

/// What is known of a run beside its rows.
struct RunSummary {
  RunFacts facts;
  std::vector<MetricRow> metrics;
  std::vector<SeriesRow> series;
};

/// Within the caller's transaction; replaces facts and figures of the same name.
Expected<void> write_summary(Database& database, const RunSummary& summary);
/// Adds to an existing record, such as a store that a process has open.
Expected<void> add_summary(const std::string& path, const RunSummary& summary);

/// The name in SeriesRow of the instants at which a process went on with the run.
inline constexpr const char* kResumed = "resumed";

/// Somebody goes on with a run: what is to be told of it is added, and if it had ended, ended_at
/// becomes ended_before.
Expected<void> reopen_run(const std::string& path, const RunSummary& summary);

Expected<RunFacts> read_facts(Database& database);

}  // namespace gnomon::adapters
