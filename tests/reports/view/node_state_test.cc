#include "reports/view/node_state.h"

#include <gtest/gtest.h>

#include <utility>

namespace gnomon::reports {
namespace {

TEST(WordOf, AWorkflowIsPausedOrRunningOrHowItEnded) {
  WorkflowRow row;
  row.phase = WorkflowPhase::kRunning;
  EXPECT_EQ(word_of(row), "running");
  row.phase = WorkflowPhase::kPaused;
  EXPECT_EQ(word_of(row), "paused");
  EXPECT_EQ(state_of(row), NodeState::kRunning) << "pictures and counts know no other";
  row.phase = WorkflowPhase::kFinished;
  for (const auto& [outcome, word] :
       {std::pair{Outcome::kSucceeded, "succeeded"}, std::pair{Outcome::kFailed, "failed"},
        std::pair{Outcome::kTimedOut, "timed_out"}, std::pair{Outcome::kCancelled, "cancelled"}}) {
    row.outcome = static_cast<std::uint8_t>(outcome);
    EXPECT_EQ(word_of(row), word);
  }
}

}  // namespace
}  // namespace gnomon::reports
