#include "engine/expressions/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/expressions/json.h"

namespace gnomon {
namespace {

using ::testing::HasSubstr;

std::string result_of(std::string_view program, std::string_view input = "null") {
  const auto expression = Expression::compile(program);
  if (!expression) return expression.error().message;
  const auto result = expression->evaluate(Payload(input));
  return result ? std::string(result->json()) : result.error().message;
}

std::string mistake_in(std::string_view program) {
  const auto expression = Expression::compile(program);
  return expression ? "no mistake" : expression.error().message;
}

TEST(Expression, ReadsWhatNodesSee) {
  constexpr std::string_view kInput =
      R"({"input":{"limit":100},"nodes":{"fetch":{"outcome":"succeeded","output":{"rows":120}}}})";
  EXPECT_EQ(result_of(".nodes.fetch.output.rows > .input.limit", kInput), "true");
  EXPECT_EQ(
      result_of("{rows: .nodes.fetch.output.rows, ok: (.nodes.fetch.outcome == \"succeeded\")}",
                kInput),
      R"({"ok":true,"rows":120})");
  EXPECT_EQ(result_of("[range(.input.limit / 25) | {part: .}] | length", kInput), "4");
}

TEST(Expression, IsItsInputByDefault) {
  EXPECT_EQ(Expression().evaluate(Payload("[1]"))->json(), "[1]");
  EXPECT_EQ(Expression(), Expression::compile(".").value());
}

TEST(Expression, WritesKeysInOrderAndNumbersShort) {
  EXPECT_EQ(result_of("{b: 1, a: {d: 2, c: 3}}"), R"({"a":{"c":3,"d":2},"b":1})");
  EXPECT_EQ(result_of("[1.0, 1e2, 0.1 + 0.2, 1e17, 1e-5, -0, 1e308 * 10]"),
            "[1,100,0.30000000000000004,1e+17,1e-05,-0,1.7976931348623157e+308]");
}

TEST(Expression, WantsOneResult) {
  EXPECT_THAT(result_of("1, 2"), HasSubstr("gives several results where one is wanted"));
  EXPECT_THAT(result_of("empty"), HasSubstr("gives no result; end it with '// null'"));
  EXPECT_EQ(result_of("empty // null"), "null");
}

TEST(Expression, GivesAllResultsInOrder) {
  const auto results = Expression::compile(".[] | . * 2").value().evaluate_all(Payload("[1,2,3]"));
  ASSERT_TRUE(results.has_value());
  ASSERT_EQ(results->size(), 3U);
  EXPECT_EQ((*results)[2].json(), "6");
  EXPECT_TRUE(Expression::compile("empty").value().evaluate_all(Payload())->empty());
}

TEST(Expression, HoldsUnlessFalseOrNullOrNothing) {
  const auto holds = [](const char* program) {
    return Expression::compile(program).value().evaluate_bool(Payload()).value();
  };
  EXPECT_TRUE(holds("1 == 1"));
  EXPECT_TRUE(holds("0"));
  EXPECT_TRUE(holds("\"\""));
  EXPECT_FALSE(holds("false"));
  EXPECT_FALSE(holds("null"));
  EXPECT_FALSE(holds("empty"));
  EXPECT_FALSE(Expression::compile("true, true").value().evaluate_bool(Payload()).has_value());
}

TEST(Expression, NamesItselfAndTheReasonWhenItFails) {
  EXPECT_EQ(result_of(".a.b", R"({"a":5})"),
            "expression '.a.b': Cannot index number with string \"b\"");
  EXPECT_EQ(result_of("error({code: 3})"), "expression 'error({code: 3})': {\"code\":3}");
  EXPECT_THAT(result_of(".", "{\"a\":}"), HasSubstr("its input is not JSON: line 1, column 6"));
}

TEST(Expression, IsRunAgainAndAgain) {
  const Expression expression =
      Expression::compile(". as $x | [$x, ($x | try error catch .)]").value();
  const Expression copy = expression;
  EXPECT_EQ(expression.evaluate(Payload("1"))->json(), "[1,1]");
  EXPECT_EQ(copy.evaluate(Payload("2"))->json(), "[2,2]");
  EXPECT_EQ(expression.evaluate(Payload("1"))->json(), "[1,1]");
}

TEST(ExpressionCache, KeepsOneOfEachText) {
  ExpressionCache cache;
  ASSERT_TRUE(cache.compile(".a").has_value());
  ASSERT_TRUE(cache.compile(".a").has_value());
  ASSERT_TRUE(cache.compile(".b").has_value());
  EXPECT_FALSE(cache.compile(".b |").has_value());
  EXPECT_EQ(cache.size(), 2U);
}

struct Mistake {
  const char* program;
  const char* message;
};

class ExpressionMistake : public ::testing::TestWithParam<Mistake> {};

TEST_P(ExpressionMistake, IsNamedWithItsPlace) {
  EXPECT_EQ(mistake_in(GetParam().program), GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, ExpressionMistake,
    ::testing::Values(
        Mistake{"", "column 1: expected a value, not the end"},
        Mistake{".a | lenght > 3", "column 6: unknown function 'lenght' (did you mean 'length'?)"},
        Mistake{"map", "column 1: 'map' takes 1 argument, not 0"},
        Mistake{"split(\",\"; \"g\")", "column 1: 'split' takes 1 argument, not 2"},
        Mistake{".a == 1 == 2", "column 9: '==' after '==' needs parentheses"},
        Mistake{".a | now",
                "column 6: 'now' is left out of expressions: it reads the clock, the time zone or "
                "the locale"},
        Mistake{"$ENV.HOME",
                "column 1: '$ENV' is left out of expressions: it reaches out of the expression"},
        Mistake{"env",
                "column 1: 'env' is left out of expressions: it reaches out of the expression"},
        Mistake{"..", "column 1: '..' is left out of expressions: it may run on and on"},
        Mistake{"def f: f; f", "column 1: 'def' is left out of expressions: it may run on and on"},
        Mistake{"1 | label $x | 2",
                "column 5: 'label' is left out of expressions: it may run on and on"},
        Mistake{"[recurse]",
                "column 2: 'recurse' is left out of expressions: it may run on and on"},
        Mistake{"pow(2; 3)", "column 1: 'pow' is left out of expressions: it differs between CPUs"},
        Mistake{"import \"a\" as a; 1",
                "column 1: 'import' is left out of expressions: it reaches out of the expression"},
        Mistake{". as $rows | $row",
                "column 14: unknown variable '$row' (did you mean '$rows'?); all input is in '.'"},
        Mistake{"(1 as $x | 2) | $x", "column 17: unknown variable '$x'; all input is in '.'"},
        Mistake{"_sort_by(.)", "column 1: unknown function '_sort_by' (did you mean 'sort_by'?)"},
        Mistake{"if .a then 1", "column 13: expected 'end' of 'if', not the end"},
        Mistake{"[1, 2", "column 6: expected ']', not the end"},
        Mistake{"{a: 1 + 2}",
                "column 7: expected ',' or '}' (operators need parentheses here), not '+'"},
        Mistake{
            "{1: 2}",
            "column 2: expected a key: a name, a string, or an expression in parentheses, not '1'"},
        Mistake{"\"abc", "column 1: this string has no end"},
        Mistake{"\"a\\qb\"", "column 1: an unknown escape in this string"},
        Mistake{"length = 3",
                "column 1: the left side of '=' must name places, such as .a or .list[]"},
        Mistake{"del(length)", "column 1: del takes places, such as .a or .list[0]"},
        Mistake{"@basee64",
                "column 1: unknown format '@basee64'; there are @text, @json, @csv, @tsv, @html, "
                "@uri, @sh and @base64"},
        Mistake{"1e999", "column 1: the number is too large or too small"},
        Mistake{". &&\n .b", "line 1, column 3: expected the end of the expression, not '&'"},
        Mistake{".a |\n .b ~", "line 2, column 5: expected the end of the expression, not '~'"}));

struct Difference {
  const char* program;
  const char* input;
  const char* result;
};

class ExpressionDifference : public ::testing::TestWithParam<Difference> {};

TEST_P(ExpressionDifference, FromJq16IsAsDocumented) {
  EXPECT_THAT(result_of(GetParam().program, GetParam().input), HasSubstr(GetParam().result));
}

INSTANTIATE_TEST_SUITE_P(
    Differences, ExpressionDifference,
    ::testing::Values(Difference{"[(try .a) | error]?", "{\"a\":1}", "gives no result"},
                      Difference{"[.[] | (.a?) | error(\"late\")]", "[{}]", "late"},
                      Difference{"[limit(0; 1, 2)]", "null", "[]"},
                      Difference{".[] |= empty", "[1]", "'|=' got no value"},
                      Difference{"[{key: 1, value: 2}, {key: false}] | from_entries", "null",
                                 R"({"1":2,"false":null})"},
                      Difference{"{b: 1, a: 2} | tojson", "null", R"("{\"a\":2,\"b\":1}")"},
                      Difference{"\"'\" | @html", "null", "\"&#39;\""},
                      Difference{"\"!*'()\" | @uri", "null", "\"%21%2A%27%28%29\""},
                      Difference{"\"ab\" * 3", "null", "strings cannot be repeated"},
                      Difference{"1e30 % -1", "null", "too large"},
                      Difference{"-9223372036854775807 % -1", "null", "too large"},
                      Difference{"try error(null) catch [.]", "null", "[null]"},
                      Difference{".a?//1", "5", "1"}));

TEST(ExpressionBounds, EndWhateverIsAsked) {
  constexpr const char* kEndless[] = {
      "[range(1e18)]",
      "reduce range(1e18) as $x (0; . + 1)",
      "range(1e300; 1e301) | empty",
      "[range(1000) as $a | range(1000) as $b | range(1000) as $c | $a + $b + $c] | length",
      "reduce range(100) as $i (\"x\"; . + .)",
      "reduce range(100) as $i ([1]; . + .) | tojson",
      "reduce range(100) as $i ([1]; [., .]) | tojson",
      "reduce range(100) as $i ([1]; [., .]) | . == .",
      "reduce range(60) as $i (1; {a: ., b: .}) | . == (.a | {a: ., b: .})",
      "reduce range(90) as $i ([1]; [., .]) | [flatten | length]",
      "reduce range(1e6) as $i (0; [.])",
      "reduce range(1e6) as $i (null; {a: .})",
      "reduce range(1e6) as $i (null; .a = .)",
      "[range(100000)] as $x | $x - $x",
      "[range(100000)] as $x | $x | contains($x)",
      "[range(100000) | [.]] | [.[] as $x | .[] | select(. == $x)]",
      "try range(1e18) catch empty | empty",
      "first(range(1e18) | select(. < 0))",
      "any(range(1e18); . < 0)",
      "[\"\" | range(1e18) as $x | . + \"x\"] | add",
      "reduce range(1e5) as $i (\"x\"; @json)",
      "reduce range(1e5) as $i (\"x\"; tojson)",
      "[range(1e4)] | [.[] as $i | sort_by(-.)]",
      "[range(3e5)] | [range(1e3) as $i | .[1:] | sort]",
      ".[1e9] = 1",
      ".[500000] = 1 | .[1000000] = 2 | tojson | fromjson | tojson",
      "[range(1e5)] | del(.[range(1e5):])",
      "[range(1e5)] | reduce range(1e5) as $i (.; .[$i:] = [1])",
  };
  for (const char* program : kEndless) {
    const auto expression = Expression::compile(program);
    ASSERT_TRUE(expression.has_value()) << program << ": " << expression.error().message;
    EXPECT_FALSE(expression->evaluate(Payload()).has_value()) << program;
  }
}

TEST(ExpressionBounds, AreNotCaughtByTry) {
  EXPECT_THAT(result_of("try [range(1e18)] catch 1"),
              HasSubstr("takes more than 4000000 units of work"));
  EXPECT_THAT(result_of("[range(1e18)]? // 1"), HasSubstr("takes more than 4000000 units of work"));
}

TEST(ExpressionBounds, LeaveRoomForOrdinaryWork) {
  EXPECT_EQ(result_of("[range(100000) | . * 2] | length"), "100000");
  EXPECT_EQ(result_of("reduce range(200000) as $x (0; . + $x)"), "19999900000");
  EXPECT_EQ(
      result_of("[range(20000) | {id: ., even: (. % 2 == 0)}] | group_by(.even) | map(length)"),
      "[10000,10000]");
  EXPECT_EQ(result_of("[range(50000)] | .[] |= . + 1 | add"), "1250025000");
  EXPECT_EQ(result_of("reduce range(1000) as $i ({}; .[$i | tostring] = $i) | length"), "1000");
  EXPECT_EQ(result_of("[range(100000) | tostring] | join(\",\") | split(\",\") | length"),
            "100000");
}

TEST(ExpressionBounds, HoldForTheProgramAndItsInput) {
  EXPECT_THAT(mistake_in(std::string(5000, ' ')), HasSubstr("at most 4096 are allowed"));
  EXPECT_THAT(mistake_in(std::string(2000, '(')), HasSubstr("nested deeper than 64 levels"));
  EXPECT_THAT(mistake_in(std::string(2000, '[')), HasSubstr("nested deeper than 64 levels"));
  EXPECT_THAT(mistake_in(std::string(2000, '-')), HasSubstr("nested deeper than 64 levels"));
  std::string many = "1";
  for (int i = 0; i < 2040; ++i) many += ",1";
  EXPECT_THAT(mistake_in(many), HasSubstr("more than 2000 parts"));
  EXPECT_THAT(result_of(".", "\"" + std::string(kMaxJsonBytes, 'x') + "\""),
              HasSubstr("at most 1048576 are allowed"));
  EXPECT_THAT(result_of(".", std::string(200, '[') + std::string(200, ']')),
              HasSubstr("nested deeper than 128 levels"));
}

TEST(ExpressionBounds, LetTheLongestProgramRun) {
  for (const std::string step :
       {"|.", "|[.]|.[0]", "|first", "+0", "|try .", "|(.,empty)", "|. as $x|$x", "|.a?//1"}) {
    std::string program = "1";
    while (program.size() + step.size() < kMaxExpressionBytes) {
      program += step;
      if (!Expression::compile(program)) {
        program.resize(program.size() - step.size());
        break;
      }
    }
    const auto result = Expression::compile(program).value().evaluate(Payload());
    EXPECT_TRUE(result.has_value() ||
                result.error().message.find("index number") != std::string::npos)
        << program;
  }
}

}  // namespace
}  // namespace gnomon
