#include "scenarios/language/workflow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/language/load_text.h"

namespace gnomon::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The definition of a workflow "w" with these nodes, in a scenario that knows the runtime "r" and
/// the workflow "other".
DefinitionPtr nodes(const std::string& text) {
  const Scenario scenario = loaded(
      "runtimes: {r: {workers: 8, otherwise: 1s}}\nworkflows:\n  other: {nodes: {x: {pass: {}}}}\n "
      " w:\n    "
      "nodes:\n" +
      text);
  return scenario.workflows.at(1);
}

template <typename Work>
const Work& work_of(const DefinitionPtr& definition, std::string_view node) {
  return std::get<Work>(definition->spec(definition->find(node).value()).work);
}

TEST(Workflow, SaysWhatATaskIs) {
  const DefinitionPtr w = nodes(
      "      train:\n"
      "        task: {runtime: r, action: train, units: 8, params: {epochs: 10, name: x}}\n"
      "        retry: {attempts: 3, delay: 10s, multiplier: 1.5, max_delay: 5m, jitter: 20%, on: "
      "[transient, lost]}\n"
      "        timeout: 6h\n"
      "        on_failure: CancelDependents\n"
      "        priority: -3\n"
      "        when: .input.go\n"
      "        input: {a: 1}\n"
      "        output: .result.loss\n");
  const TaskSpec& task = work_of<TaskSpec>(w, "train");
  EXPECT_EQ(task.runtime, "r");
  EXPECT_EQ(task.action, "train");
  EXPECT_EQ(task.units, 8u);
  EXPECT_EQ(task.params.text(), R"({"epochs":10,"name":"x"})");
  const NodeSpec& spec = w->spec(0);
  RetryPolicy retry;
  retry.max_attempts = 3;
  retry.initial_delay = 10s;
  retry.multiplier_percent = 150;
  retry.jitter_percent = 20;
  retry.retry_on = RetryPolicy::bit(ErrorClass::kTransient) | RetryPolicy::bit(ErrorClass::kLost);
  EXPECT_EQ(spec.retry, retry);
  EXPECT_EQ(spec.timeout, 6h);
  EXPECT_EQ(spec.on_failure, FailurePolicy::kCancelDependents);
  EXPECT_EQ(spec.priority, -3);
  EXPECT_EQ(spec.when->text(), ".input.go");
  EXPECT_EQ(spec.input->evaluate({}).value().text(), R"({"a":1})");
  EXPECT_EQ(spec.output->text(), ".result.loss");
}

TEST(Workflow, LeavesWhatIsNotSaidToTheTenant) {
  const DefinitionPtr w = nodes("      a: {pass: }\n");
  const NodeSpec& spec = w->spec(0);
  EXPECT_FALSE(spec.retry || spec.timeout || spec.when || spec.input || spec.output);
  EXPECT_EQ(spec.on_failure, FailurePolicy::kBlockDependents);
}

TEST(Workflow, TakesTheNumberOfAttemptsAlone) {
  EXPECT_EQ(nodes("      a: {pass: {}, retry: 4}\n")->spec(0).retry,
            (RetryPolicy{.max_attempts = 4}));
}

TEST(Workflow, MakesParametersOfAProcess) {
  const DefinitionPtr w = nodes(
      "      make: {task: {runtime: r, argv: [/usr/bin/make, -j, 4], env: {CC: gcc, N: 1}, cwd: "
      "/src, stdin: hi}}\n"
      "      line: {task: {runtime: r, shell: 'make | tee log', inherit_env: true, params: {x: "
      "1}}}\n");
  EXPECT_EQ(work_of<TaskSpec>(w, "make").action, "make");
  EXPECT_EQ(
      work_of<TaskSpec>(w, "make").params.text(),
      R"({"argv":["/usr/bin/make","-j","4"],"cwd":"/src","env":{"CC":"gcc","N":"1"},"stdin":"hi"})");
  EXPECT_EQ(work_of<TaskSpec>(w, "line").action, "shell");
  EXPECT_EQ(work_of<TaskSpec>(w, "line").params.text(),
            R"({"inherit_env":true,"shell":"make | tee log","x":1})");
}

TEST(Workflow, KnowsWaits) {
  const DefinitionPtr w = nodes(
      "      a: {wait: 5m}\n"
      "      b: {wait: {signal: go, until: 2026-02-01}}\n"
      "      c: {wait: {until: '.input.at + 60'}}\n");
  EXPECT_EQ(work_of<WaitSpec>(w, "a").interval, 5min);
  EXPECT_EQ(work_of<WaitSpec>(w, "b").signal, "go");
  EXPECT_EQ(to_ns(work_of<WaitSpec>(w, "b").until.value()), 1'769'904'000'000'000'000);
  EXPECT_EQ(work_of<WaitSpec>(w, "c").until_expression->text(), ".input.at + 60");
}

