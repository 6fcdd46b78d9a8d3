#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/ports/commit_listener.h"
#include "scenarios/language/scenario.h"
#include "sim/faults/fault_plan.h"
#include "sim/oracles/oracle.h"

namespace gnomon::scenarios {

/// How a trial ended, the gravest first.
enum class Verdict : std::uint8_t {
  kCrash,        ///< the engine aborted: one of its own invariants did not hold
  kSafety,       ///< something happened that must never happen
  kDeterminism,  ///< the same run again had another digest
  kLiveness,     ///< something that must happen did not, though faults had stopped
  kPassed,
};
std::string_view to_string(Verdict verdict);

/// What came of one seed.
struct TrialResult {
  std::uint64_t seed = 0;
  Verdict verdict = Verdict::kPassed;
  /// Of the first promise that was broken: the oracle's name, and what it says.
  std::string oracle;
  std::string what;
  std::uint64_t event = 0;  ///< the number of the event that broke it, in its shard; 0: none
  WorkflowId workflow = WorkflowId::kNone;  ///< whose promise it was
  NodeIndex node = kNoNode;
  std::string digest;
  std::uint64_t events = 0;
  std::uint64_t faults_struck = 0;
  std::size_t faults_drawn = 0;
  double seconds = 0;  ///< of the wall clock
  double simulated_seconds = 0;
};

struct TrialOptions {
  std::uint64_t seed = 1;
  bool twice = true;                   ///< runs it again and compares the digests
  CommitListener* listener = nullptr;  ///< hears of every durable commit, before the oracles
  std::function<void(const sim::StrikeNote&)> struck;  ///< hears of each fault, in the first run
  std::set<sim::Strike> spared;                        ///< times that a fault is not to strike
  std::string record;                                  ///< of the first run; "" writes none
};

/// The simulated time that everything has to come to its end in, once faults and traffic are over.
inline constexpr Duration kTimeToEnd = std::chrono::days(30);

/// Runs the scenario, with the faults it holds, under all oracles; after the horizon it has
/// kTimeToEnd, whatever its `drain` says. The error is that of a scenario that cannot run.
Expected<TrialResult> try_once(Scenario scenario, const TrialOptions& options);

}  // namespace gnomon::scenarios
