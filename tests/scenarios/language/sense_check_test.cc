#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/language/load_text.h"

namespace gnomon::scenarios {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> errors_of_fault(const std::string& fault) {
  return errors_of("runtimes: {cpu: {}, gpu0: {}}\nengine: {shards: 2}\nfaults: [" + fault + "]");
}

TEST(FaultWhere, MustHaveSomethingToHurt) {
  EXPECT_THAT(errors_of_fault("{what: runtime_down, where: gpu*}"), IsEmpty());
  EXPECT_THAT(errors_of_fault("{what: crash, where: '1'}"), IsEmpty());
  EXPECT_THAT(errors_of_fault("{what: store_down}"), IsEmpty());
  EXPECT_THAT(errors_of_fault("{what: runtime_down, where: cpuu}"),
              ElementsAre("s.yaml:3:38: 'cpuu' is no runtime (did you mean 'cpu'?)"));
  EXPECT_THAT(errors_of_fault("{what: worker_lost, where: 'tpu*'}"),
              ElementsAre("s.yaml:3:37: 'tpu*' is no runtime; there are cpu, gpu0"));
  EXPECT_THAT(errors_of_fault("{what: crash, where: '2'}"),
              ElementsAre("s.yaml:3:31: '2' is no shard; there are 0, 1"));
  EXPECT_THAT(errors_of_fault("{what: sink_down}"),
              ElementsAre("s.yaml:3:17: there is no subscriber that this fault could hurt"));
}

TEST(FaultWhere, IsToldWhatThereIs) {
  const auto told = [](int shards) {
    return errors_of(
        fmt::format("engine: {{shards: {}}}\nfaults: [{{what: crash, where: x}}]", shards));
  };
  EXPECT_THAT(told(1), ElementsAre("s.yaml:2:31: 'x' is no shard; there is only 0"));
  EXPECT_THAT(told(9),
              ElementsAre("s.yaml:2:31: 'x' is no shard; there are 0, 1, 2, 3, 4, 5, 6, 7, ..."));
}

std::vector<std::string> errors_of_units(const std::string& runtime, int units) {
  return errors_of(
      fmt::format("runtimes: {{r: {}}}\nworkflows: {{w: {{nodes: {{a: {{task: "
                  "{{runtime: r, action: x, units: {}}}}}}}}}}}",
                  runtime, units));
}

TEST(TaskUnits, AreRefusedWhereTheyCanNeverBeHad) {
  EXPECT_THAT(errors_of_units("{units_per_worker: 2, otherwise: 1s}", 5),
              ElementsAre("s.yaml:2:66: it can never run: it needs 5 units at once, and runtime "
                          "'r' has 2 ('workers' x 'units_per_worker')"));
  EXPECT_THAT(errors_of_units("{workers: 3, units_per_worker: 2, otherwise: 1s}", 5), IsEmpty());
  EXPECT_THAT(errors_of_units("{process: {slots: 8}}", 8), IsEmpty());
  EXPECT_THAT(errors_of_units("{process: {slots: 8}}", 9), testing::SizeIs(1));
}

TEST(Signals, ThatAClientSendsAreThoseThatItsWorkflowWaitsFor) {
  const auto errors = [](const std::string& nodes, const std::string& more) {
    return errors_of("workflows: {w: {nodes: {" + nodes + "}}}\n" + more);
  };
  const std::string waits = "a: {wait: {signal: approved}}, b: {wait: {signal: denied}}";
  const auto follow_up = [](const std::string& signal) {
    return "traffic: {t: {workflow: w, follow_ups: [{after: 1s, do: pause}, {after: 1s, signal: " +
           signal + "}]}}";
  };
  EXPECT_THAT(errors(waits, follow_up("approved")), IsEmpty());
  EXPECT_THAT(
      errors(waits, follow_up("aproved")),
      ElementsAre("s.yaml:2:85: no node of workflow 'w' waits for the signal 'aproved' (did "
                  "you mean 'approved'?)"));
  EXPECT_THAT(errors(waits, follow_up("go")),
              ElementsAre("s.yaml:2:85: no node of workflow 'w' waits for the signal 'go'; there "
                          "are approved, denied"));
  EXPECT_THAT(errors("a: {pass: {}}", follow_up("go")),
              ElementsAre("s.yaml:2:85: no node of workflow 'w' waits for the signal 'go'; there "
                          "is none"));
  EXPECT_THAT(
      errors(waits,
             "tests: {t: {workflow: w, steps: [{at: 1s, signal: aproved}], expect: "
             "{outcome: succeeded}}}"),
      ElementsAre("s.yaml:2:51: no node of workflow 'w' waits for the signal 'aproved' (did "
                  "you mean 'approved'?)"));
}

TEST(CustomNodes, OfAKindThatNothingBringsAreTold) {
  EXPECT_THAT(errors_of("workflows: {w: {nodes: {a: {custom: {kind: approval}}}}}"),
              ElementsAre("s.yaml:1:44: unknown kind of node 'approval': this program brings none "
                          "of its own"));
}

TEST(CustomNodes, AreOfTheKindsThatTheProgramBrings) {
  const MemoryFiles files(
      {{"s.yaml", "workflows: {w: {nodes: {a: {custom: {kind: approval, params: 7}}}}}"},
       {"far.yaml", "workflows: {w: {nodes: {a: {custom: {kind: robot}}}}}"},
       {"near.yaml", "workflows: {w: {nodes: {a: {custom: {kind: aproval}}}}}"}});
  const std::vector<std::string> kinds = {"vote", "approval"};
  const auto load = [&](const char* file) { return load_scenario(file, {}, files, {}, kinds); };
  const auto scenario = load("s.yaml");
  ASSERT_TRUE(scenario) << scenario.error().to_string();
  const auto& work = std::get<CustomSpec>(scenario->workflows.front()->spec(0).work);
  EXPECT_EQ(work.kind, "approval");
  EXPECT_EQ(work.params.text(), "7");
  EXPECT_THAT(
      load("far.yaml").error().to_string(),
      testing::HasSubstr("unknown kind of node 'robot': this program brings approval, vote"));
  EXPECT_THAT(load("near.yaml").error().to_string(),
              testing::HasSubstr("'aproval' (did you mean 'approval'?)"));
}

TEST(Tenants, HaveNamesThatNoBillIsTakenForAnothers) {
  EXPECT_THAT(errors_of("tenants: {ads: {}, org.ads: {}}"), IsEmpty());
  EXPECT_THAT(errors_of("tenants: {ads: {}, org/ads: {}, default: {}}"),
              ElementsAre("s.yaml:1:20: 'org/ads' cannot name a tenant: '/' divides tenant from "
                          "runtime, as in bill(ads/gpu)",
                          "s.yaml:1:33: 'default' stands for those who name no tenant, and what "
                          "holds for them is under 'defaults' of 'engine'; name this tenant "
                          "otherwise"));
}

TEST(Tenants, OfATraceAreDeclaredLikeAllOthers) {
  EXPECT_THAT(
      errors_of("workflows: {w: {nodes: {a: {pass: {}}}}}\ntenants: {org: {}}\ntraffic: {t: "
                "{workflow: w, arrivals: {trace: {file: t.csv, column: s, tenant: who}}}}",
                {}, {{"t.csv", "s,who\n1,org/ads\n2,default\n3,org\n"}}),
      ElementsAre(testing::HasSubstr("unknown tenant 'default'"),
                  testing::HasSubstr("unknown tenant 'org/ads'")));
}

TEST(FileSinks, NeedAFileEach) {
  EXPECT_THAT(errors_of("subscribers:\n"
                        "  a: {sink: {file: out/e.json}}\n"
                        "  b: {sink: {file: {path: ./out//e.json}}}\n"
                        "  c: {sink: {file: out/c.json}}\n"),
              ElementsAre("s.yaml:3:27: subscriber 'a' writes to './out//e.json' already: a sink "
                          "needs a file of its own"));
}

TEST(After, NamesANodeOnce) {
  EXPECT_THAT(errors_of("workflows:\n  w:\n    nodes:\n      a: {pass: {}}\n"
                        "      b: {pass: {}, after: [a, a]}"),
              ElementsAre("s.yaml:5:32: node 'a' stands here twice"));
}

}  // namespace
}  // namespace gnomon::scenarios
