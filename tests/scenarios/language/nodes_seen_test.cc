#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/workflow.h"
#include "tests/scenarios/language/load_text.h"

namespace gnomon::scenarios {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A workflow of prepare -> train -> report, with one line more.
std::vector<std::string> errors_with(const std::string& line) {
  return errors_of("workflows:\n  w:\n    nodes:\n      prepare: {pass: {}}\n" +
                   std::string("      train: {pass: {}, after: prepare}\n") + line);
}

TEST(NodesSeen, AreThoseThatANodeWaitsForItself) {
  EXPECT_THAT(errors_with("      report: {pass: {}, after: train, when: .nodes.train.output.ok}"),
              IsEmpty());
  EXPECT_THAT(
      errors_with("      report: {pass: {}, after: train, when: '.nodes.prepare.output > 1'}"),
      ElementsAre("s.yaml:6:46: in this expression, '.nodes.prepare' is always null: 'report' does "
                  "not wait for it; add 'prepare' to its 'after'"));
  EXPECT_THAT(errors_with("      report: {pass: {}, after: train, when: .nodes.report}"),
              ElementsAre("s.yaml:6:46: in this expression, '.nodes.report' is always null: "
                          "'report' does not wait for itself"));
  EXPECT_THAT(errors_with("      report: {pass: {}, after: train, when: '.nodes[.input.which]'}"),
              IsEmpty());
}

TEST(NodesSeen, AreSaidRightWhereTheyAreMisspelt) {
  EXPECT_THAT(errors_with("      report: {wait: 1s, after: train, input: '{x: .nodes.trian}'}"),
              ElementsAre("s.yaml:6:47: in this expression, '.nodes.trian' is no node of this "
                          "workflow (did you mean 'train'?)"));
  EXPECT_THAT(errors_with("      m: {map: {items: .nodes.tran, body: w}, after: train}"),
              testing::Contains("s.yaml:6:24: in this expression, '.nodes.tran' is no node of this "
                                "workflow (did you mean 'train'?)"));
  EXPECT_THAT(errors_with("      report: {wait: {until: .nodes.tran}, after: train}"),
              testing::SizeIs(1));
  EXPECT_THAT(errors_with("    output: .nodes.tran.output"),
              ElementsAre("s.yaml:6:13: in this expression, '.nodes.tran' is no node of this "
                          "workflow (did you mean 'train'?)"));
}

TEST(NodesSeen, AreTheConditionsThatChooseANode) {
  const std::string choose =
      "      c: {condition: {cases: [{when: .nodes.train.output, then: a}], else: b}, after: "
      "train}\n";
  EXPECT_THAT(errors_with(choose + "      a: {pass: {}, when: .nodes.c.outcome}\n"
                                   "      b: {pass: {}, when: .nodes.c.outcome}"),
              IsEmpty());
  EXPECT_THAT(errors_with(choose + "      a: {pass: {}}\n      b: {pass: {}, when: .nodes.a}"),
              testing::SizeIs(1));
}

TEST(NodesSeen, AreAllOfThemForTheOutputOfAWorkflow) {
  EXPECT_THAT(errors_with("    output: '{a: .nodes.prepare.output, b: .nodes.train.output}'"),
              IsEmpty());
}

TEST(NodesSeen, AreNoneForTheOutputOfANode) {
  EXPECT_THAT(errors_with("      report: {pass: {}, after: train, output: .nodes.train.output}"),
              ElementsAre("s.yaml:6:48: in this expression, '.nodes' is always null; there are "
                          "input, result"));
}

TEST(NodesSeen, AreNotAskedOfWhatIsGuardedOrOnlyWrittenTo) {
  for (const char* input :
       {"del(.nodes.b) | .nodes", ".nodes.b = 1", ".nodes.prepare.output // .nodes.b.output",
        "if .nodes | has(\"b\") then .nodes.b.output else 0 end", ".nodes.b?"}) {
    EXPECT_THAT(errors_with(std::string("      report: {wait: 1s, after: train, input: '") + input +
                            "'}\n    output: '" + input + "'"),
                IsEmpty())
        << input;
  }
}

TEST(NodesSeen, AreNotLookedAtAgainInADefinitionThatWasAccepted) {
  EXPECT_TRUE(decode_workflow("w", R"({"nodes": {"a": {"pass": {}}, "b": {"pass": {}, "after":
                                       ["a", "a"], "when": ".nodes.c"}}})"));
}

}  // namespace
}  // namespace gnomon::scenarios
