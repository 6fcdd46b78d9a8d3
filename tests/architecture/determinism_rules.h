#pragma once

#include "tests/architecture/tree.h"

namespace gnomon::architecture {

/// What engine/ and sim/ must not hold, so that a run is a pure function of scenario, seed and
/// version: clocks, randomness of their own, the environment, threads, locale, mutable statics,
/// mathematics that differs between CPUs, and orders that come from a hash or an address. Comments
/// and literals do not count.
///
/// A line that is harmless all the same says why: `// determinism: <reason>`. One word is
/// no reason.
struct DeterminismReport {
  Violations violations;
  /// The lines that were let through, with their reasons.
  Violations excused;
};
DeterminismReport check_determinism(const Tree& tree);

}  // namespace gnomon::architecture
