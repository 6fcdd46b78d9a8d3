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
/// against it, and it stands in the record. The metrics are those of scenarios/language/metric.h.
class Metrics final : public CommitListener {
 public:
  /// A metric and its label; the label "" is the sum over all labels.
  using Key = std::pair<std::string, std::string>;

  Metrics(std::vector<std::string> runtimes, std::size_t shards);

  void committed(const Commit& commit) override;

  /// Workflows may be retried: then those that did not succeed, and their nodes that did not, are
  /// remembered until finish(), so that each counts by its last end alone: some 200 bytes for each
  /// such workflow and node, of all lives of the run.
  void expect_retries() { expects_retries_ = true; }
  /// A process went on with the run at that instant. Nobody knows since when there was none: nodes
  /// that were on their way do not count for the overhead. Instants ascend.
  void resumed(Instant at) { resumed_.push_back(at); }

  /// Sets a metric that is a single number, as pools and stores give at the end.
  void set(std::string metric, std::string label, double value);

  const reports::Histogram* histogram(std::string_view metric, std::string_view label) const;
  std::optional<double> number(std::string_view metric, std::string_view label) const;
  /// Puts what was counted on the way under its names. To be called once, at the end.
  void finish();

  const std::map<Key, reports::Histogram>& histograms() const { return histograms_; }
  const std::map<Key, double>& numbers() const { return numbers_; }

 private:
  struct OfRuntime {
    reports::Histogram queue_wait;
    reports::Histogram run_time;
    reports::Histogram notify_delay;
  };
  struct OfWorkflow {
    reports::Histogram makespan;
    std::uint64_t succeeded = 0;
  };
  /// The end of a workflow that may be retried.
  struct Ended {
    OfWorkflow* of = nullptr;
    Duration makespan{};
    std::uint8_t outcome = 0;
  };
  /// The end of a node: what is counted of its row.
  struct EndedNode {
    Instant ready_at = kUnset;
    Instant launched_at = kUnset;
    Instant started_at = kUnset;
    Instant ended_at = kUnset;
    Instant finished_at = kUnset;
    std::uint16_t runtime = 0;
    std::uint8_t outcome = 0;
    bool tried_once = false;
  };
  static constexpr std::size_t kOutcomes = 6;
  static EndedNode end_of(const NodeRow& row);
  void count(const Ended& ended);
  void count(ShardId shard, const EndedNode& node);
  void nodes_are_final(WorkflowId workflow);

  std::vector<std::string> runtimes_;
  std::size_t shards_;
  std::vector<OfRuntime> of_runtime_;
  std::map<std::string, OfWorkflow, std::less<>> of_workflow_;
  std::map<std::pair<ShardId, DefinitionId>, std::string> workflow_name_;
  reports::Histogram node_time_;
  std::array<std::uint64_t, kOutcomes> workflows_{};
  std::array<std::uint64_t, kOutcomes> nodes_{};
  std::array<std::uint64_t, kEventKindCount> events_{};
  std::map<ShardId, std::uint64_t> nodes_of_shard_;
  double total_seconds_ = 0;
  double engine_seconds_ = 0;
  bool expects_retries_ = false;
  std::map<WorkflowId, Ended> not_final_;
  std::map<std::pair<WorkflowId, NodeIndex>, EndedNode> nodes_not_final_;
  std::vector<Instant> resumed_;

  std::map<Key, reports::Histogram> histograms_;
  std::map<Key, double> numbers_;
};

}  // namespace gnomon::scenarios
