#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/checker/case_file.h"
#include "scenarios/checker/trial.h"
#include "scenarios/checker/workers.h"
#include "scenarios/language/scenario.h"

namespace gnomon::scenarios {

struct CampaignOptions {
  std::uint64_t first_seed = 1;
  std::uint64_t seeds = 100;
  /// Does every `shards`-th seed, from the `shard`-th on (1 to shards), so that several machines
  /// share a campaign.
  std::uint64_t shard = 1;
  std::uint64_t shards = 1;
  /// Of seeds that were done before: they count, and are not done again.
  std::vector<TrialResult> earlier;
  std::size_t jobs = 1;
  bool twice = true;
  bool swarm = true;              ///< draws faults; else only those that the scenario holds strike
  std::size_t most_failures = 1;  ///< ends after so many
  std::optional<std::chrono::seconds> time_budget;
  TrialLimits limits;
  std::chrono::seconds shrink_budget{60};
  std::function<void(const TrialResult&)> told;  ///< of each seed, as it ends
  const std::atomic<bool>* interrupted = nullptr;
};

/// A seed that broke a promise, and the smallest case that still breaks it.
struct Finding {
  TrialResult result;
  Case smallest;
  std::size_t tries = 0;  ///< that it took to shrink it
};

struct CampaignReport {
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  std::uint64_t events = 0;
  std::uint64_t struck = 0;  ///< faults
  double simulated_seconds = 0;
  double seconds = 0;
  bool interrupted = false;
  bool out_of_time = false;
  std::vector<Finding> findings;

  /// The gravest; kPassed without any.
  Verdict verdict() const;
};

/// Runs `scenario` under drawn faults, seed by seed. `path` and `overrides` say where it came from,
/// for the cases. The error is that of a scenario that cannot run, or of the system.
Expected<CampaignReport> check(const Scenario& scenario, const std::string& path,
                               const std::vector<std::string>& overrides,
                               const std::vector<std::string>& own_faults,
                               const CampaignOptions& options);

}  // namespace gnomon::scenarios
