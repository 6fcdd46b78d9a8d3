#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/digest.h"
#include "engine/base/error.h"
#include "scenarios/language/scenario.h"
#include "scenarios/runner/metrics.h"
#include "sim/faults/fault_plan.h"

namespace gnomon::sim {
class Watch;
}

namespace gnomon::scenarios {

enum class WorldKind : std::uint8_t { kSimulated, kReal };

/// How far a run has got, for whoever watches it.
struct Progress {
  Instant now{};
  Instant end = kNever;  ///< of the horizon; kNever: there is none
  std::uint64_t events = 0;
  std::uint64_t live_workflows = 0;
  std::string trouble;  ///< why a shard is down, while it tries to come back
  std::string news;     ///< what the user should hear at once, told once; mostly ""
};

struct RunOptions {
  WorldKind world = WorldKind::kSimulated;
  std::optional<std::uint64_t> seed;  ///< instead of the scenario's
  std::string record;  ///< path of the run record; "" writes none. The real world needs one: it is
                       ///< the store
  std::string scenario_text;           ///< kept in the record
  std::vector<std::string> overrides;  ///< what was put in the place of its values; kept too
  double time_scale = 1;  ///< real world: wall seconds that a second of the scenario takes
  bool stand_ins =
      false;  ///< real world: pools that hold a slot for the drawn time instead of processes
  bool keep_running = false;  ///< real world: stays for commands from outside, whatever the
                              ///< horizon, until it is interrupted
  std::function<void(const Progress&)> progress;  ///< called now and then
  CommitListener* listener = nullptr;             ///< hears of every commit too
  sim::Watch* watch = nullptr;  ///< simulated world: hears of what leaves the engine
  std::function<void(const sim::StrikeNote&)> struck;  ///< simulated world: hears of each fault
  std::set<sim::Strike> spared;  ///< simulated world: times that a fault is not to strike
  const std::atomic<bool>* interrupted =
      nullptr;  ///< set by a signal handler: end soon, in good order
};

struct ThresholdResult {
  Threshold threshold;
  std::optional<double>
      measured;  ///< in the threshold's unit; absent if there was nothing to measure
  bool passed = false;
};

/// A route or subscriber, and the events that it passed over: its expressions failed on them, or
/// the command that they asked for was refused. Counted in this process.
struct PassedOver {
  std::string route;
  std::uint64_t count = 0;
  std::string first;  ///< why
  std::string last;
};

struct RunReport {
  Digest digest;  ///< of the events of this process
  std::uint64_t seed = 0;
  Instant began{};
  Instant ended{};
  Instant resumed_at =
      kUnset;                ///< real world: when this process went on with an earlier run's work
  std::uint64_t events = 0;  ///< of all processes that had a part in the run
  std::uint64_t live_workflows = 0;  ///< cut off by the end of the run
  std::uint64_t refused_starts = 0;
  std::string refused_because;  ///< the first of them
  bool interrupted = false;
  bool unfinished = false;  ///< real world: the time was up before all was done
  bool resumed = false;     ///< resumed_at is set
  /// In what the scenario is another one than that which the run was begun with.
  std::vector<std::string> changes;
  /// Path of the record, "" if there is none: the one that was asked for, or, of a simulated run
  /// that was interrupted, one beside it (place_of_interrupted).
  std::string record;
  std::string earlier_kept_as;  ///< name that the record of an ended run of the real world, which
                                ///< was in the record's place, has now; "" if there was none
  std::vector<PassedOver> passed_over;  ///< routes that have passed over anything
  std::unique_ptr<Metrics> metrics;
  std::vector<ThresholdResult> thresholds;

  bool passed() const;
};

/// Runs a scenario in a world, from its start until its work is done, its horizon and drain have
/// passed, or it is interrupted. The error is that of a file.
///
/// Simulated: as fast as it goes; the record appears when the run is over, or interrupted. Real: on
/// the wall clock; the record is the SQLite store of the engine, and a run that was killed, was
/// interrupted, ran out of time, or was sent commands after its end, is gone on with when it is run
/// again on the same record.
Expected<RunReport> run(const Scenario& scenario, const RunOptions& options);

}  // namespace gnomon::scenarios
