#pragma once

#include <vector>

#include "engine/base/error.h"
#include "scenarios/language/threshold.h"
#include "scenarios/runner/run.h"

namespace gnomon::scenarios {

/// Holds thresholds against what was measured. The error names a metric or label that does not
/// exist, and the nearest that does.
Expected<std::vector<ThresholdResult>> check_thresholds(const std::vector<Threshold>& thresholds,
                                                        const Metrics& metrics, Duration length);

}  // namespace gnomon::scenarios
