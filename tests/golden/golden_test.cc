#include "tests/golden/golden.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

namespace gnomon::golden {
namespace {

constexpr const char* kName = "golden_test.txt";

TEST(Golden, AcceptsTheVeryText) {
  expect_golden(kName, "first\nsecond\n");
}

TEST(Golden, ShowsTheFirstLineThatDiffers) {
  if (std::getenv("GNOMON_UPDATE_GOLDEN") != nullptr) GTEST_SKIP() << "would be written";
  EXPECT_NONFATAL_FAILURE(expect_golden(kName, "first\nsecund\n"),
                          "expected: second\n     got: secund");
  EXPECT_NONFATAL_FAILURE(expect_golden(kName, "first\nsecond\nthird\n"), "got: third");
  EXPECT_NONFATAL_FAILURE(expect_golden(kName, "first\n"), "expected: second\n     got: \n");
  EXPECT_NONFATAL_FAILURE(expect_golden(kName, ""), "expected: first");
}

TEST(Golden, FailsWithoutAFile) {
  if (std::getenv("GNOMON_UPDATE_GOLDEN") != nullptr) GTEST_SKIP() << "would be written";
  EXPECT_NONFATAL_FAILURE(expect_golden("no_such_file.txt", ""), "is missing");
}

}  // namespace
}  // namespace gnomon::golden
