#include "scenarios/language/diagnostics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gnomon::scenarios {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(Diagnostics, ShowsTheLineWithACaretUnderTheCharacter) {
  Diagnostics diagnostics;
  const std::uint16_t source =
      diagnostics.add_source("jobs.yaml", "a:\n\tgr\xC3\xBC\xC3\x9F: x\r\nlast");
  diagnostics.error({source, 2, 8}, "wrong");
  diagnostics.error({source, 3, 5}, "at the end");
  EXPECT_EQ(diagnostics.to_string(),
            "jobs.yaml:2:8: error: wrong\n    2 | \tgr\xC3\xBC\xC3\x9F: x\n      | \t      ^\n"
            "jobs.yaml:3:5: error: at the end\n    3 | last\n      |     ^\n");
}

TEST(Diagnostics, SortsByPlaceAndTellsTheSameOnce) {
  Diagnostics diagnostics;
  diagnostics.add_source("a", "x\ny");
  diagnostics.add_source("b", "z");
  diagnostics.error({1, 1, 1}, "third");
  diagnostics.error({0, 2, 1}, "second");
  diagnostics.error({0, 1, 1}, "first");
  diagnostics.error({0, 2, 1}, "second");
  std::vector<std::string> messages;
  for (const Diagnostic& each : diagnostics.sorted()) messages.push_back(each.message);
  EXPECT_THAT(messages, testing::ElementsAre("first", "second", "third"));
}

TEST(Diagnostics, ShowsABoundedNumberAndSaysHowManyMore) {
  Diagnostics diagnostics;
  diagnostics.add_source("a", "");
  for (std::uint32_t i = 1; i <= 70; ++i) diagnostics.error({0, i, 1}, "x");
  EXPECT_THAT(diagnostics.to_string(), EndsWith("a:50:1: error: x\nand 20 more errors\n"));
}

TEST(Diagnostics, ShowsAWindowOfALongLine) {
  Diagnostics diagnostics;
  diagnostics.add_source("a", std::string(500, 'x') + "Y" + std::string(500, 'z'));
  diagnostics.error({0, 1, 501}, "here");
  const std::string text = diagnostics.to_string();
  EXPECT_LT(text.size(), 250u);
  const std::size_t shown = text.find("Y");
  const std::size_t line = text.rfind('\n', shown);
  const std::size_t caret = text.find('^');
  EXPECT_EQ(shown - line, caret - text.rfind('\n', caret));
}

TEST(Diagnostics, NamesOnlyTheSourceWhereThereIsNoPlace) {
  Diagnostics diagnostics;
  diagnostics.add_source("gone.yaml", "");
  diagnostics.error({0, 0, 0}, "cannot read it");
  EXPECT_EQ(diagnostics.to_string(), "gone.yaml: error: cannot read it\n");
}

}  // namespace
}  // namespace gnomon::scenarios
