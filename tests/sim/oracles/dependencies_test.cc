#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

TEST(Dependencies, CatchANodeThatBeginsTooEarly) {
  EXPECT_EQ(Story().ready(0).started(0).ready(1).complaints(false), Names{"dependencies"});
}

TEST(Dependencies, CatchANodeThatBeginsAfterAFailure) {
  EXPECT_EQ(Story().does(0, Outcome::kFailed).ready(1).complaints(false), Names{"dependencies"});
}

}  // namespace
}  // namespace gnomon::sim
