#include "adapters/importers/yaml_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "adapters/importers/unique_names.h"
#include "scenarios/language/yaml.h"

namespace gnomon::adapters {
namespace {

using scenarios::Diagnostics;
using scenarios::Value;

/// What the language reads; ERROR with the reason if it reads nothing.
Value read(const std::string& yaml) {
  Diagnostics diagnostics;
  scenarios::YamlBudget budget;
  const auto value = scenarios::read_yaml(diagnostics.add_source("t", yaml), diagnostics, budget);
  return value ? *value : Value::string("ERROR " + diagnostics.to_string());
}

TEST(YamlText, KeepsWhatCanBeShown) {
  EXPECT_EQ(printable("a\u00e4\u4e2d\U0001F600 .", 100), "a\u00e4\u4e2d\U0001F600 .");
  EXPECT_EQ(printable("a\tb\nc\x7f", 100), "a_b_c_");
  EXPECT_EQ(printable("a\u0085b\u2028c\uFEFFd\uFFFFe", 100), "a_b_c_d_e");
  EXPECT_EQ(printable("\xff\xc3(\xed\xa0\x80", 100), "__(___") << "no UTF-8";
}

TEST(YamlText, CutsBetweenCharacters) {
  EXPECT_EQ(printable("abc", 2), "ab");
  EXPECT_EQ(printable("a\u4e2d", 3), "a");
  EXPECT_EQ(printable("a\u4e2d", 4), "a\u4e2d");
}

TEST(YamlText, QuotesWhatWouldBeReadAsSomethingElse) {
  EXPECT_EQ(yaml_scalar("align_ID-1.b"), "align_ID-1.b");
  for (const char* text :
       {"", "true", "null", "1e3", "-a", "a b", "a: b", "#a", "a#", "[a", "\"", "\\", "~", "&a"}) {
    EXPECT_NE(yaml_scalar(text), text);
  }
}

RC_GTEST_PROP(YamlText, ScalarsAreReadAsTheyWere, (const std::string& any)) {
  const std::string text = printable(any, 200);
  for (const std::string& yaml : {yaml_scalar(text), "{a: " + yaml_scalar(text) + "}"}) {
    const Value value = read(yaml);
    const Value& scalar = value.find("a") != nullptr ? *value.find("a") : value;
    RC_ASSERT(scalar.kind == scenarios::ValueKind::kString);
    RC_ASSERT(scalar.text == text);
  }
}

TEST(YamlText, BreaksLongListsIntoLines) {
  std::vector<std::string> names;
  for (int i = 0; i < 50; ++i) names.push_back("node_number_" + std::to_string(i));
  const std::string list = yaml_list(names, 4);
  const Value value = read("after: " + list);
  ASSERT_EQ(value.find("after")->items.size(), 50U);
  EXPECT_EQ(value.find("after")->items[49].text, "node_number_49");
  for (std::size_t begin = 0; begin < list.size(); begin = list.find('\n', begin) + 1) {
    const std::size_t end = std::min(list.find('\n', begin), list.size());
    EXPECT_LE(end - begin, 100U);
    if (end == list.size()) break;
  }
  EXPECT_EQ(yaml_list({}, 4), "[]");
}

TEST(YamlText, WrapsWords) {
  EXPECT_EQ(wrapped("", "# "), "");
  EXPECT_EQ(wrapped("one  two", "# "), "# one two\n");
  EXPECT_EQ(wrapped(std::string(120, 'x') + " y", "# "), "# " + std::string(120, 'x') + "\n# y\n");
}

TEST(YamlText, WritesTimesToTheNanosecond) {
  EXPECT_EQ(seconds_text(0ns), "0s");
  EXPECT_EQ(seconds_text(1ns), "0.000000001s");
  EXPECT_EQ(seconds_text(90'500ms), "90.5s");
  EXPECT_EQ(seconds_text(100s), "100s");
}

TEST(UniqueNames, NumbersWhatComesAgain) {
  UniqueNames names;
  EXPECT_EQ(names.take("a"), "a");
  EXPECT_EQ(names.take("a_2"), "a_2");
  EXPECT_EQ(names.take("a"), "a_3");
  EXPECT_EQ(names.take("a"), "a_4");
  EXPECT_EQ(names.take(""), "_");
  EXPECT_EQ(names.take("\n"), "__2");
}

RC_GTEST_PROP(UniqueNames, NeverGivesANameTwice, (const std::vector<std::string>& wishes)) {
  UniqueNames names;
  std::set<std::string> given;
  for (const std::string& wish : wishes) {
    const std::string name = names.take(wish);
    RC_ASSERT(!name.empty());
    RC_ASSERT(name.size() <= UniqueNames::kMaxBytes);
    RC_ASSERT(given.insert(name).second);
  }
}

}  // namespace
}  // namespace gnomon::adapters
