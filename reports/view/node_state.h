#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/model/policy.h"
#include "engine/record/rows.h"

namespace gnomon::reports {

/// How far a node has got and how it ended, as one word: what pictures colour and summaries count.
enum class NodeState : std::uint8_t {
  kPending,
  kReady,
  kRunning,
  kFinishing,
  kSucceeded,
  kFailed,
  kTimedOut,
  kCancelled,
  kSkipped,
};
inline constexpr std::size_t kNodeStateCount = 9;

constexpr NodeState state_of(NodePhase phase, Outcome outcome) {
  switch (phase) {
    case NodePhase::kPending:
      return NodeState::kPending;
    case NodePhase::kReady:
      return NodeState::kReady;
    case NodePhase::kRunning:
      return NodeState::kRunning;
    case NodePhase::kFinishing:
      return NodeState::kFinishing;
    case NodePhase::kFinished:
      break;
  }
  switch (outcome) {
    case Outcome::kFailed:
      return NodeState::kFailed;
    case Outcome::kTimedOut:
      return NodeState::kTimedOut;
    case Outcome::kCancelled:
      return NodeState::kCancelled;
    case Outcome::kSkipped:
      return NodeState::kSkipped;
    case Outcome::kNone:
    case Outcome::kSucceeded:
      break;
  }
  return NodeState::kSucceeded;
}
constexpr NodeState state_of(const NodeRow& row) {
  return state_of(row.phase, Outcome{row.outcome});
}

/// Of a workflow, for pictures and counts: running (also when paused), or how it ended.
constexpr NodeState state_of(const WorkflowRow& row) {
  if (row.phase != WorkflowPhase::kFinished) return NodeState::kRunning;
  return state_of(NodePhase::kFinished, Outcome{row.outcome});
}

/// "pending", "timed_out": as the record spells it, in small letters.
constexpr std::string_view to_string(NodeState state) {
  constexpr std::array<std::string_view, kNodeStateCount> kNames = {
      "pending", "ready",     "running",   "finishing", "succeeded",
      "failed",  "timed_out", "cancelled", "skipped"};
  return kNames[static_cast<std::size_t>(state)];
}

/// How a workflow is, as one word wherever it stands as text: "paused", "running", or how it ended.
constexpr std::string_view word_of(const WorkflowRow& row) {
  return row.phase == WorkflowPhase::kPaused ? "paused" : to_string(state_of(row));
}
constexpr std::string_view word_of(const NodeRow& row) {
  return to_string(state_of(row));
}

constexpr bool is_failure(NodeState state) {
  return state == NodeState::kFailed || state == NodeState::kTimedOut;
}

}  // namespace gnomon::reports
