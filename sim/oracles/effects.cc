#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Effects final : public Oracle {
 public:
  Effects() : Oracle("effects") {}

  void commit(const History&, const Commit& commit) override {
    Shard& shard = shards_[commit.shard];
    // A new owner hands out again what was under way.
    if (std::exchange(shard.fence, commit.fence) != commit.fence) shard.decided.clear();
    for (const Event& event : commit.events) {
      if (event.kind == EventKind::kActionLaunched)
        shard.decided[{{event.workflow, event.node}, event.attempt}] = commit.sequence;
    }
    if (!hears_ || shard.decided.empty()) return;
    for (const auto& [attempt, sequence] : shard.decided) {
      if (commit.sequence <= sequence + kMostInFlight) continue;
      tell(attempt.first.workflow, attempt.first.node, kUnset,
           fmt::format("attempt {} is durable, but was never handed to its runtime",
                       attempt.second));
      shard.decided.clear();
      return;
    }
  }

  void launched(const History& history, const ActionKey& key, Instant at) override {
    hears_ = true;
    shards_[shard_of(key.workflow)].decided.erase({{key.workflow, key.node}, key.attempt});
    const NodeHistory* node = history.find(NodeRef{key.workflow, key.node});
    if (node != nullptr && key.attempt <= node->attempt) return;
    tell(key.workflow, key.node, at,
         fmt::format("attempt {} is handed to its runtime before it is durable", key.attempt));
  }

  void answered(const History& history, WorkflowId workflow, Instant at) override {
    if (history.find(workflow) != nullptr) return;
    tell(workflow, kNoNode, at, "a client is told of it before it is durable");
  }

 private:
  /// Commits that a shard may have on their way at once, at most (HostSettings::commits_in_flight).
  static constexpr std::uint64_t kMostInFlight = 64;
  struct Shard {
    std::uint64_t fence = 0;
    /// Attempts that are durable and were not handed out yet, and the commits that decided them.
    std::map<std::pair<NodeRef, std::uint32_t>, std::uint64_t> decided;
  };

  void tell(WorkflowId workflow, NodeIndex node, Instant at, std::string what) {
    add({.oracle = std::string(name()),
         .what = std::move(what),
         .at = at,
         .workflow = workflow,
         .node = node});
  }

  std::map<ShardId, Shard> shards_;
  bool hears_ = false;  ///< somebody tells of launches
};

}  // namespace

std::unique_ptr<Oracle> effects() {
  return std::make_unique<Effects>();
}

}  // namespace gnomon::sim
