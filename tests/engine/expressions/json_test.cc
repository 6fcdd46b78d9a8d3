#include "engine/expressions/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace gnomon {
namespace {

using ::testing::HasSubstr;

std::string canonical(std::string_view text) {
  const auto payload = canonical_json(text);
  return payload ? std::string(payload->json()) : payload.error().message;
}

TEST(CanonicalJson, HasOneFormForEqualValues) {
  EXPECT_EQ(canonical(" { \"b\" : [ 1.0 , 10e-1 , true ] , \"a\" : \"\\u00e9\\/\" } "),
            R"({"a":"é/","b":[1,1,true]})");
  EXPECT_EQ(canonical(R"({"a":1,"a":2})"), R"({"a":2})");
  EXPECT_EQ(canonical(R"({"é":1,"z":2,"":3,"Z":4})"), R"({"":3,"Z":4,"z":2,"é":1})");
  EXPECT_EQ(canonical(R"("\ud83d\ude00\u0001\n")"), "\"\U0001F600\\u0001\\n\"");
  EXPECT_EQ(canonical("\"\xff\""), "\"\uFFFD\"");
}

TEST(CanonicalJson, WritesNumbersShort) {
  EXPECT_EQ(canonical("[0,-0,100000,1e5,0.1,1e-7,123456789012345678,1e17,1e300,5e-324,1e-400]"),
            "[0,-0,100000,100000,0.1,1e-07,123456789012345680,1e+17,1e+300,5e-324,0]");
}

struct BadJson {
  const char* text;
  const char* message;
};
class CanonicalJsonMistake : public ::testing::TestWithParam<BadJson> {};
TEST_P(CanonicalJsonMistake, IsNamedWithItsPlace) {
  EXPECT_EQ(canonical(GetParam().text), GetParam().message);
}
INSTANTIATE_TEST_SUITE_P(
    Mistakes, CanonicalJsonMistake,
    ::testing::Values(
        BadJson{"", "line 1, column 1: expected a JSON value"},
        BadJson{"nan", "line 1, column 1: expected a JSON value"},
        BadJson{"01", "line 1, column 2: expected the end of the JSON text"},
        BadJson{".5", "line 1, column 1: expected a JSON value"},
        BadJson{"+1", "line 1, column 1: expected a JSON value"},
        BadJson{"1.", "line 1, column 3: expected a digit"},
        BadJson{"1e", "line 1, column 3: expected a digit"},
        BadJson{"-", "line 1, column 1: expected a JSON value"},
        BadJson{"1e999", "line 1, column 6: the number is too large"},
        BadJson{"[1,\n 2,]", "line 2, column 4: expected a JSON value"},
        BadJson{"[1 2]", "line 1, column 4: expected ',' or ']'"},
        BadJson{"{\"a\" 1}", "line 1, column 6: expected ':'"},
        BadJson{"{a:1}", "line 1, column 2: expected a key in double quotes"},
        BadJson{"{\"a\":1", "line 1, column 7: expected ',' or '}'"},
        BadJson{"\"a", "line 1, column 3: expected '\"' at the end of the string"},
        BadJson{"\"a\nb\"",
                "line 1, column 3: a control character in a string; write it as \\n or \\u000a"},
        BadJson{"\"\\x\"", "line 1, column 3: unknown escape in a string"},
        BadJson{"\"\\u12g4\"", "line 1, column 4: expected four hexadecimal digits after \\u"},
        BadJson{"\"\\ud800\"", "line 1, column 8: half of a surrogate pair"},
        BadJson{"\"\\udc00\"", "line 1, column 8: half of a surrogate pair"},
        BadJson{"1 2", "line 1, column 3: expected the end of the JSON text"},
        BadJson{"truth", "line 1, column 1: expected a JSON value"}));

TEST(CanonicalJson, IsBounded) {
  EXPECT_THAT(canonical(std::string(129, '[') + std::string(129, ']')),
              HasSubstr("nested deeper than 128 levels"));
  EXPECT_EQ(canonical(std::string(128, '[') + std::string(128, ']')).size(), 256U);
  EXPECT_THAT(canonical(std::string(kMaxJsonBytes + 1, ' ')),
              HasSubstr("at most 1048576 are allowed"));
}

RC_GTEST_PROP(CanonicalJson, StaysAsItIs,
              (const std::vector<std::string>& words, const std::vector<double>& numbers)) {
  std::string text = "{";
  for (const std::string& word : words) text += json_string(word) + ":[" + json_string(word) + "],";
  text += "\"\":[";
  for (const double number : numbers) text += std::to_string(number) + ",";
  text += "0]}";
  const auto once = canonical_json(text);
  RC_ASSERT(once.has_value());
  RC_ASSERT(canonical_json(once->json()).value() == *once);
}

TEST(JsonObject, PutsTextsTogether) {
  EXPECT_EQ(JsonObject().payload().json(), "{}");
  EXPECT_EQ(JsonObject()
                .add("a", Payload())
                .add("b", Payload("[1]"))
                .add_string("c\"", "x\ny")
                .add_integer("d", -5)
                .payload()
                .json(),
            R"({"a":null,"b":[1],"c\"":"x\ny","d":-5})");
}

TEST(JsonParts, AreTakenOut) {
  const Payload object(R"({"a":{"y":1,"x":2},"n":7.5,"l":[1,"b",null]})");
  EXPECT_EQ(json_field(object, "a")->json(), R"({"x":2,"y":1})");
  EXPECT_TRUE(json_field(object, "missing")->empty());
  EXPECT_TRUE(json_field(Payload(), "a")->empty());
  EXPECT_THAT(json_field(Payload("[1]"), "a").error().message,
              HasSubstr("expected an object, not array ([1])"));
  EXPECT_EQ(json_number(Payload("7.5")).value(), 7.5);
  EXPECT_FALSE(json_number(Payload("\"7\"")).has_value());
  const auto elements = json_elements(*json_field(object, "l"));
  ASSERT_EQ(elements->size(), 3U);
  EXPECT_EQ((*elements)[1].json(), "\"b\"");
  EXPECT_FALSE(json_elements(object).has_value());
  EXPECT_EQ(json_array(*elements).json(), R"([1,"b",null])");
  EXPECT_EQ(json_array({}).json(), "[]");
}

TEST(JsonIsTrue, UnlessNullOrFalse) {
  EXPECT_FALSE(json_is_true(Payload()));
  EXPECT_FALSE(json_is_true(Payload("null")));
  EXPECT_FALSE(json_is_true(Payload(" false\n")));
  EXPECT_TRUE(json_is_true(Payload("0")));
  EXPECT_TRUE(json_is_true(Payload("\"false\"")));
}

}  // namespace
}  // namespace gnomon
