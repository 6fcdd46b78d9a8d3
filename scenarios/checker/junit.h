#pragma once

#include <string>
#include <vector>

#include "scenarios/checker/campaign.h"

namespace gnomon::scenarios {

/// The campaign as a JUnit report: a test case for each seed; a failure tells the promise that was
/// broken, and the line that replays it. `cases`: a file for each finding.
std::string to_junit(const std::string& scenario, std::vector<TrialResult> results,
                     const CampaignReport& report, const std::vector<std::string>& cases);

}  // namespace gnomon::scenarios
