#pragma once

#include <string>
#include <vector>

#include "engine/base/error.h"
#include "sim/oracles/oracle.h"

namespace gnomon::scenarios {

struct Verification {
  std::uint64_t events = 0;
  std::uint64_t workflows = 0;
  std::vector<sim::Violation> violations;
};

/// Holds a run record, of a simulated run or the store of a real one, against the oracles: its
/// events in their order, and then its rows as they stand at last. What only the commits of a run
/// tell (who owned a shard, what was due when) is not there to be looked at, and whether all ends
/// is not asked. The error is that of a file.
Expected<Verification> verify_record(const std::string& path);

}  // namespace gnomon::scenarios
