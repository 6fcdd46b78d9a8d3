#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/expressions/expression.h"

namespace gnomon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

auto fields_of(std::string_view text) {
  return Expression::compile(text).value().fields_read();
}

TEST(FieldsRead, AreThoseThatTheResultCanDependOn) {
  EXPECT_THAT(fields_of(".type"), Optional(ElementsAre("type")));
  EXPECT_THAT(fields_of(".[\"type\"] == \"x\" and .data.n > 1"),
              Optional(ElementsAre("data", "type")));
  EXPECT_THAT(fields_of(".type | endswith(\"_end\")"), Optional(ElementsAre("type")));
  EXPECT_THAT(fields_of("(.type | . == \"x\") or (.type | not)"), Optional(ElementsAre("type")));
  EXPECT_THAT(fields_of("{a: .a, b: [.b[1:.c], \"\\(.d)\"]}"),
              Optional(ElementsAre("a", "b", "c", "d")));
  EXPECT_THAT(fields_of("if .a then .b else .c? end"), Optional(ElementsAre("a", "b", "c")));
  EXPECT_THAT(fields_of(".a as $a | .b + $a"), Optional(ElementsAre("a", "b")));
  EXPECT_THAT(fields_of("1 + 2"), Optional(IsEmpty()));
}

TEST(FieldsRead, AreUnknownWhereAllOfTheInputMayCount) {
  for (const char* text : {".",
                           "length",
                           ".[]",
                           ".[.a]",
                           "keys",
                           "select(.a)",
                           ". as $x | $x.a",
                           "[.]",
                           ".a + .",
                           "{a: .}",
                           "map(.a)",
                           ". == {}",
                           "del(.a)",
                           ".a = 1",
                           "tojson",
                           "@json",
                           "try . catch 1",
                           ". as {a: $x} | $x",
                           "reduce .[] as $x (0; . + $x)",
                           "if . then 1 else 2 end"}) {
    EXPECT_EQ(fields_of(text), std::nullopt) << text;
  }
}

TEST(KeysRead, AreTheConstantOnesOfAFieldOfTheInput) {
  const auto keys = [](std::string_view text) {
    return Expression::compile(text).value().keys_read("nodes");
  };
  EXPECT_THAT(keys(".nodes.a.output + .nodes[\"b c\"].output.x // .nodes.a"),
              ElementsAre("a", "b c"));
  EXPECT_THAT(keys("{x: .nodes.a?, y: [.nodes.b.output[]], z: \"\\(.nodes.c)\"}"),
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(keys("select(.nodes.a.output > 1) | .nodes.b"), ElementsAre("a"));
  EXPECT_THAT(keys(".nodes.a as $x | if .nodes.b then $x else .nodes.c end"),
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(keys("try .nodes.a catch .nodes.b"), ElementsAre("a"));
  for (const char* text : {".nodes", ".nodes[.x]", ".nodes[0]", ".input.a", ".x.nodes.a",
                           ".nodes | .a", "[.items[] | .nodes.a]", ".nodes | keys"}) {
    EXPECT_THAT(keys(text), IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace gnomon
