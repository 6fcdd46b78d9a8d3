#pragma once

#include <string>

#include "engine/base/error.h"
#include "scenarios/language/scenario.h"
#include "scenarios/runner/metrics.h"

namespace gnomon::scenarios {

/// Counts what earlier lives of a run in the real world have made durable, so that the figures and
/// the thresholds of a run that was gone on with are those of all of it. To be called before the
/// engine is started, and after the record was told of the restart. What routes did in a life that
/// was killed is not known. The error is that of a record that cannot be read.
Expected<void> count_earlier(const std::string& record, const Scenario& scenario, Metrics& metrics);

}  // namespace gnomon::scenarios
