#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "scenarios/checker/campaign.h"

namespace gnomon::cli {

/// What a campaign prints: a line for each seed that broke something, one that counts on a terminal
/// while it goes on, and the summary.
class CheckOutput {
 public:
  CheckOutput(std::string scenario, const scenarios::CampaignOptions& options, bool verbose);

  void tell(const scenarios::TrialResult& result);
  /// Takes the counting line away.
  void clear();
  std::string text(const scenarios::CampaignReport& report,
                   const std::vector<std::string>& cases) const;
  std::string json(const scenarios::CampaignReport& report,
                   const std::vector<std::string>& cases) const;

 private:
  std::string scenario_;
  const scenarios::CampaignOptions& options_;
  bool verbose_;
  bool terminal_;
  bool shown_ = false;
  std::uint64_t done_ = 0;
  std::uint64_t events_ = 0;
  std::chrono::steady_clock::time_point began_;
  std::chrono::steady_clock::time_point next_;
};

/// What so many seeds mean of which none broke anything.
std::string what_it_means(std::uint64_t seeds);

/// Ends the subcommand with the exit code of the verdict, if it is not passed.
void leave_as(scenarios::Verdict verdict);

}  // namespace gnomon::cli
