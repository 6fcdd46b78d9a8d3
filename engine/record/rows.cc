#include "engine/record/rows.h"

#include <array>

namespace gnomon {

std::string_view to_string(NodePhase phase) {
  static constexpr std::array<std::string_view, 5> kNames = {"PENDING", "READY", "RUNNING",
                                                             "FINISHING", "FINISHED"};
  return kNames[static_cast<std::size_t>(phase)];
}

std::string_view to_string(WorkflowPhase phase) {
  static constexpr std::array<std::string_view, 3> kNames = {"RUNNING", "PAUSED", "FINISHED"};
  return kNames[static_cast<std::size_t>(phase)];
}

std::string_view to_string(CommandKind kind) {
  static constexpr std::array<std::string_view, kCommandKindCount> kNames = {
      "start", "signal", "cancel", "pause", "resume", "retry", "publish"};
  return kNames[static_cast<std::size_t>(kind)];
}

bool Commit::empty() const {
  return definitions.empty() && workflows.empty() && nodes.empty() && attempts.empty() &&
         signals.empty() && schedules.empty() && cursors.empty() && answered.empty() &&
         events.empty();
}

void Commit::clear() {
  definitions.clear();
  workflows.clear();
  nodes.clear();
  attempts.clear();
  signals.clear();
  schedules.clear();
  cursors.clear();
  answered.clear();
  events.clear();
}

}  // namespace gnomon
