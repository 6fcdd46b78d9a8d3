#include "scenarios/language/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/language/load_text.h"

namespace gnomon::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string merged(const std::string& text, std::map<std::string, std::string> files) {
  files["s.yaml"] = text;
  Diagnostics diagnostics;
  const std::optional<Value> root =
      read_with_includes("./s.yaml", MemoryFiles(std::move(files)), diagnostics);
  return root ? to_json(*root) : diagnostics.to_string();
}

TEST(Includes, AreMergedWithLaterKeysOverriding) {
  EXPECT_EQ(merged("include: [a.yaml, b.yaml]\nx: {own: 1}\nlist: [3]\n",
                   {{"a.yaml", "x: {a: 1, own: 0}\nlist: [1, 2]\nonly: a\n"},
                    {"b.yaml", "x: {a: 2, b: 2}\n"}}),
            R"({"x":{"a":2,"own":1,"b":2},"list":[3],"only":"a","include":["a.yaml","b.yaml"]})");
}

TEST(Includes, AreFoundRelativeToTheFileThatNamesThem) {
  EXPECT_EQ(merged("include: lib/a.yaml\n",
                   {{"lib/a.yaml", "include: ../b.yaml\na: 1\n"}, {"b.yaml", "b: 1\n"}}),
            R"({"b":1,"include":"lib/a.yaml","a":1})");
}

TEST(Includes, KeepTheirPlacesAndTheirDataFiles) {
  EXPECT_THAT(errors_of("include: lib/a.yaml\n", {}, {{"lib/a.yaml", "sede: 1\n"}}),
              ElementsAre("lib/a.yaml:1:1: unknown key 'sede' (did you mean 'seed'?)"));
  EXPECT_EQ(
      loaded("include: lib/a.yaml\n", {},
             {{"lib/a.yaml", "actions: {a: {duration: {empirical: {file: d.csv, column: s}}}}\n"},
              {"lib/d.csv", "s\n7\n"}})
          .actions.at("a")
          .duration.duration(0.5),
      7s);
}

TEST(Includes, AreChangedByWhatTheIncludingFileSets) {
  const std::map<std::string, std::string> files = {
      {"a.yaml", "include: b.yaml\nset: [seed=2, 'runtimes.cpu.workers=5']\n"},
      {"b.yaml", "runtimes: {cpu: {workers: 1}}\nseed: 1\n"}};
  const Scenario inner = loaded("include: a.yaml\n", {}, files);
  EXPECT_EQ(inner.seed, 2u);
  EXPECT_EQ(inner.runtimes[0].pool.workers, 5u);
  EXPECT_EQ(loaded("include: a.yaml\nset: seed=3\n", {}, files).seed, 3u);
  EXPECT_EQ(loaded("include: a.yaml\nset: seed=3\n", {"seed=4"}, files).seed, 4u);
  EXPECT_THAT(errors_of("include: b.yaml\nset: [runtimes.gpu.workers=5]\n", {}, files),
              ElementsAre(HasSubstr("gpu")));
}

TEST(Includes, SayInWhichFileAMistakeIsSet) {
  EXPECT_THAT(
      errors_of("include: lib/a.yaml\n", {},
                {{"lib/a.yaml",
                  "runtimes: {cpu: {workers: 1}}\nset: [runtimes.cpu.wrkers=5, seed=x]\n"}}),
      ElementsAre(HasSubstr("lib/a.yaml: set:1:14: unknown key 'wrkers'"),
                  HasSubstr("lib/a.yaml: set seed:1:1: expected an integer")));
}

TEST(Includes, OfThemselvesAreTold) {
  EXPECT_THAT(
      merged("include: a.yaml\n",
             {{"a.yaml", "include: [b.yaml]\n"}, {"b.yaml", "include: a.yaml\n"}}),
      HasSubstr("b.yaml:1:10: error: the file includes itself: a.yaml -> b.yaml -> a.yaml"));
  EXPECT_THAT(merged("include: s.yaml\n", {}),
              HasSubstr("s.yaml:1:10: error: the file includes itself: s.yaml -> s.yaml"));
}

TEST(Includes, ThatAreNotThereAreTold) {
  EXPECT_THAT(merged("include: [a.yaml, b.yaml]\n", {}),
              testing::AllOf(HasSubstr("s.yaml:1:11: error: cannot read 'a.yaml'"),
                             HasSubstr("s.yaml:1:19: error: cannot read 'b.yaml'")));
}

TEST(Includes, ThatAreNotThereHideNoOtherMistake) {
  // What an absent file may hold is no mistake: the runtime, the body, the node, the key.
  EXPECT_THAT(
      errors_of("include: [gone.yaml]\nsede: 1\nworkflows:\n  w:\n    nodes:\n"
                "      a: {task: {runtime: cpu, action: x}, timeout: soon}\n"
                "      b: {subworkflow: child, after: [a, z], when: .nodes.z.output}\n"
                "traffic: {steady: {limit: 5}}\n"),
      ElementsAre(HasSubstr("1:11: cannot read 'gone.yaml'"), HasSubstr("2:1: unknown key 'sede'"),
                  HasSubstr("6:53: expected a duration")));
}

TEST(Includes, AreBoundedInNumber) {
  // Each file includes the next one twice.
  std::map<std::string, std::string> files;
  for (int i = 0; i < 60; ++i)
    files[fmt::format("{}.yaml", i)] = fmt::format("include: [{0}.yaml, {0}.yaml]\n", i + 1);
  files["60.yaml"] = "x: 1\n";
  EXPECT_THAT(merged("include: 0.yaml\n", files), HasSubstr("more than 100 files are included"));
}

}  // namespace
}  // namespace gnomon::scenarios
