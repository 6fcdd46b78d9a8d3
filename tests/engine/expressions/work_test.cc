#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/expressions/evaluation.h"
#include "engine/expressions/functions.h"
#include "engine/expressions/json.h"
#include "engine/expressions/parser.h"

// Counts work, not time: whatever an operation touches, it spends for. One that does not lets an
// expression run for minutes within its bound.

namespace gnomon {
namespace {

constexpr std::uint64_t kPlenty = 1'000'000'000;

/// `$s` and `.` are both the input.
std::uint64_t spent(const std::string& program, const std::string& input) {
  const Expected<Program> parsed = parse_program(". as $s | " + program);
  EXPECT_TRUE(parsed) << program << ": " << parsed.error().message;
  const Expected<Value> value = read_json(input);
  EXPECT_TRUE(value) << value.error().message;
  Evaluation evaluation(*parsed, kPlenty);
  evaluation.each(parsed->root, *value, [](const Value&) { return true; });
  return kPlenty - evaluation.work_left();
}

/// Inputs of n bytes, elements or fields.
enum class Of { kString, kQuotes, kLetters, kNumbers, kStrings, kObjects, kFields, kLongKey };

std::string input_of(Of kind, int n) {
  if (kind == Of::kString) return '"' + std::string(static_cast<std::size_t>(n), 'a') + '"';
  if (kind == Of::kLongKey) return fmt::format(R"({{"{:a>{}}":1}})", "", n);
  std::string text;
  for (int i = 0; i < n; ++i) {
    if (i > 0 && kind != Of::kQuotes) text += ',';
    switch (kind) {
      case Of::kQuotes:
        text += "\\\"";
        break;
      case Of::kLetters:
        text += "97";
        break;
      case Of::kNumbers:
        text += fmt::format("{}", i * 7919 % 100'003);
        break;
      case Of::kStrings:
        text += fmt::format("\"x{}\"", i * 7919 % 100'003);
        break;
      case Of::kObjects:
        text += fmt::format(R"({{"key":"k{}","value":1}})", i * 7919 % 100'003);
        break;
      default:
        text += fmt::format("\"k{}\":1", i * 7919 % 100'003);
    }
  }
  if (kind == Of::kQuotes) return '"' + text + '"';
  return kind == Of::kFields ? '{' + text + '}' : '[' + text + ']';
}

struct Charge {
  std::string covers;  ///< name/arity of a function, or what else is charged here
  std::string program;
  Of input;
  double least;  ///< units for each byte, element or field more
};

constexpr double kComparedByte = 1.0 / 64;
constexpr double kByte = 1.0 / 16;
constexpr double kElement = 1;
constexpr double kMovedElement = 1.0 / 4;

const std::vector<Charge> kCharges = {
    {"_group_by/1", "group_by(.)", Of::kNumbers, 10 * kElement},
    {"_group_by/1", "group_by(.)", Of::kObjects, 10 * kElement},
    {"_max_by/1", "max_by(.)", Of::kNumbers, kElement},
    {"_min_by/1", "min_by(.)", Of::kStrings, kElement},
    {"_sort_by/1", "sort_by(.)", Of::kNumbers, 10 * kElement},
    {"_sort_by/1", "sort_by(.key)", Of::kObjects, 10 * kElement},
    {"add/0", "add", Of::kNumbers, kElement},
    {"add/0", "add", Of::kObjects, kElement},
    {"add/0", "add", Of::kFields, kElement},
    {"ascii_downcase/0", "ascii_downcase", Of::kString, kByte},
    {"ascii_upcase/0", "ascii_upcase", Of::kString, kByte},
    {"contains/1", "contains($s)", Of::kString, kByte},
    {"contains/1", "contains([-1])", Of::kNumbers, kElement},
    {"contains/1", "contains($s)", Of::kFields, 2 * kElement},
    {"contains/1", "contains($s)", Of::kLongKey, kComparedByte},
    {"endswith/1", "endswith($s)", Of::kString, kComparedByte},
    {"explode/0", "explode", Of::kString, kElement},
    {"flatten/0", "flatten", Of::kNumbers, kElement},
    {"flatten/0", "[.] | flatten", Of::kNumbers, kElement},
    {"flatten/1", "flatten(0)", Of::kNumbers, kElement},
    {"from_entries/0", "from_entries", Of::kObjects, 8 * kElement},
    {"from_entries/0", "[{key: $s}, {key: $s}] | from_entries", Of::kString, 2 * kComparedByte},
    {"fromjson/0", "fromjson", Of::kString, kElement},
    {"getpath/1", "getpath($s)", Of::kLetters, 0},  // ends at the first null
    {"getpath/1", "{a: {}} | getpath([\"a\", $s])", Of::kString, kComparedByte},
    {"has/1", "{} | has($s)", Of::kString, kComparedByte},
    {"implode/0", "implode", Of::kLetters, kElement},
    {"join/1", "join($s[0])", Of::kStrings, kElement},
    {"join/1", "[1, 2] | join($s)", Of::kString, kByte},
    {"keys/0", "keys", Of::kNumbers, kElement},
    {"keys/0", "keys", Of::kFields, 10 * kElement},
    {"keys_unsorted/0", "keys_unsorted", Of::kFields, kElement},
    {"length/0", "length", Of::kString, kByte},
    {"length/0", "length", Of::kFields, kElement},
    {"ltrimstr/1", "ltrimstr(\"a\")", Of::kString, kByte},
    {"ltrimstr/1", "ltrimstr($s)", Of::kString, kComparedByte},
    {"max/0", "max", Of::kNumbers, kElement},
    {"min/0", "min", Of::kStrings, kElement},
    {"reverse/0", "reverse", Of::kNumbers, kElement},
    {"rtrimstr/1", "rtrimstr(\"a\")", Of::kString, kByte},
    {"rtrimstr/1", "rtrimstr($s)", Of::kString, kComparedByte},
    {"sort/0", "sort", Of::kNumbers, 10 * kElement},
    {"sort/0", "sort", Of::kStrings, 10 * kElement},
    {"sort/0", "sort", Of::kObjects, 100 * kElement},
    {"split/1", "split(\"b\")", Of::kString, kByte},
    {"split/1", "split(\"\")", Of::kString, 8 * kElement},
    {"split/1", "split(\"a\")", Of::kString, 8 * kElement},
    {"startswith/1", "startswith($s)", Of::kString, kComparedByte},
    {"to_entries/0", "to_entries", Of::kNumbers, 12 * kElement},
    {"to_entries/0", "to_entries", Of::kFields, 12 * kElement},
    {"tojson/0", "tojson", Of::kString, kByte},
    {"tojson/0", "tojson", Of::kQuotes, 2 * kByte},
    {"tojson/0", "tojson", Of::kNumbers, kElement},
    {"tonumber/0", "tonumber", Of::kString, kElement},
    {"tostring/0", "tostring", Of::kNumbers, kElement},
    {"@text", "@text", Of::kNumbers, kElement},
    {"@json", "@json", Of::kQuotes, 2 * kByte},
    {"@csv", "@csv", Of::kStrings, kElement},
    {"@tsv", "@tsv", Of::kStrings, kElement},
    {"@html", "@html", Of::kQuotes, 2 * kByte},
    {"@uri", "@uri", Of::kQuotes, 2 * kByte},
    {"@sh", "@sh", Of::kString, kByte},
    {"@base64", "@base64", Of::kString, kByte},
    {"a string", "\"\\($s)\"", Of::kString, kByte},
    {"+", ". + \"x\"", Of::kString, kByte},
    {"+", ". + [1]", Of::kNumbers, kMovedElement},
    {"+", "[1] + .", Of::kNumbers, kMovedElement},
    {"+", ". + {a: 1}", Of::kFields, kElement},
    {"+", "{a: 1} + .", Of::kFields, kElement},
    {"+", ". + $s", Of::kLongKey, kComparedByte},
    {"-", ". - [-1]", Of::kNumbers, kElement},
    {"-", "[-1] - .", Of::kNumbers, kElement},
    {"-", "[$s] - [$s]", Of::kString, kComparedByte},
    {"*", ". * {a: 1}", Of::kFields, kElement},
    {"*", "{a: 1} * .", Of::kFields, kElement},
    {"/", ". / \"b\"", Of::kString, kByte},
    {"==", ". == $s", Of::kString, kComparedByte},
    {"==", ". == $s", Of::kNumbers, kElement},
    {"==", ". == {}", Of::kFields, 10 * kElement},  // both sorted first
    {"<", ". < ($s + [1])", Of::kNumbers, kElement},
    {"<", "[[$s, {}, {}] | sort | length]", Of::kFields, 20 * kElement},
    {".[key]", "{} | .[$s]", Of::kString, kComparedByte},
    {".[a:b]", ".[1:]", Of::kString, kByte},
    {".[]", ".[]", Of::kFields, kElement},
    {"[...]", "[.[]]", Of::kNumbers, kElement},
    {"{...}", "{($s): 1}", Of::kString, kComparedByte},
    {"as", "[[.[] | [.]][] as [$x, $y, $z] | 1]", Of::kNumbers, 6 * kElement},
    {"reduce", "reduce .[] as $x (0; 1)", Of::kNumbers, 2 * kElement},
    {"foreach", "[foreach .[] as $x (0; 1)]", Of::kNumbers, 2 * kElement},
    {"limit", "[limit(1e9; .[])]", Of::kNumbers, kElement},
    {"range", "[range($s | length)]", Of::kNumbers, kElement},
    {"try", "[.[] | try error(1)]", Of::kNumbers, 10 * kElement},
    {"?", "[.[] | .a?]", Of::kNumbers, 10 * kElement},
    {"del", "del(.[0])", Of::kNumbers, kElement},
    {"del", "del(.[])", Of::kNumbers, 10 * kElement},
    {"del", "del(.[0:1], .[2:3])", Of::kNumbers, 2 * kElement},
    {"del", "del(.k1)", Of::kFields, kElement},
    {"=", ".[0] = 1", Of::kNumbers, kElement},
    {"=", ".a = 1", Of::kFields, kElement},
    {"=", "{} | .[$s] = 1", Of::kString, kComparedByte},
    {"|=", ".[] |= 1", Of::kNumbers, 4 * kElement},
    {"+=", ".[] += 1", Of::kFields, 4 * kElement},
    {"//=", ".[0:1] //= [1]", Of::kNumbers, kElement},
};

/// Those that take as long for any value.
const std::set<std::string> kConstant = {"ceil/0",  "error/0", "error/1",         "fabs/0",
                                         "floor/0", "not/0",   "round/0",         "sqrt/0",
                                         "trunc/0", "type/0",  "utf8bytelength/0"};

TEST(Work, IsSpentForAllThatIsTouched) {
  constexpr int kFew = 500;
  constexpr int kMany = 4500;
  for (const Charge& charge : kCharges) {
    const std::uint64_t few = spent(charge.program, input_of(charge.input, kFew));
    const std::uint64_t many = spent(charge.program, input_of(charge.input, kMany));
    ASSERT_LT(many, kPlenty) << charge.program;
    // What is spent in whole units loses some to rounding.
    EXPECT_GE(static_cast<double>(many - few) + 4, charge.least * (kMany - kFew))
        << charge.covers << ": " << charge.program << " spends " << few << ", then " << many;
  }
}

TEST(Work, IsHeldAgainstEveryFunction) {
  std::set<std::string> covered = kConstant;
  for (const Charge& charge : kCharges) covered.insert(charge.covers);
  for (const Function& function : functions()) {
    const std::string name = fmt::format("{}/{}", function.name, function.arity);
    EXPECT_TRUE(covered.contains(name)) << name << " spends as it likes";
  }
}

TEST(Work, DoesNotGrowWhereNothingIsTouched) {
  for (const char* program :
       {".", "type", "not", "try (. - 1) catch 1", "try error catch 1", ".a?", "first(.[])",
        "[limit(1; .[])]", "try -. catch 1", "{a: .}", "[., .]"}) {
    for (const Of kind : {Of::kNumbers, Of::kObjects}) {
      EXPECT_EQ(spent(program, input_of(kind, 500)), spent(program, input_of(kind, 4500)))
          << program;
    }
  }
}

}  // namespace
}  // namespace gnomon
