#include "scenarios/checker/campaign.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "scenarios/checker/shrink.h"
#include "scenarios/checker/swarm.h"
#include "scenarios/checker/workers.h"

namespace gnomon::scenarios {
namespace {

using Clock = std::chrono::steady_clock;

/// A scenario that cannot run is told as such by the first of its trials; later ones are the same.
constexpr std::string_view kCannotRun = "cannot run";

class Campaign {
 public:
  Campaign(const Scenario& scenario, std::string path, std::vector<std::string> overrides,
           std::vector<std::string> own_faults, const CampaignOptions& options)
      : scenario_(scenario),
        path_(std::move(path)),
        overrides_(std::move(overrides)),
        own_faults_(std::move(own_faults)),
        options_(options) {
    for (const TrialResult& result : options.earlier) done_.insert(result.seed);
  }

  Expected<CampaignReport> run();

 private:
  TrialResult attempt(const std::vector<DrawnFault>& faults, std::uint64_t seed) const;
  std::vector<DrawnFault> drawn(std::uint64_t seed) const {
    return options_.swarm ? draw_faults(scenario_, seed) : std::vector<DrawnFault>{};
  }
  std::optional<std::uint64_t> next();
  bool told(TrialResult&& result);
  void count(TrialResult result);
  Finding shrunk(TrialResult result) const;

  const Scenario& scenario_;
  std::string path_;
  std::vector<std::string> overrides_;
  std::vector<std::string> own_faults_;
  const CampaignOptions& options_;
  Clock::time_point began_ = Clock::now();
  std::set<std::uint64_t> done_;  // by an earlier campaign
  std::uint64_t given_ = 0;
  std::string cannot_run_;
  std::vector<TrialResult> failures_;
  CampaignReport report_;
};

TrialResult Campaign::attempt(const std::vector<DrawnFault>& faults, std::uint64_t seed) const {
  Scenario scenario = scenario_;
  for (const DrawnFault& fault : faults) scenario.faults.push_back(fault.rule);
  auto result = try_once(std::move(scenario), {.seed = seed, .twice = options_.twice});
  if (result) return *std::move(result);
  TrialResult refused;
  refused.seed = seed;
  refused.oracle = kCannotRun;
  refused.what = result.error().message;
  return refused;
}

std::optional<std::uint64_t> Campaign::next() {
  if (options_.interrupted != nullptr && options_.interrupted->load()) {
    report_.interrupted = true;
    return std::nullopt;
  }
  if (options_.time_budget && Clock::now() - began_ >= *options_.time_budget) {
    report_.out_of_time = true;
    return std::nullopt;
  }
  while (true) {
    const std::uint64_t offset = options_.shard - 1 + options_.shards * given_;
    if (offset >= options_.seeds) return std::nullopt;
    ++given_;
    const std::uint64_t seed = options_.first_seed + offset;
    if (!done_.contains(seed)) return seed;
  }
}

bool Campaign::told(TrialResult&& result) {
  if (result.oracle == kCannotRun) {
    cannot_run_ = result.what;
    return false;
  }
  if (options_.told) options_.told(result);
  count(std::move(result));
  return failures_.size() < options_.most_failures;
}

void Campaign::count(TrialResult result) {
  ++report_.done;
  report_.events += result.events;
  report_.struck += result.faults_struck;
  report_.simulated_seconds += result.simulated_seconds;
  if (result.verdict != Verdict::kPassed) failures_.push_back(std::move(result));
}

Finding Campaign::shrunk(TrialResult result) const {
  const auto first_that_fails = [&](const std::vector<std::vector<DrawnFault>>& lists) {
    std::optional<std::size_t> first;
    std::uint64_t next = 0;
    Workers workers(
        std::min(options_.jobs, lists.size()),
        [&](std::uint64_t index) {
          TrialResult each = attempt(lists[index], result.seed);
          each.seed = index;
          return each;
        },
        options_.limits);
    const auto ran = workers.run(
        [&]() -> std::optional<std::uint64_t> {
          if (next == lists.size() || first) return std::nullopt;
          return next++;
        },
        [&](TrialResult&& each) {
          const bool same = each.verdict == result.verdict && each.oracle == result.oracle;
          if (same && (!first || each.seed < *first)) first = each.seed;
          return true;
        });
    return ran ? first : std::nullopt;
  };
  Shrunk smallest = shrink(drawn(result.seed), first_that_fails, options_.shrink_budget);
  Finding finding;
  finding.tries = smallest.tries;
  finding.smallest = {
      .scenario = path_,
      .seed = result.seed,
      .faults = own_faults_,
      .overrides = overrides_,
      .found = fmt::format("{} ({}): {}", to_string(result.verdict), result.oracle, result.what)};
  for (const DrawnFault& fault : smallest.faults) finding.smallest.faults.push_back(fault.text);
  finding.result = std::move(result);
  return finding;
}

Expected<CampaignReport> Campaign::run() {
  for (const TrialResult& result : options_.earlier) count(result);
  if (failures_.size() < options_.most_failures) {
    Workers workers(
        options_.jobs, [this](std::uint64_t seed) { return attempt(drawn(seed), seed); },
        options_.limits);
    const auto ran = workers.run([this] { return next(); },
                                 [this](TrialResult&& result) { return told(std::move(result)); });
    if (!ran) return std::unexpected(ran.error());
  }
  if (!cannot_run_.empty()) return invalid(cannot_run_);
  report_.failed = failures_.size();
  // By seed, so that what is told does not depend on which process was faster.
  std::ranges::sort(failures_, {}, &TrialResult::seed);
  for (TrialResult& failure : failures_) report_.findings.push_back(shrunk(std::move(failure)));
  report_.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  return std::move(report_);
}

}  // namespace

Verdict CampaignReport::verdict() const {
  Verdict gravest = Verdict::kPassed;
  for (const Finding& finding : findings) gravest = std::min(gravest, finding.result.verdict);
  return gravest;
}

Expected<CampaignReport> check(const Scenario& scenario, const std::string& path,
                               const std::vector<std::string>& overrides,
                               const std::vector<std::string>& own_faults,
                               const CampaignOptions& options) {
  return Campaign(scenario, path, overrides, own_faults, options).run();
}

}  // namespace gnomon::scenarios
