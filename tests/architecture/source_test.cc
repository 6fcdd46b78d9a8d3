#include "tests/architecture/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gnomon::architecture {
namespace {

TEST(StripCommentsAndLiterals, LeavesCodeInItsPlace) {
  EXPECT_EQ(strip_comments_and_literals("int a; // x\nint b;\n"), "int a;     \nint b;\n");
  EXPECT_EQ(strip_comments_and_literals("f(/* x\ny */ 1);"), "f(    \n     1);");
  EXPECT_EQ(strip_comments_and_literals("f(\"a // b\", 'c');"), "f(\"      \", ' ');");
  EXPECT_EQ(strip_comments_and_literals(R"(f("\"x\"", '\'', 2);)"), R"(f("     ", '  ', 2);)");
}

TEST(StripCommentsAndLiterals, KnowsDigitSeparatorsAndRawStrings) {
  EXPECT_EQ(strip_comments_and_literals("n = 1'000'000; // x"), "n = 1'000'000;     ");
  EXPECT_EQ(strip_comments_and_literals("s = R\"x(a)\" // \n)x\"; b"), "s = R\"x        \n)x\"; b");
}

TEST(StripCommentsAndLiterals, EndsOnTextThatDoesNot) {
  EXPECT_EQ(strip_comments_and_literals("/* open"), "       ");
  EXPECT_EQ(strip_comments_and_literals("\"open"), "\"    ");
  EXPECT_EQ(strip_comments_and_literals("R\"(open"), "R\"     ");
  EXPECT_EQ(strip_comments_and_literals("/*/"), "   ");
  EXPECT_EQ(strip_comments_and_literals("'\\"), "' ");
}

TEST(FindWord, FindsWholeIdentifiersOnly) {
  EXPECT_EQ(find_word("operand(rand())", "rand("), 8U);
  EXPECT_EQ(find_word("mutex_ mutex", "mutex"), 7U);
  EXPECT_EQ(find_word("my_static", "static"), std::string_view::npos);
}

TEST(IncludesOf, GivesLineKindAndPath) {
  const std::vector<Include> includes =
      includes_of("#include <map>\n\n# include \"engine/base/time.h\"  // why\n");
  ASSERT_EQ(includes.size(), 2U);
  EXPECT_EQ(includes[0].path, "map");
  EXPECT_TRUE(includes[0].angle);
  EXPECT_EQ(includes[1].path, "engine/base/time.h");
  EXPECT_EQ(includes[1].line, 3);
  EXPECT_FALSE(includes[1].angle);
}

}  // namespace
}  // namespace gnomon::architecture
