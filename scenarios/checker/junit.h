#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "scenarios/checker/trial.h"

namespace gnomon::scenarios {

/// Results as a JUnit report: a test case for each seed; a failure tells the promise that was
/// broken, and the line that shows it again.
std::string to_junit(const std::string& scenario, std::vector<TrialResult> results,
                     const std::function<std::string(std::uint64_t seed)>& replay);

}  // namespace gnomon::scenarios
