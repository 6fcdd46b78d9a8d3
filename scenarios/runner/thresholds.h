#pragma once

#include <vector>

#include "engine/base/time.h"
#include "scenarios/language/threshold.h"
#include "scenarios/runner/run.h"

namespace gnomon::scenarios {

/// Holds thresholds, which were checked when the scenario was read, against what was measured in a
/// run of that length.
std::vector<ThresholdResult> judge(const std::vector<Threshold>& thresholds, const Metrics& metrics,
                                   Duration length);

}  // namespace gnomon::scenarios
