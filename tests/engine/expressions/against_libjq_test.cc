// Holds our results against those of libjq's own machine, program by program and input by input.

#include <gtest/gtest.h>

#include "engine/expressions/expression.h"
#include "engine/expressions/json.h"
#include "tests/engine/expressions/libjq_oracle.h"

namespace gnomon {
namespace {

constexpr std::string_view kInputs[] = {
    R"(null)",
    R"(7.5)",
    R"("a-b,é")",
    R"([3,1,[2,null],{"k":1},"x"])",
    R"([1,2,3,2,1])",
    R"(["b","a",null,true,12])",
    R"([{"key":"p","value":1},{"name":"q","value":false},{"k":"r","v":[1]}])",
    R"({"a":[1,2],"o":{"k":1,"z":null},"s":"x"})",
    R"({"input":{"limit":100},"nodes":{"fetch":{"outcome":"succeeded","output":{"files":["p"],"rows":9}}}})",
};

OracleResults ask_ourselves(const Expression& expression, std::string_view input) {
  OracleResults own;
  const auto results = expression.evaluate_all(Payload(input));
  own.failed = !results.has_value();
  if (results) {
    for (const Payload& result : *results) own.results.emplace_back(result.json());
  }
  return own;
}

class AgainstLibjq : public ::testing::TestWithParam<const char*> {};

TEST_P(AgainstLibjq, GivesTheSameResults) {
  const auto theirs = ask_libjq(GetParam(), kInputs);
  ASSERT_TRUE(theirs.has_value()) << "libjq does not compile it";
  const auto expression = Expression::compile(GetParam());
  ASSERT_TRUE(expression.has_value()) << expression.error().message;
  for (std::size_t i = 0; i < std::size(kInputs); ++i) {
    const OracleResults own = ask_ourselves(*expression, kInputs[i]);
    EXPECT_EQ(own.failed, (*theirs)[i].failed) << "on " << kInputs[i];
    EXPECT_EQ(own.results, (*theirs)[i].results) << "on " << kInputs[i];
  }
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, AgainstLibjq,
    ::testing::Values(
        ".", ".a", ".a.b?", ".[\"a\"]?", ".\"s\"?", ".o.\"k\"?", ".[0]?", ".[-1]?", ".[1:]?",
        ".[:-1]?", ".[1:2]?", ".[0.5:1.5]?", ".[99:]?", ".[]?", ".[]", ".a[]?", "[.[]?]", ".[0,1]?",
        "[.a[]?,1]", "1,2", "1,2|.+1", "(1,2)+(10,20)", "[.,.]|length", "1 - 1 - 1", "2*3+1",
        "1+2*3", "-1", "-(1,2)", "-.", "10 / 4", "7 % 3", "-7 % 3", "7 % -3", "7.9 % 3.9", "1 < 2",
        "[1,2] < [1,3]", "{} < []", "null < false", "\"a\" < \"b\"", "{\"a\":1} < {\"a\":2}",
        ". == .", ". != 7.5", "true and false", "null or 1", "(true,false) and (true,false)",
        "(true,false) or (true,false)", "true or error", "false and error", ".a // 5", "empty // 5",
        "(null,false,3,4) // 5", "null // false // 3", "1 // error", "[]", "[1,[2]]", "{}", "{a:1}",
        "{a:1,}", "{\"a b\":1}", "{a:(1,2),b:(3,4)}", "{(\"x\",\"y\"):1}", "{a:1|2}", "{a:-1}",
        "{\"x\\(1)\":2}", "{if:1}", "{@base64 \"x\":1}", ". as $x | [$x,$x]",
        "1 as $x | 2 as $y | [$x,$y,$x]", "[1,2] as [$a,$b] | {a:$a,$b}",
        "{\"a\":1,\"b\":[2]} as {a:$x,b:[$y]} | [$x,$y]", "{\"a\":[5]} as {$a:[$b]} | [$a,$b]",
        "{\"s\":1} as {\"s\":$q} | $q", "{\"k\":7} as {(\"k\",\"k\"):$q} | $q", "1 as $x | 1,2",
        "[1 as $x | $x + 1 | . * $x]", "if . then 1 else 2 end", "if (true,null) then 1 else 2 end",
        "if false then 1 elif null then 2 else 3 end", "if empty then 1 else 2 end",
        "try error(\"x\") catch .", "try error({a:1}) catch .a", "[.[]?|values|try error catch .]",
        "try (1,error(\"x\"),3) catch .", "1?", "[.[]|tonumber?]?",
        "reduce (1,2,3) as $x (0; . + $x)", "reduce empty as $x (5; 6)",
        "reduce (1,2) as $x (0; empty)", "reduce (1,2) as $x (0; .+$x, 100)",
        "reduce .[]? as $x (null; [., $x])", "reduce ([1,2],[3,4]) as [$a,$b] (0; . + $a * $b)",
        "foreach (1,2,3) as $x (0; . + $x)", "foreach (1,2) as $x ((0,10); . + $x; [$x, .])",
        "[foreach (1,2,3) as $x (0; . + $x; if . > 2 then . else empty end)]", "\"a\\(1+1)b\"",
        "\"\\(1,2) \\(3,4)\"", "\"x\\(\"y\" + \"z\")\"", "\"\\u00e9\\n\\\"\"", "\"\\(.)\"",
        "@json \"v=\\(.)\"", "1 # comment\n + 2", ".5", "1e3", "1.5e-3", "100000000000000000000",
        "123456789012345678", "0.1 + 0.2", "1 / 3", "[.[]?|numbers] | .[0:2]", "\"abc\"[1:2]",
        "\"aéb\"[1:2]", "{} | .a.b.c", "null | .[1:2]", ". as {$a} | $a"));

INSTANTIATE_TEST_SUITE_P(
    Places, AgainstLibjq,
    ::testing::Values(".a = 1", ".a[0] = 9", ".a[3] = 9", ".[0] = 5", ".[-1] = 5", ".a.b.c = 1",
                      ".[1:3] = [7,8,9]", ".[1:] = []", ".a = (1,2)", ".a = .o", ".a |= 5",
                      ".[]? |= [.]", ".a[]? |= . + 1", ".a |= map(. * 2)", ".o.k += 1", ".a += [3]",
                      ".s += \"y\"", ".n += 1", ".o.k -= 1", ".o.k *= 3", ".o.k /= 2", ".o.k %= 2",
                      ".s //= 5", ".q //= 5", ".a[]? += (1,2)", "(.a, .s) = 0", "(.a | .[0]?) = 4",
                      "(.[]? | select(. == 1)) |= 9", "(.o | .k, .z)? = 3",
                      "(if . == null then .x else .y end) = 1", ".o // .s |= 4", "first(.[]?) |= 0",
                      "(.o as $o | .s) = 1", "empty = 1", "del(.a)", "del(.[0])", "del(.[0,1])",
                      "del(.[0], .[1])", "del(.[1:])", "del(.[-1])", "del(.o.k, .a[0])",
                      "del(.[]?)", "del(.[]? | select(. == 1))", "del(empty)", "del(.)",
                      "del(.a.b?)", "del(.[10])", "map_values(. )?", "map_values([.])?"));

INSTANTIATE_TEST_SUITE_P(
    Functions, AgainstLibjq,
    ::testing::Values(
        "length", "utf8bytelength", "not", "type", "keys", "keys_unsorted", "add", "sort", "min",
        "max", "reverse", "flatten", "flatten(1)", "flatten(0)", "flatten(-1)", "tostring",
        "tonumber", "tojson", "tojson | fromjson", "fromjson", "\"[1,{\\\"a\\\":2}]\" | fromjson",
        "\" 12 \" | tonumber", "floor", "ceil", "round", "trunc", "fabs", "sqrt",
        "(-1.5,1.5,2.5) | floor, ceil, round, trunc, fabs", "ascii_downcase", "ascii_upcase",
        "explode", "explode | implode", "to_entries",
        "[{\"key\":\"p\",\"value\":1},{\"name\":\"q\",\"value\":2}] | from_entries",
        "objects | with_entries(.value |= [.])", "objects | with_entries(.key |= \"x\" + .)",
        "unique", "unique_by(type)", "group_by(type)", "sort_by(type)", "sort_by(type, .)",
        "min_by(type)", "max_by(type)",
        "[{\"a\":1,\"b\":2},{\"a\":1,\"b\":1}] | min_by(.a), max_by(.a), sort_by(.a), sort_by(.b)",
        "map(.)", "map(select(. != null))", "map(type)", "any", "all", "any(. == 1)", "all(. == 1)",
        "any(1,2; . == 2)", "all(1,2; . == 2)", "[] | any, all", "first", "last", "first(1,2)",
        "[first(empty)]", "[first(range(10;0))]", "last(1,2)", "[last(empty)]", "nth(1)",
        "[limit(2; 1,2,3)]", "[limit(5; 1,2)]", "[limit(1; .[]?)]", "[range(3)]",
        "[range(0,1;3,4)]", "[range(2.5)]", "[range(5;2)]", "range(.)", "isempty(empty)", "empty",
        "[empty]", "values | error", "error(\"x\")", "has(\"a\")", "has(0)", "has(99)",
        "\"a\" | in({\"a\":1})", "contains(.)", "contains(\"a\")", "contains([1])",
        "contains({\"a\":[1]})", "\"foobar\" | contains(\"bar\")",
        "[\"foobar\"] | contains([\"bar\"])", "[1] | inside([1,2])", "startswith(\"a\")",
        "endswith(\"é\")", "ltrimstr(\"a\")", "rtrimstr(\"é\")", "ltrimstr(1)", "split(\"-\")",
        "split(\"\")", "split(\", \")", ". / \",\"", "[\"a\",1,null,true] | join(\"-\")",
        "[] | join(\"-\")", "join(\",\")", "getpath([\"a\",0])", "getpath([\"o\",\"k\"])",
        "[.[]?|scalars]", "[.[]?|iterables]", "[.[]?|strings,nulls,booleans,arrays,objects,values]",
        "IN(7.5, 1)", "[.[]?|IN(1,2)]", "[1,2,3] - [2]", "{} * {a:1}",
        "{\"a\":{\"b\":1}} * {\"a\":{\"c\":2}}", "{a:1} + {b:2}", "[1] + [2]", "null + 1",
        "1 + null", "\"a\" + \"b\"", "1 + \"a\"", "1 - \"a\"", "{} - {}", "0 / 1", "@text", "@json",
        "[1,\"a\\\"b\",null,true] | @csv, @tsv", "\"<&\\\">\" | @html", "\"a b~é\" | @uri",
        "[1,\"it's\"] | @sh", "\"it's\" | @sh", "@csv", "@sh",
        "\"a\",\"ab\",\"abc\",\"\" | @base64", "@base64 \"x\\(\"y\")\"", "[.[]?] | add",
        "{a:1,b:2} | add, (map(. + 1)), map_values(. + 1)", "null | not, length, (tostring), add"));

}  // namespace
}  // namespace gnomon
