#include "scenarios/language/value.h"

#include <gtest/gtest.h>

#include <cmath>

namespace gnomon::scenarios {
namespace {

Value plain(std::string_view text) {
  Value value;
  value.kind = kind_of_plain(text);
  value.text = text;
  return value;
}

TEST(PlainScalar, FollowsTheCoreSchemaOfYaml12) {
  for (const char* text : {"", "~", "null", "Null", "NULL"})
    EXPECT_EQ(kind_of_plain(text), ValueKind::kNull) << text;
  for (const char* text : {"true", "False", "TRUE"})
    EXPECT_EQ(kind_of_plain(text), ValueKind::kBoolean) << text;
  for (const char* text : {"0", "-7", "+12", "0o17", "0xFf", "007"}) {
    EXPECT_EQ(kind_of_plain(text), ValueKind::kInteger) << text;
  }
  for (const char* text : {"1.5", "1e3", "-.5", "5.", "1E+3", ".inf", "-.Inf", ".nan"}) {
    EXPECT_EQ(kind_of_plain(text), ValueKind::kNumber) << text;
  }
  for (const char* text :
       {"no", "yes", "on",    "off",   "y",   "5m",  "1_000", "0o8", "0x",  "1e",   ".",
        "-",  "+",   "1.2.3", "12:30", "0b1", "1 2", "- .5",  "nan", "inf", "tRUE", "1,5"}) {
    EXPECT_EQ(kind_of_plain(text), ValueKind::kString) << text;
  }
}

TEST(PlainScalar, GivesIntegersExactlyOrSaysThatTheyDoNotFit) {
  const auto integer = [](std::string_view text, bool expected_fit) {
    bool fits = false;
    const std::int64_t number = to_integer(plain(text), fits);
    EXPECT_EQ(fits, expected_fit) << text;
    return number;
  };
  EXPECT_EQ(integer("0o17", true), 15);
  EXPECT_EQ(integer("0xff", true), 255);
  EXPECT_EQ(integer("+5", true), 5);
  EXPECT_EQ(integer("007", true), 7);
  EXPECT_EQ(integer("1e3", true), 1000);
  EXPECT_EQ(integer("9223372036854775807", true), 9223372036854775807);
  EXPECT_EQ(integer("-9223372036854775808", true), std::numeric_limits<std::int64_t>::min());
  integer("9223372036854775808", false);
  integer("0xffffffffffffffff", false);
  integer("1.5", false);
  integer(".nan", false);
  integer("1e300", false);
}

TEST(PlainScalar, GivesNumbers) {
  EXPECT_EQ(to_number(plain("+.5")), 0.5);
  EXPECT_EQ(to_number(plain("0x10")), 16);
  EXPECT_EQ(to_number(plain("-.inf")), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(to_number(plain("1e999")), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(to_number(plain(".nan"))));
}

TEST(Json, WritesNumbersAsJsonKnowsThem) {
  EXPECT_EQ(to_json(plain("0o17")), "15");
  EXPECT_EQ(to_json(plain("+1")), "1");
  EXPECT_EQ(to_json(plain("-.5")), "-0.5");
  EXPECT_EQ(to_json(plain("5.")), "5.0");
  EXPECT_EQ(to_json(plain("5.e3")), "5.0e3");
  EXPECT_EQ(to_json(plain("007")), "7");
  EXPECT_EQ(to_json(plain("-00.5")), "-0.5");
  EXPECT_EQ(to_json(plain("000")), "0");
  EXPECT_EQ(to_json(plain("1.0")), "1.0");
  EXPECT_EQ(to_json(plain("TRUE")), "true");
  EXPECT_EQ(to_json(plain("~")), "null");
  EXPECT_EQ(to_json(plain(".inf")), "null");
}

TEST(Json, EscapesWhatYamlWouldReadDifferently) {
  EXPECT_EQ(to_json(Value::string("a\"b\\c\n\t\x01\x7f")), R"("a\"b\\c\u000a\u0009\u0001\u007f")");
  EXPECT_EQ(to_json(Value::string("\xC2\x85\xE2\x80\xA8\xEF\xBB\xBF")), R"("\u0085\u2028\ufeff")");
  EXPECT_EQ(to_json(Value::string("gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80")),
            "\"gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80\"");
}

TEST(Json, KeepsTheOrderOfMembers) {
  Value map = Value::map({});
  map.add("b", Value::integer(1));
  map.add("a", Value::list({Value::boolean(true), Value{}}));
  map.add("empty", Value::map({}));
  EXPECT_EQ(to_json(map), R"({"b":1,"a":[true,null],"empty":{}})");
  EXPECT_EQ(to_pretty_json(map),
            "{\n  \"b\": 1,\n  \"a\": [\n    true,\n    null\n  ],\n  \"empty\": {}\n}\n");
}

}  // namespace
}  // namespace gnomon::scenarios
