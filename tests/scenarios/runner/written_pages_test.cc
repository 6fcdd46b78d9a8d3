#include <gtest/gtest.h>

#include "scenarios/language/scenario.h"
#include "tests/golden/golden.h"

namespace gnomon::scenarios {
namespace {

// docs/SCENARIO.md and the schema that editors use are made of the decoder's table; --update-golden
// writes them again.
TEST(WrittenPages, AreWhatTheDecoderDecodes) {
  golden::expect_golden("../../docs/SCENARIO.md", language_reference());
  golden::expect_golden("../../scenarios/scenario.schema.json", json_schema() + "\n");
}

}  // namespace
}  // namespace gnomon::scenarios
