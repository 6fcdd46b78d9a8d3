#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/ports/commit_listener.h"
#include "reports/stats/histogram.h"

namespace gnomon::scenarios {

/// What a run measures, in either world, whether or not its rows are kept: thresholds are held
/// against it, and it stands in the record.
///
/// | metric | label | unit | what |
/// |---|---|---|---|
/// | workflows | outcome | count | workflows that ended; started; live at the end |
/// | makespan | workflow | time | from creation to end |
/// | nodes | outcome | count | nodes that ended |
/// | node_time | | time | READY to FINISHED |
/// | queue_wait | runtime | time | handed to the runtime until a worker took it, last attempt |
/// | run_time | runtime | time | on a worker, last attempt |
/// | notify_delay | runtime | time | end of the work until its node was FINISHED |
/// | overhead | | share | of READY to FINISHED in which no runtime had it, over tasks that were
/// tried once | | attempts, retries | | count | attempts launched; those after the first | | events
/// | kind | count | | | utilisation | runtime | share | of the units, over the run | | cold_starts,
/// polls, refused, longest_queue | runtime | count | | | shard_imbalance | | | nodes that ended in
/// the busiest shard over the mean of all shards | | delivered, behind | subscriber or route |
/// count | events it has taken; events it has yet to take | | passed_over | subscriber or route |
/// count | events for which its expressions failed, and commands that were refused | | redelivered
/// | subscriber or route | count | deliveries that failed or were not answered, and came again |
/// | faults | number of the rule | count | how often it struck | | cost | runtime | | units x hours
/// x the price of the pool |
class Metrics final : public CommitListener {
 public:
  /// A metric and its label; the label "" is the sum over all labels.
  using Key = std::pair<std::string, std::string>;

  /// `workflows`: names of those that may run.
  Metrics(std::vector<std::string> runtimes, std::vector<std::string> workflows,
          std::size_t shards);

  void committed(const Commit& commit) override;

  /// Sets a metric that is a single number, as pools and stores give at the end.
  void set(std::string metric, std::string label, double value) {
    numbers_[{std::move(metric), std::move(label)}] = value;
  }

  const reports::Histogram* histogram(std::string_view metric, std::string_view label) const;
  std::optional<double> number(std::string_view metric, std::string_view label) const;
  /// Puts what was counted on the way under its names. To be called once, at the end.
  void finish();

  const std::map<Key, reports::Histogram>& histograms() const { return histograms_; }
  const std::map<Key, double>& numbers() const { return numbers_; }
  /// Metrics that there are, whether or not this run has measured them; and what they can be of.
  static std::vector<std::string> names();
  static bool knows(std::string_view metric);
  std::vector<std::string> labels(std::string_view metric) const;
  bool knows_label(std::string_view metric, std::string_view label) const;

 private:
  struct OfRuntime {
    reports::Histogram queue_wait;
    reports::Histogram run_time;
    reports::Histogram notify_delay;
  };
  static constexpr std::size_t kOutcomes = 6;

  std::vector<std::string> runtimes_;
  std::vector<std::string> workflow_names_;
  std::size_t shards_;
  std::vector<OfRuntime> of_runtime_;
  std::map<std::string, reports::Histogram, std::less<>> makespan_;  // by workflow
  std::map<std::pair<ShardId, DefinitionId>, std::string> workflow_name_;
  reports::Histogram node_time_;
  std::array<std::uint64_t, kOutcomes> workflows_{};
  std::array<std::uint64_t, kOutcomes> nodes_{};
  std::array<std::uint64_t, kEventKindCount> events_{};
  std::map<ShardId, std::uint64_t> nodes_of_shard_;
  double total_seconds_ = 0;
  double engine_seconds_ = 0;

  std::map<Key, reports::Histogram> histograms_;
  std::map<Key, double> numbers_;
};

}  // namespace gnomon::scenarios
