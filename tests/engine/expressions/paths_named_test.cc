#include "engine/expressions/paths_named.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gnomon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<NamedPath> paths_of(std::string_view text) {
  return paths_named(Expression::compile(text).value());
}

NamedPath path(std::initializer_list<const char*> keys) {
  return {keys.begin(), keys.end()};
}

TEST(PathsNamed, GoAsFarAsTheyAreConstant) {
  EXPECT_THAT(paths_of(".a.b + (.c | .d) + .e[.f]"),
              ElementsAre(path({"a", "b"}), path({"c"}), path({"e"}), path({"f"})));
  EXPECT_THAT(paths_of(".a[\"b\"][0].c"), ElementsAre(path({"a", "b"})));
  EXPECT_THAT(paths_of("{n: .m, k}"), ElementsAre(path({"k"}), path({"m"})));
  EXPECT_THAT(paths_of("\"in/\\(.a).csv\""), ElementsAre(path({"a"})));
  EXPECT_THAT(paths_of(".a as $x | .b + $x.c"), ElementsAre(path({"a"}), path({"b"})));
  EXPECT_THAT(paths_of("reduce .a[] as $x (.b; . + .c)"), ElementsAre(path({"a"}), path({"b"})));
}

TEST(PathsNamed, HoldWhatIsGuardedToo) {
  EXPECT_THAT(paths_of(".a // .b"), ElementsAre(path({"a"}), path({"b"})));
  EXPECT_THAT(paths_of("if .a then .b? else 1 end"), ElementsAre(path({"a"}), path({"b"})));
  EXPECT_THAT(paths_of(".a == 1 and .b.c"), ElementsAre(path({"a"}), path({"b", "c"})));
  EXPECT_THAT(paths_of("first(.a[]), ([limit(.b; .c[])])"),
              ElementsAre(path({"a"}), path({"b"}), path({"c"})));
}

TEST(PathsNamed, AreNoneWhereTheInputMayBeSomethingElse) {
  for (const char* text :
       {".", ".[]", "map(.a)", "sort_by(.a)", ". | .a", ".[0].a", "del(.a)", ".a = 1", ".a |= .b",
        "to_entries | .a", "has(\"a\")", "select(.) | .a", "try error({code: 1}) catch .code",
        "reduce 1 as $x (0; .a)", "foreach 1 as $x (0; .a; .b)"})
    EXPECT_THAT(paths_of(text), IsEmpty()) << text;
  EXPECT_THAT(paths_of(".a = .b"), ElementsAre(path({"b"})));
  EXPECT_THAT(paths_of(".a += .b | .a"), ElementsAre(path({"b"})));
  EXPECT_THAT(paths_of("try .a catch .b"), ElementsAre(path({"a"})));
}

}  // namespace
}  // namespace gnomon
