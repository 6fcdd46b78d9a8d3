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

std::vector<std::string> keys_of_nodes(std::string_view text) {
  return Expression::compile(text).value().keys_read("nodes");
}

TEST(KeysRead, AreTheConstantOnesOfAFieldOfTheInput) {
  EXPECT_THAT(keys_of_nodes(".nodes.a.output + .nodes[\"b c\"].output.x - .nodes.a"),
              ElementsAre("a", "b c"));
  EXPECT_THAT(keys_of_nodes("{x: .nodes.a, y: [.nodes.b.output[]], z: \"\\(.nodes.c)\"}"),
              ElementsAre("a", "b", "c"));
  EXPECT_THAT(keys_of_nodes(".nodes.a | .nodes.b"), ElementsAre("a"));
  EXPECT_THAT(keys_of_nodes(".nodes.a as $x | $x + .nodes.b"), ElementsAre("a", "b"));
  EXPECT_THAT(keys_of_nodes("reduce .nodes.a[] as $x (0; . + $x)"), ElementsAre("a"));
  for (const char* text : {".nodes", ".nodes[.x]", ".nodes[0]", ".input.a", ".x.nodes.a",
                           ".nodes | .a", "[.items[] | .nodes.a]", ".nodes | keys"}) {
    EXPECT_THAT(keys_of_nodes(text), IsEmpty()) << text;
  }
}

TEST(KeysRead, AreNotThoseThatAreOnlyWrittenTo) {
  for (const char* text : {"del(.nodes.b) | .nodes", ".nodes.b = 1", ".nodes.b |= 1",
                           ".nodes.b += 1", ".nodes.b //= 1", "del(.nodes.a, .nodes.b)"}) {
    EXPECT_THAT(keys_of_nodes(text), IsEmpty()) << text;
  }
  EXPECT_THAT(keys_of_nodes(".nodes.b = .nodes.a"), ElementsAre("a"));
  EXPECT_THAT(keys_of_nodes(".sum += .nodes.a.output"), ElementsAre("a"));
}

TEST(KeysRead, AreNotThoseThatAreGuarded) {
  for (const char* text :
       {"if .nodes | has(\"b\") then .nodes.b.output else 0 end",
        "if .nodes.b then .nodes.b.output else 0 end", ".nodes.a.output // .nodes.b.output",
        "{x: (.nodes.b.output // 0)}", ".nodes.b?", ".nodes.b.output[]?", "try .nodes.b catch 1",
        "try error(.nodes.b) catch .nodes.a", "select(.nodes.b.output > 1)",
        "(.nodes | has(\"b\")) and .nodes.b.output > 1", "(.nodes.b | not) or .nodes.b.output",
        ".nodes.b | .output // 0", ".nodes.b | values", ".nodes.b as $b | $b // 0"}) {
    EXPECT_THAT(keys_of_nodes(text), IsEmpty()) << text;
  }
  EXPECT_THAT(keys_of_nodes("{x: (.nodes.a // 0), y: .nodes.b}"), ElementsAre("b"));
}

}  // namespace
}  // namespace gnomon
