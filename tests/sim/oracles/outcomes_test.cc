#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

TEST(Outcomes, CatchAnEndThatChanges) {
  EXPECT_EQ(Story().does(0).does(1).over().over(Outcome::kFailed).complaints(false),
            (Names{"decisions", "outcomes"}));
}

TEST(Outcomes, CatchAnEndInTheMiddleOfWork) {
  EXPECT_EQ(Story().ready(0).started(0).over().complaints(false), Names{"outcomes"});
}

}  // namespace
}  // namespace gnomon::sim
