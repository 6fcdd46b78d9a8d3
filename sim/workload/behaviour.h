#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/payload.h"
#include "engine/expressions/expression.h"
#include "engine/model/policy.h"
#include "sim/workload/distribution.h"

namespace gnomon::sim {

/// Which draws share one random factor, so that what is slow once is slow again.
enum class Correlation : std::uint8_t { kNone, kWorkflow, kNode, kTenant };

/// How an action behaves in a simulated pool: what a definition's "train" costs and how it fails.
/// Production ignores it. All draws are keyed by (workflow, node, attempt).
struct Behaviour {
  Distribution duration;  ///< service time on a worker
  std::optional<Expression>
      duration_expression;  ///< instead: seconds, jq over the same as output_expression
  std::vector<Duration>
      duration_of_node;  ///< instead, by node number: for generated graphs and recorded runs
  std::optional<Distribution>
      factor;  ///< multiplies the duration, drawn once an entity (see `correlation`)
  Correlation correlation = Correlation::kNone;  ///< tenants are known by their names
  std::array<double, kErrorClassCount>
      failure_rate{};         ///< probability an attempt fails with that class; sum <= 1
  double failed_after = 1.0;  ///< a failing attempt ends after this part of its duration
  Payload output;             ///< JSON given on success
  std::optional<Expression>
      output_expression;  ///< instead: jq over {"input", "params", "attempt", "u": uniform draw}
  /// Fixed endings of the first attempts (mocks, recorded runs): attempt n takes entry n-1, the
  /// last entry repeats.
  struct Ending {
    Outcome outcome = Outcome::kSucceeded;
    ErrorClass error = ErrorClass::kNone;
    std::optional<Duration> duration;
    Payload result;
  };
  std::vector<Ending> endings;
};

}  // namespace gnomon::sim
