#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/time.h"
#include "sim/workload/distribution.h"

namespace gnomon::sim {

enum class FaultKind : std::uint8_t {
  kCrash,
  kStoreDown,
  kStoreSlow,
  kStoreAnswerLost,
  kRuntimeDown,
  kRuntimeSlow,
  kLaunchAnswerLost,
  kWorkerLost,
  kCompletionLost,
  kCompletionLate,
  kCompletionTwice,
  kSinkDown,
  kSinkAnswerLost,
};

/// A rule: this goes wrong, there, from then on for so long, that likely. Faults are data.
struct FaultRule {
  FaultKind what{};
  Duration at{};                    ///< from the start of the run
  std::optional<Duration> lasting;  ///< absent: to the end
  std::string where =
      "*";  ///< glob over the names of what it may hurt: runtimes, shards, subscribers
  double probability = 1;              ///< of each operation
  std::optional<std::uint64_t> times;  ///< absent: without limit
  Distribution by;                     ///< of slow and late ones: by how much
};

}  // namespace gnomon::sim
