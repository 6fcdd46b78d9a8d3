#include <fmt/format.h>

#include <map>

#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Ownership final : public Oracle {
 public:
  Ownership() : Oracle("ownership") {}

  void commit(const History&, const Commit& commit) override {
    Shard& shard = shards_[commit.shard];
    if (commit.fence < shard.fence) {
      tell(commit, fmt::format("a commit under token {} comes after one under token {}",
                               commit.fence, shard.fence));
    } else if (commit.fence == shard.fence && commit.sequence != shard.sequence + 1) {
      tell(commit, fmt::format("commit {} comes after commit {} under one token", commit.sequence,
                               shard.sequence));
    }
    shard.fence = commit.fence;
    shard.sequence = commit.sequence;
    for (const Event& event : commit.events) {
      if (event.sequence != shard.last_event + 1) {
        violated(event,
                 fmt::format("event {} comes after event {}", event.sequence, shard.last_event));
      }
      shard.last_event = event.sequence;
      hold(commit, event.workflow, "an event");
    }
    for (const WorkflowRow& row : commit.workflows) hold(commit, row.id, "a workflow");
    for (const NodeRow& row : commit.nodes) hold(commit, row.workflow, "a node");
    for (const AttemptRow& row : commit.attempts) hold(commit, row.key.workflow, "an attempt");
    for (const SignalRow& row : commit.signals) hold(commit, row.workflow, "a signal");
  }

 private:
  struct Shard {
    std::uint64_t fence = 0;
    std::uint64_t sequence = 0;
    std::uint64_t last_event = 0;
  };

  void hold(const Commit& commit, WorkflowId workflow, std::string_view what) {
    if (workflow == WorkflowId::kNone || shard_of(workflow) == commit.shard) return;
    tell(commit, fmt::format("shard {} writes {} of workflow {} of shard {}", commit.shard, what,
                             sequence_of(workflow), shard_of(workflow)));
  }
  void tell(const Commit& commit, std::string what) {
    add({.oracle = std::string(name()),
         .what = std::move(what),
         .at = commit.events.empty() ? kUnset : commit.events.front().at});
  }

  std::map<ShardId, Shard> shards_;
};

}  // namespace

std::unique_ptr<Oracle> ownership() {
  return std::make_unique<Ownership>();
}

}  // namespace gnomon::sim
