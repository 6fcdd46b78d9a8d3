#include "adapters/process/ended_attempts.h"

#include <gtest/gtest.h>

#include <string>

namespace gnomon::adapters {
namespace {

ActionEnded ended(NodeIndex node, std::size_t bytes) {
  return {.key = {make_workflow_id(0, 1), node, 1}, .result = Payload(std::string(bytes, 'a'))};
}

TEST(EndedAttempts, ForgetTheOldestFirst) {
  EndedAttempts attempts(3, 1'000);
  for (NodeIndex node = 0; node < 5; ++node) attempts.remember(ended(node, node));
  for (NodeIndex node = 0; node < 5; ++node) {
    const ActionEnded* found = attempts.find(ended(node, 0).key);
    ASSERT_EQ(found != nullptr, node >= 2) << node;
    if (found != nullptr) {
      EXPECT_EQ(found->result.text().size(), node);
    }
  }
}

TEST(EndedAttempts, KeepWithinTheirBytes) {
  EndedAttempts attempts(100, 10);
  attempts.remember(ended(0, 4));
  attempts.remember(ended(1, 6));
  EXPECT_NE(attempts.find(ended(0, 0).key), nullptr);
  attempts.remember(ended(2, 1));
  EXPECT_EQ(attempts.find(ended(0, 0).key), nullptr);
  EXPECT_NE(attempts.find(ended(1, 0).key), nullptr);
  attempts.remember(ended(3, 11));
  for (NodeIndex node = 0; node < 4; ++node) {
    EXPECT_EQ(attempts.find(ended(node, 0).key), nullptr) << node;
  }
  attempts.remember(ended(4, 10));
  EXPECT_NE(attempts.find(ended(4, 0).key), nullptr);
}

}  // namespace
}  // namespace gnomon::adapters
