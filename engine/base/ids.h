#pragma once

#include <compare>
#include <cstdint>

namespace gnomon {

/// Number of a shard. A workflow lives in one shard for all its life.
using ShardId = std::uint16_t;

/// Names a workflow instance, in all shards and for ever: the shard in the upper 16 bits, a number
/// counted from 1 by that shard in the lower 48. 0 is no workflow.
enum class WorkflowId : std::uint64_t { kNone = 0 };

constexpr WorkflowId make_workflow_id(ShardId shard, std::uint64_t sequence) {
  return WorkflowId{(std::uint64_t{shard} << 48) | sequence};
}
constexpr ShardId shard_of(WorkflowId id) {
  return static_cast<ShardId>(static_cast<std::uint64_t>(id) >> 48);
}
constexpr std::uint64_t sequence_of(WorkflowId id) {
  return static_cast<std::uint64_t>(id) & ((std::uint64_t{1} << 48) - 1);
}
constexpr std::uint64_t value_of(WorkflowId id) {
  return static_cast<std::uint64_t>(id);
}

/// Position of a node in its definition.
using NodeIndex = std::uint32_t;
inline constexpr NodeIndex kNoNode = ~NodeIndex{0};

/// One node of one workflow instance.
struct NodeRef {
  WorkflowId workflow = WorkflowId::kNone;
  NodeIndex node = kNoNode;
  auto operator<=>(const NodeRef&) const = default;
};

/// One attempt at a node's action, and the idempotency key under which runtimes are asked for it.
/// Attempts count from 1 and never restart, not even by RetryWorkflow, so that a key is never used
/// for two different efforts.
struct ActionKey {
  WorkflowId workflow = WorkflowId::kNone;
  NodeIndex node = kNoNode;
  std::uint32_t attempt = 0;
  auto operator<=>(const ActionKey&) const = default;
};

}  // namespace gnomon