TEST(Workflow, MakesBranchesWaitForTheirCondition) {
  const DefinitionPtr w = nodes(
      "      one: {condition: {when: .input.x, then: a, else: [b, c]}}\n"
      "      two: {condition: {cases: [{when: '.input.y > 1', then: [a]}, {when: 'true', then: "
      "[]}]}}\n"
      "      a: {pass: {}}\n"
      "      b: {pass: {}}\n"
      "      c: {pass: {}}\n");
  EXPECT_THAT(w->dependencies(2), ElementsAre(0, 1));
  EXPECT_THAT(w->branches(0)[0], ElementsAre(2));
  EXPECT_THAT(w->branches(0)[1], ElementsAre(3, 4));
  ASSERT_EQ(w->branches(1).size(), 3u);
  EXPECT_THAT(w->branches(1)[1], IsEmpty());
}

TEST(Workflow, KnowsLoopsMapsAndCustomKinds) {
  const DefinitionPtr w = nodes(
      "      loop: {loop: {body: other, while: '.output.loss > 1', max_iterations: 20}}\n"
      "      map: {map: {items: .input.list, body: {name: other, version: 1}, concurrency: 3, "
      "tolerated_failures: 1, reduce: other}}\n"
      "      list: {map: {items: [1, 2], body: other}}\n");
  EXPECT_EQ(work_of<LoopSpec>(w, "loop").max_iterations, 20u);
  EXPECT_EQ(work_of<LoopSpec>(w, "loop").while_expression->text(), ".output.loss > 1");
  const MapSpec& map = work_of<MapSpec>(w, "map");
  EXPECT_EQ(map.items.text(), ".input.list");
  EXPECT_EQ(map.body.version, "1");
  EXPECT_EQ(map.concurrency, 3u);
  EXPECT_EQ(map.tolerated_failures, 1u);
  EXPECT_EQ(map.reduce->name, "other");
  EXPECT_EQ(work_of<MapSpec>(w, "list").items.evaluate({}).value().text(), "[1,2]");
  const DefinitionPtr plugged =
      decode_workflow("p", R"({"nodes": {"c": {"custom": {"kind": "approval", "params": [1]}}}})")
          .value();
  EXPECT_EQ(work_of<CustomSpec>(plugged, "c").params.text(), "[1]");
}

TEST(Workflow, NamesDefinitionsInPlaceByThePathToThem) {
  const Scenario scenario = loaded(
      "runtimes: {r: {}}\n"
      "workflows:\n"
      "  w:\n"
      "    nodes:\n"
      "      sub: {subworkflow: {definition: {version: 7, nodes: {t: {task: {runtime: r, action: "
      "x}, simulate: 5s}}}}}\n"
      "      map:\n"
      "        map:\n"
      "          items: [1]\n"
      "          body: {definition: {nodes: {t: {pass: {}}}}}\n"
      "          reduce: {definition: {nodes: {sum: {task: {runtime: r, action: x}, simulate: "
      "1s}}}}\n");
  const DefinitionPtr& w = scenario.workflows.front();
  const WorkflowTarget& sub = work_of<SubworkflowSpec>(w, "sub").workflow;
  EXPECT_EQ(sub.name, "w/sub");
  EXPECT_EQ(sub.version, "7");
  EXPECT_EQ(sub.definition->name(), "w/sub");
  EXPECT_EQ(work_of<MapSpec>(w, "map").body.definition->name(), "w/map");
  EXPECT_EQ(work_of<MapSpec>(w, "map").reduce->definition->name(), "w/map/reduce");
  EXPECT_EQ(scenario.nodes.at({"w/sub", "t"}).duration.quantile(0.5), 5e9);
  EXPECT_EQ(scenario.nodes.at({"w/map/reduce", "sum"}).duration.quantile(0.5), 1e9);
}

TEST(Workflow, SharesOneSpecAmongNodesWithTheSameText) {
  const DefinitionPtr w = nodes(
      "      a: {task: {runtime: r, action: x}}\n"
      "      b: {task: {runtime: r, action: x}, after: a}\n"
      "      c: {task: {runtime: r, action: x}, after: [a, b]}\n"
      "      d: {task: {runtime: r, action: x, units: 2}, after: c}\n");
  EXPECT_EQ(w->spec_count(), 2u);
  EXPECT_THAT(w->dependencies(2), ElementsAre(0, 1));
}

