#pragma once

#include "sim/oracles/history.h"

namespace gnomon::sim {

/// Whether the nodes that depend on it may begin (article A, "failure policies").
inline bool lets_pass(const NodeHistory& node, const NodeSpec& spec) {
  if (node.phase != NodePhase::kFinished) return false;
  switch (node.outcome) {
    case Outcome::kSucceeded:
    case Outcome::kSkipped:
      return true;
    case Outcome::kFailed:
    case Outcome::kTimedOut:
      return spec.on_failure == FailurePolicy::kContinueProcessing;
    default:
      return false;
  }
}

}  // namespace gnomon::sim
