#pragma once

#include <memory>
#include <vector>

#include "engine/ports/commit_listener.h"
#include "sim/oracles/oracles.h"

namespace gnomon::sim {

/// Watches a run with all oracles. Give it to the stores as a witness: what is durable counts, also
/// where the answer to the host was lost.
class Watch final : public CommitListener {
 public:
  explicit Watch(FindDefinition find, std::vector<std::unique_ptr<Oracle>> oracles = all_oracles())
      : history_(std::move(find)), oracles_(std::move(oracles)) {}

  void committed(const Commit& commit) override;
  /// What has left the engine: a runtime was given an attempt; a client was told that what it asked
  /// of a workflow is done; a subscriber has taken events.
  void launched(const ActionKey& key, Instant at);
  void answered(WorkflowId workflow, Instant at);
  void delivered(const Taken& taken);
  /// To be called once. What was broken, in the order of the oracles.
  std::vector<Violation> end(const Ending& ending);
  /// Whether an oracle has something to tell already.
  bool has_violations() const;

  const History& history() const { return history_; }

 private:
  History history_;
  std::vector<std::unique_ptr<Oracle>> oracles_;
};

}  // namespace gnomon::sim
