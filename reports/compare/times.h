#pragma once

#include "reports/compare/diff.h"
#include "reports/compare/matching.h"

namespace gnomon::reports {

/// Whether two durations differ by more than the options tolerate.
bool differs(Duration from, Duration to, const DiffOptions& options);

/// Compares makespans, running times of matched nodes that ended in both records, and, of nodes
/// that ran often, the distributions of all their runs: a shift is reported if Kolmogorov and
/// Smirnov's test finds the two samples to be of different distributions (one error in 1,000), and
/// median or 95th percentile differ by more than is tolerated.
void compare_times(const RunView& a, const RunView& b, const Matching& matching,
                   const DiffOptions& options, Diff& diff);

}  // namespace gnomon::reports
