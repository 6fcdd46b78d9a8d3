#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/actions/action_service.h"
#include "engine/events/route.h"
#include "engine/model/policy.h"
#include "engine/shard/placement.h"
#include "scenarios/language/scalars.h"
#include "sim/faults/fault_rule.h"
#include "sim/workload/arrivals.h"
#include "sim/world/pool_settings.h"

/// What a scenario says about everything but workflows: plain values, as the runner takes them.

namespace gnomon::scenarios {

/// Real processes on this machine (adapters/process).
struct ProcessSettings {
  std::uint32_t slots = 4;
  std::uint64_t queue_limit = 1'000'000;
  std::map<std::string, std::string> environment;  ///< added to the runtime's own
  std::string directory;                           ///< "" is where gnomon was started
  std::uint64_t output_bytes = 64 << 10;           ///< kept of each stream
  Duration grace = 5s;                             ///< from SIGTERM to SIGKILL
  std::map<int, ErrorClass> exit_codes;            ///< added to the runtime's own
};

/// Where actions run. Simulated, it is the pool. In the real world it is what `process` says;
/// without that, a stand-in that holds a slot of the pool for the drawn time.
struct RuntimeSettings {
  sim::PoolSettings pool;
  std::optional<ProcessSettings> process;
};

/// Where events from outside come from. Simulated where it has arrivals.
struct SourceSettings {
  std::string name;
  std::optional<sim::ArrivalProcess> arrivals;
  Duration begin{};
  std::optional<Duration> end;
  std::optional<std::uint64_t> limit;
  std::string type;  ///< CloudEvents type
  Given data;        ///< jq over {"n": number from 0, "u": uniform draw}
};

/// A subscriber that exists only in the simulated world.
struct SimulatedSink {
  sim::Distribution latency;
  double failure_rate = 0;
  std::vector<std::pair<Duration, Duration>> down;  ///< from, to: offsets from the start of the run
};
/// Appends one JSON text a line to a file.
struct FileSink {
  std::string path;
};
struct SubscriberSettings {
  Route route;  ///< what it takes by itself, under its name; delivers to no sink yet
  std::variant<SimulatedSink, FileSink> sink;
};

struct RouteSettings {
  Route route;             ///< a DeliverTo has no sink yet
  std::string subscriber;  ///< of a DeliverTo: whose sink it is
};

/// Alarms; Duration::max() is off.
struct MonitorLimits {
  Duration node_delay = Duration::max();
  Duration stuck_after = Duration::max();
  double hot_shard = 3;  ///< load of a shard as a multiple of the mean
};

struct EngineSettings {
  std::uint32_t shards = 1;
  PlacementPolicy placement = PlacementPolicy::kTwoChoices;
  std::uint32_t commits_in_flight = 2;
  sim::Distribution commit_latency;  ///< of the simulated store, a commit
  Duration row_latency{};            ///< added for each row of it
  sim::Distribution hop_latency;     ///< from a client or a port to a shard, simulated
  ActionSettings actions;
  MonitorLimits monitors;
  Tenant defaults;  ///< what holds where neither node nor tenant says otherwise
  std::uint64_t payload_limit = 1 << 20;
};

using sim::FaultKind;
using sim::FaultRule;

struct FaultName {
  std::string_view name;
  FaultKind kind;
  std::string_view meaning;
};
/// The one table of all faults.
const std::vector<FaultName>& fault_names();

/// What is kept of a run, besides its metrics.
enum class RecordLevel : std::uint8_t { kFull, kSummary, kNone };

}  // namespace gnomon::scenarios
