#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/scenario.h"
#include "tests/golden/golden.h"
#include "tests/scenarios/language/load_text.h"

namespace gnomon::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Mistakes, AreToldAllAtOnceWhereTheyWereMade) {
  const std::string path = GNOMON_SOURCE_DIR "/tests/golden/scenarios/mistakes.yaml";
  const std::string text = DiskFiles{}.read(path, 1 << 20).value();
  const auto scenario = load_scenario("mistakes.yaml", {}, MemoryFiles({{"mistakes.yaml", text}}));
  ASSERT_FALSE(scenario);
  golden::expect_golden("scenarios/mistakes.txt", scenario.error().to_string());
}

TEST(Mistakes, ThatAreMadeOftenAreCutShort) {
  std::string text = "runtimes:\n";
  for (int i = 0; i < 100; ++i) text += fmt::format("  r{}: {{wrkers: 1}}\n", i);
  EXPECT_THAT(load_text(text).error().to_string(), HasSubstr("\nand 50 more errors\n"));
}

TEST(Mistakes, InEachOfManyNodesAreToldInBoundedTime) {
  std::string text = "workflows:\n  w:\n    nodes:\n";
  for (int i = 0; i < 20'000; ++i)
    text += fmt::format("      task_{0}: {{pass: {{}}, after: tsak_{0}, retrys: 1}}\n", i);
  EXPECT_THAT(load_text(text).error().to_string(),
              HasSubstr("s.yaml:4:33: error: unknown node 'tsak_0' (did you mean 'task_0'?)"));
}

TEST(Mistakes, InTheSchemaOfAValueSayWhatWasExpected) {
  EXPECT_THAT(
      errors_of("seed: [1]"),
      ElementsAre("s.yaml:1:7: expected an integer from 0 to 9223372036854775807, found a list"));
  EXPECT_THAT(errors_of("runtimes: 5"), ElementsAre("s.yaml:1:11: expected a map, found '5'"));
  EXPECT_THAT(errors_of("name:\n"), ElementsAre("s.yaml:1:6: expected a string, found nothing"));
  EXPECT_THAT(errors_of("name: 5"), ElementsAre("s.yaml:1:7: expected a string, found '5'"));
  EXPECT_THAT(errors_of("drain: 5"),
              ElementsAre("s.yaml:1:8: expected a duration with a unit, such as 5s, found '5'"));
  EXPECT_THAT(errors_of("thresholds: a < 1"),
              ElementsAre("s.yaml:1:13: expected a list, found 'a < 1'"));
  EXPECT_THAT(errors_of("runtimes: {r: {cost_per_unit_hour: .nan}}"),
              ElementsAre("s.yaml:1:36: expected a number from 0 to 1000000000, found '.nan'"));
  EXPECT_THAT(errors_of("runtimes: {'': {}}"),
              ElementsAre("s.yaml:1:12: a name has 1 to 256 bytes and no control characters"));
  EXPECT_THAT(errors_of("actions: {a: {output: .inf}}"), testing::IsEmpty());
}

}  // namespace
}  // namespace gnomon::scenarios