TEST(Workflow, GeneratesTheGraphOfTheBenchmarkModel) {
  const Scenario scenario = loaded(
      "runtimes: {r: {}}\n"
      "workflows:\n"
      "  dag: {generate: {layers: 20, width: 1000, fan_in: 5, task: {runtime: r, action: step}, "
      "durations: [1s, 10s]}}\n"
      "  w3: {generate: {layers: 200, width: 100, fan_in: 2, edges: neighbours, pass: {}}}\n"
      "  chain: {generate: {layers: 100, pass: {}}}\n"
      "actions: {step: {failures: {transient: 1%}}}\n");
  const DefinitionPtr& dag = scenario.workflows[0];
  EXPECT_EQ(dag->node_count(), 20'000u);
  EXPECT_EQ(dag->edge_count(), 57'123u);
  EXPECT_EQ(dag->node_name(1'234), "l1_234");
  EXPECT_EQ(scenario.workflows[1]->edge_count(), 39'800u);
  EXPECT_THAT(scenario.workflows[1]->dependencies(199), ElementsAre(0, 99));
  EXPECT_EQ(scenario.workflows[2]->edge_count(), 99u);

  const sim::Behaviour& step = scenario.actions.at("step");
  ASSERT_EQ(step.duration_of_node.size(), 20'000u);
  // x := 42 * 6364136223846793005 + 1442695040888963407; 1 s + (x >> 11) mod 9 s
  const std::uint64_t x = 42 * 6364136223846793005ULL + 1442695040888963407ULL;
  EXPECT_EQ(step.duration_of_node[0],
            1s + Duration{static_cast<std::int64_t>((x >> 11) % 9'000'000'000)});
  EXPECT_EQ(step.failure_rate[static_cast<std::size_t>(ErrorClass::kTransient)], 0.01);
}

TEST(Workflow, IsDecodedFromItsSourceAsTheSame) {
  const Scenario scenario = loaded(
      "runtimes: {r: {otherwise: 1s}}\n"
      "workflows:\n"
      "  w:\n"
      "    version: 2.10\n"
      "    description: \"quotes \\\" and \\u2028 lines\"\n"
      "    timeout: 1d\n"
      "    output: {done: yes, n: 0o17}\n"
      "    nodes:\n"
      "      zeta: {task: {runtime: r, action: x, params: {a: [1, .5, ~]}}, retry: {attempts: 3, "
      "jitter: 0.5}}\n"
      "      alpha: {wait: 1h30m, after: zeta}\n"
      "      choose: {condition: {when: '.nodes.alpha.output == \"x\"', then: last}, after: "
      "[alpha]}\n"
      "      last: {subworkflow: {definition: {nodes: {in: {pass: }}}}}\n"
      "  g: {generate: {layers: 5, width: 7, fan_in: 3, task: {runtime: r, action: x}}}\n");
  for (const DefinitionPtr& definition : scenario.workflows) {
    const DefinitionPtr again =
        decode_workflow(definition->name(), definition->source().json()).value();
    EXPECT_EQ(again->source().text(), definition->source().text());
    EXPECT_EQ(again->name(), definition->name());
    EXPECT_EQ(again->version(), definition->version());
    EXPECT_EQ(again->timeout(), definition->timeout());
    EXPECT_EQ(again->output(), definition->output());
    EXPECT_EQ(again->spec_count(), definition->spec_count());
    ASSERT_EQ(again->node_count(), definition->node_count());
    for (NodeIndex node = 0; node < again->node_count(); ++node) {
      EXPECT_EQ(again->node_name(node), definition->node_name(node));
      EXPECT_EQ(again->spec(node).kind(), definition->spec(node).kind());
      EXPECT_EQ(again->spec(node).retry, definition->spec(node).retry);
      EXPECT_TRUE(std::ranges::equal(again->dependencies(node), definition->dependencies(node)));
    }
  }
  const DefinitionPtr inner =
      work_of<SubworkflowSpec>(scenario.workflows[0], "last").workflow.definition;
  EXPECT_EQ(decode_workflow(inner->name(), inner->source().json()).value()->name(), "w/last");
}

TEST(Workflow, OfBrokenSourceIsAnError) {
  EXPECT_THAT(decode_workflow("w", "{").error().message,
              HasSubstr("w:1:2: error: did not find expected node content"));
  EXPECT_THAT(decode_workflow("w", "{\"nodes\":{\"a\":{\"pas\":{}}}}").error().message,
              HasSubstr("w:1:16: error: unknown key 'pas' (did you mean 'pass'?)"));
  EXPECT_THAT(decode_workflow("w", "").error().message,
              HasSubstr("w:1:1: error: expected a map, found nothing"));
}

TEST(Workflow, WrittenNodeByNodeIsReadInTimeProportionalToItsSize) {
  std::string text = "runtimes: {r: {workers: 3, otherwise: 1s}}\nworkflows:\n  w:\n    nodes:\n";
  for (int i = 0; i < 20'000; ++i) {
    text += fmt::format("      task_{}:\n        task: {{runtime: r, action: step, units: {}}}\n",
                        i, 1 + i % 3);
    if (i >= 3) text += fmt::format("        after: [task_{}, task_{}]\n", i - 1, i - 3);
    text += fmt::format("        simulate: {{duration: {}ms}}\n", i % 977 + 1);
  }
  const Scenario scenario = loaded(text);
  EXPECT_EQ(scenario.workflows[0]->node_count(), 20'000u);
  EXPECT_EQ(scenario.workflows[0]->spec_count(), 3u);
  EXPECT_EQ(scenario.nodes.size(), 20'000u);
}

}  // namespace
}  // namespace gnomon::scenarios
