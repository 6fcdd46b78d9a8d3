#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/time.h"

namespace gnomon {

/// Why an attempt or a node did not succeed; retry policies choose by it.
enum class ErrorClass : std::uint8_t {
  kNone,
  kTransient,   ///< may succeed when tried again (a runtime says so, or exit code 75)
  kPermanent,   ///< the work itself is wrong; trying again is vain
  kTimeout,     ///< the attempt ran longer than its timeout
  kLost,        ///< the worker died, or nothing was heard of the attempt any more
  kLaunch,      ///< the runtime could not launch it
  kExpression,  ///< an input, output or condition expression failed
  kChild,       ///< a sub-workflow did not succeed, or could not be created
};
inline constexpr std::size_t kErrorClassCount = 8;

/// How a node, or a workflow, ended.
enum class Outcome : std::uint8_t { kNone, kSucceeded, kFailed, kCancelled, kTimedOut, kSkipped };

/// What a node's failure means for the nodes that depend on it, and for its workflow (article A,
/// "failure policies"):
///
/// | policy             | dependents                          | the workflow ends, when nothing is
/// left to run, as |
/// |--------------------|-------------------------------------|----------------------------------------------------|
/// | ContinueProcessing | run as after a success, output null | succeeded | | BlockDependents    |
/// stay PENDING, all that follow too   | failed                                             | |
/// CancelDependents   | FINISHED as cancelled, all that follow too | cancelled (failed, if another
/// node blocked) |
///
/// Branches that do not depend on the failed node run on under each of them.
enum class FailurePolicy : std::uint8_t {
  kContinueProcessing,
  kBlockDependents,
  kCancelDependents
};

/// When an action that failed is tried again. The delay before attempt n+1 is
/// min(max_delay, initial_delay * multiplier^(n-1)), less up to `jitter_percent` of itself, drawn
/// from the engine's keyed random numbers, so that it is the same in every run of one seed.
struct RetryPolicy {
  std::uint32_t max_attempts = 1;
  Duration initial_delay = 1s;
  std::uint32_t multiplier_percent = 200;
  Duration max_delay = 5min;
  std::uint32_t jitter_percent = 0;
  /// Bit i: failures of ErrorClass i are tried again.
  std::uint32_t retry_on = bit(ErrorClass::kTransient) | bit(ErrorClass::kLost) |
                           bit(ErrorClass::kLaunch) | bit(ErrorClass::kTimeout);

  static constexpr std::uint32_t bit(ErrorClass error) {
    return 1u << static_cast<unsigned>(error);
  }
  bool retries(ErrorClass error) const { return (retry_on & bit(error)) != 0; }
  /// The delay after failed attempt number `attempt` (from 1), before jitter.
  Duration delay_after(std::uint32_t attempt) const;
  bool operator==(const RetryPolicy&) const = default;
};

/// A user of the platform: what holds for its workflows where they do not say otherwise. What it
/// leaves open is as the default tenant has it; what that leaves open too: one attempt, no timeout,
/// priority 0.
struct Tenant {
  std::string name;
  std::optional<RetryPolicy> retry;
  std::optional<Duration> timeout;
  std::optional<std::int16_t> priority;
};

std::string_view to_string(ErrorClass error);
std::string_view to_string(Outcome outcome);
std::string_view to_string(FailurePolicy policy);
std::optional<ErrorClass> error_class_from(std::string_view name);
std::optional<Outcome> outcome_from(std::string_view name);

}  // namespace gnomon
