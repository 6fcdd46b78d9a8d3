#include "scenarios/language/yaml.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace gnomon::scenarios {
namespace {

using testing::HasSubstr;

struct ReadYaml {
  Diagnostics diagnostics;
  std::optional<Value> value;
  YamlBudget budget;

  explicit ReadYaml(std::string text) {
    value = read_yaml(diagnostics.add_source("f.yaml", std::move(text)), diagnostics, budget);
  }
  /// The only mistake, as "line:column: message".
  std::string error() const {
    const std::vector<Diagnostic> errors = diagnostics.sorted();
    if (errors.size() != 1) return fmt::format("{} errors", errors.size());
    return fmt::format("{}:{}: {}", errors[0].place.line, errors[0].place.column,
                       errors[0].message);
  }
};

std::string place(const Value& value) {
  return fmt::format("{}:{}", value.place.line, value.place.column);
}

std::string json_of(std::string text) {
  const ReadYaml read(std::move(text));
  return read.value ? to_json(*read.value) : read.error();
}

TEST(Yaml, KnowsThePlaceOfEveryKeyAndValue) {
  const ReadYaml read("a: 1\nlist:\n  - x\n  - {b: \"y\"}\ngr\xC3\xBC\xC3\x9F: z\n");
  ASSERT_TRUE(read.value);
  EXPECT_EQ(place(*read.value->find("a")), "1:4");
  const Value& list = *read.value->find("list");
  EXPECT_EQ(place(list), "3:3");
  EXPECT_EQ(place(list.items[0]), "3:5");
  EXPECT_EQ(place(*list.items[1].find("b")), "4:9");
  EXPECT_EQ(list.items[1].members[0].place.column, 6u);
  EXPECT_EQ(place(*read.value->find("gr\xC3\xBC\xC3\x9F")), "5:7");  // columns are characters
}

TEST(Yaml, TakesQuotedScalarsForStrings) {
  EXPECT_EQ(json_of("[1, '1', \"1\", no, true, \"true\", !!str 5, null, 'null']"),
            R"([1,"1","1","no",true,"true","5",null,"null"])");
  EXPECT_EQ(json_of("|\n  two\n  lines\n"), "\"two\\u000alines\\u000a\"");
}

TEST(Yaml, TakesJson) {
  EXPECT_EQ(json_of(R"({"a": [1, 2.5e3, "x\u00e9\/"], "b": {"c": null, "d": false}})"),
            "{\"a\":[1,2.5e3,\"x\xC3\xA9/\"],\"b\":{\"c\":null,\"d\":false}}");
  EXPECT_EQ(json_of("{\n\t\"a\":\t1\n}"), R"({"a":1})");
  EXPECT_EQ(json_of(R"(["\ud83d\ude00", "\\ud83d"])"), "[\"\xF0\x9F\x98\x80\",\"\\\\ud83d\"]");
}

TEST(Yaml, PassesOverAByteOrderMark) {
  EXPECT_EQ(json_of("\xef\xbb\xbf# first\na: 1\n"), R"({"a":1})");
}

TEST(Yaml, TakesNothingForNull) {
  EXPECT_EQ(json_of(""), "null");
  EXPECT_EQ(json_of("# only a comment\n"), "null");
  EXPECT_EQ(json_of("a:\nb: ~\n"), R"({"a":null,"b":null})");
}

TEST(Yaml, ExpandsAnchors) {
  EXPECT_EQ(json_of("a: &x {b: 1}\nc: *x\nd: [*x, *x]\n"),
            R"({"a":{"b":1},"c":{"b":1},"d":[{"b":1},{"b":1}]})");
  EXPECT_EQ(json_of("a: *x\n"), "1:4: there is no anchor '&x' before this alias");
  EXPECT_EQ(json_of("a: &x [*x]\n"), "1:8: there is no anchor '&x' before this alias");
}

TEST(Yaml, TellsEachKeyThatStandsTwiceAndKeepsTheFirst) {
  const ReadYaml read("a: 1\nb: 2\na: 3\nb: 4\na: 5\n");
  EXPECT_EQ(read.diagnostics.to_string(),
            "f.yaml:3:1: error: key 'a' stands already in line 1\n    3 | a: 3\n      | ^\n"
            "f.yaml:4:1: error: key 'b' stands already in line 2\n    4 | b: 4\n      | ^\n"
            "f.yaml:5:1: error: key 'a' stands already in line 1\n    5 | a: 5\n      | ^\n");
  EXPECT_EQ(to_json(read.value.value()), R"({"a":1,"b":2})");
}

TEST(Yaml, SaysWhereATextIsBroken) {
  EXPECT_EQ(json_of("a:\n\tb: 1\n"),
            "2:1: found character that cannot start any token while scanning for the next token in "
            "line 2");
  EXPECT_THAT(json_of("a: 'x\nb: 1\n"), HasSubstr("found unexpected end of stream"));
  EXPECT_THAT(json_of("a: [1, 2\n"), HasSubstr("1:9: did not find expected ',' or ']'"));
  EXPECT_THAT(json_of("a: b: c\n"),
              HasSubstr("1:5: mapping values are not allowed in this context"));
  EXPECT_THAT(json_of("ok\n\xFF\n"), HasSubstr("2:1: invalid leading UTF-8 octet"));
  EXPECT_THAT(json_of(std::string("a: \x01", 4)),
              HasSubstr("1:4: control characters are not allowed"));
}

TEST(Yaml, RefusesWhatTheLanguageDoesNotHave) {
  EXPECT_EQ(json_of("a: 1\n---\nb: 2\n"), "2:1: there is a second document");
  EXPECT_EQ(json_of("a: !secret x\n"), "1:4: the tag '!secret' is not known");
  EXPECT_EQ(json_of("? [a]\n: 1\n"), "1:3: a key cannot be a list");
}

TEST(Yaml, BoundsDepth) {
  EXPECT_EQ(json_of(std::string(64, '[') + std::string(64, ']')).size(), 128u);
  EXPECT_THAT(json_of(std::string(100'000, '[')), HasSubstr("values are nested more than 64 deep"));
  std::string chain = "a0: &a0 [1]\n";
  for (int i = 1; i < 100; ++i) chain += fmt::format("a{}: &a{} [*a{}]\n", i, i, i - 1);
  EXPECT_THAT(json_of(chain), HasSubstr("values are nested more than 64 deep"));
}

TEST(Yaml, BoundsWhatAliasesExpandTo) {
  std::string laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i < 20; ++i) {
    laughs += fmt::format("a{0}: &a{0} [*a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}, *a{1}]\n",
                          i, i - 1);
  }
  EXPECT_THAT(json_of(laughs), HasSubstr("there are too many values"));
  std::string long_texts = fmt::format("a: &a {}\nb: [", std::string(1 << 20, 'x'));
  for (int i = 0; i < 1000; ++i) long_texts += "*a,";
  EXPECT_THAT(json_of(long_texts + "]"), HasSubstr("the aliases expand to too much text"));
}

TEST(Yaml, BoundsTheLengthOfATextByWhatIsLeft) {
  Diagnostics diagnostics;
  YamlBudget budget;
  budget.bytes = 10;
  EXPECT_TRUE(read_yaml(diagnostics.add_source("a", "[1, 2]"), diagnostics, budget));
  EXPECT_FALSE(read_yaml(diagnostics.add_source("b", "[3, 4]"), diagnostics, budget));
  EXPECT_EQ(diagnostics.to_string(), "b: error: the text is too long\n");
}

TEST(Yaml, BoundsDirectives) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += fmt::format("%TAG !t{}! tag:x\n", i);
  EXPECT_EQ(json_of(text + "--- 1\n"), "17:1: there are too many %TAG directives");
}

TEST(Yaml, TellsManyRepeatedKeysInBoundedTime) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "a: 1\n";
  const ReadYaml read(text);
  EXPECT_EQ(read.diagnostics.size(), 1000u);
}

/// What is written as JSON is read as the same, whatever the strings hold.
RC_GTEST_PROP(YamlProperty, ReadsTheJsonThatItWrites, ()) {
  // Code points, with those that YAML treats specially more often.
  const auto character = rc::gen::oneOf(
      rc::gen::inRange<std::uint32_t>(0, 0x300), rc::gen::inRange<std::uint32_t>(0x2020, 0x2030),
      rc::gen::inRange<std::uint32_t>(0xFEF0, 0x10010), rc::gen::just<std::uint32_t>('"'));
  const auto points = *rc::gen::container<std::vector<std::uint32_t>>(character);
  std::string text;
  for (const std::uint32_t c : points) {
    if (c < 0x80) {
      text += static_cast<char>(c);
    } else if (c < 0x800) {
      text += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
    } else if (c < 0x10000) {
      text += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
               static_cast<char>(0x80 | (c & 0x3F))};
    } else {
      text += {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
               static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    }
  }
  const std::string json = to_json(Value::list({Value::string(text)}));
  const ReadYaml read(json);
  RC_ASSERT(read.value.has_value());
  RC_ASSERT(read.value->items.at(0).text == text);
}

}  // namespace
}  // namespace gnomon::scenarios
