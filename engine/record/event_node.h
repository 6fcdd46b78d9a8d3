#pragma once

#include "engine/record/event.h"

namespace gnomon {

/// The node that an event tells of; kNoNode if it tells of none. A kTimerFired has it in its
/// detail, all others in their `node`.
constexpr NodeIndex node_of(const EventFacts& event) {
  return event.kind == EventKind::kTimerFired ? static_cast<NodeIndex>(event.detail) : event.node;
}

}  // namespace gnomon
