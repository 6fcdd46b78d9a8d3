#include "engine/record/event.h"

#include <array>

namespace gnomon {

std::string_view to_string(EventKind kind) {
  static constexpr std::array<std::string_view, kEventKindCount> kNames = {
      "workflow_created",
      "workflow_start",
      "workflow_paused",
      "workflow_resumed",
      "workflow_cancel_requested",
      "workflow_retried",
      "workflow_end",
      "node_ready",
      "node_start",
      "node_finishing",
      "node_end",
      "action_launched",
      "action_started",
      "action_ended",
      "action_retry_scheduled",
      "answer_ignored",
      "signal_received",
      "timer_fired",
      "schedule_fired",
      "schedule_missed",
      "definition_uploaded",
      "node_delayed",
      "workflow_stuck",
      "shard_hot",
      "external",
  };
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace gnomon
