#include "reports/text/json_writer.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

namespace gnomon::reports {
namespace {

TEST(JsonWriter, WritesOnOneLine) {
  JsonWriter json;
  json.begin_object();
  json.member("a", 1).member("b", "x").member("c", true);
  json.key("d").begin_array().value(1.5).null().begin_object().end_object().end_array();
  json.seconds("e", 1500ms);
  json.end_object();
  EXPECT_EQ(json.take(), R"({"a":1,"b":"x","c":true,"d":[1.5,null,{}],"e":1.5})");
}

TEST(JsonWriter, WritesIndented) {
  JsonWriter json(2);
  json.begin_object();
  json.key("list").begin_array().value(1).value(2).end_array();
  json.key("none").begin_array().end_array();
  json.end_object();
  EXPECT_EQ(json.take(), "{\n  \"list\": [\n    1,\n    2\n  ],\n  \"none\": []\n}\n");
}

TEST(JsonWriter, NumbersAreExact) {
  JsonWriter json;
  json.begin_array();
  json.value(std::numeric_limits<std::uint64_t>::max())
      .value(std::numeric_limits<std::int64_t>::min());
  json.value(0.1).value(std::numeric_limits<double>::infinity());
  json.end_array();
  EXPECT_EQ(json.take(), "[18446744073709551615,-9223372036854775808,0.1,null]");
}

RC_GTEST_PROP(JsonWriter, AnyBytesAreReadBackWhereTheyAreUtf8, (std::string bytes)) {
  JsonWriter json;
  json.begin_object();
  json.member(bytes, bytes);
  json.end_object();
  const auto parsed = nlohmann::json::parse(json.take());
  RC_ASSERT(parsed.size() == 1u);
  bool ascii = true;
  for (const char c : bytes) ascii = ascii && static_cast<unsigned char>(c) < 0x80;
  const auto value = parsed.begin().value().get<std::string>();
  if (ascii) RC_ASSERT(value == bytes);
  RC_ASSERT(parsed.begin().key() == value);
}

}  // namespace
}  // namespace gnomon::reports
