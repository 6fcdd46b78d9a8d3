#include "scenarios/language/object.h"
#include "scenarios/language/policy_types.h"
#include "scenarios/language/setting_types.h"
#include "scenarios/language/workload_types.h"

namespace gnomon::scenarios {
namespace {

using Step = WorkflowTest::Step;
using NodeExpectation = WorkflowTest::NodeExpectation;
using sim::Behaviour;

/// One ending for every attempt, or one after the other.
Type<Behaviour> mock_type() {
  return as<Behaviour>(one_or_many(attempt_type()), [](std::vector<Behaviour::Ending> endings) {
    Behaviour behaviour;
    behaviour.endings = std::move(endings);
    return behaviour;
  });
}

Type<Step> step_type() {
  Object<Step> object("Step", "What a client does.");
  object.field("at", &Step::at, duration(), "So long after the start.").required();
  object.field("signal", &Step::signal, text(256), "Sends this signal.");
  object.field("do", &Step::kind,
               one_of<Step::Kind>({{"cancel", Step::Kind::kCancel},
                                   {"pause", Step::Kind::kPause},
                                   {"resume", Step::Kind::kResume},
                                   {"retry", Step::Kind::kRetry}}),
               "Or does this; retry is RetryWorkflow.");
  object.field("payload", &Step::payload, json(), "Of the signal.");
  object.exactly_one({"signal", "do"});
  object.example("{at: 5m, signal: approved, payload: {by: alice}}");
  return std::move(object).type();
}

Type<NodeExpectation> node_expectation_type() {
  Object<NodeExpectation> object("NodeExpectation", "What must come of a node.");
  object.field("outcome", &NodeExpectation::outcome, outcome_type(), "How it ends.");
  object.field("attempts", &NodeExpectation::attempts, whole<std::uint32_t>(0, 1'000'000),
               "Attempts at its action.");
  object.field("output", &NodeExpectation::output, json(), "Its output.");
  return std::move(object).type();
}

Type<WorkflowTest> expectation_type() {
  Object<WorkflowTest> object("Expectation",
                              "What must come of the workflow; what is not said is not looked at.");
  object.field("outcome", &WorkflowTest::outcome, outcome_type(), "How it ends.");
  object.field("output", &WorkflowTest::output, json(), "Its output.");
  object.field("nodes", &WorkflowTest::nodes, map_by_name(node_expectation_type()),
               "What comes of nodes, by name.");
  object.field("order", &WorkflowTest::order, list_of(list_of(text(256), 2)),
               "Lists of nodes that run, and end in this order; one that is skipped does not.");
  object.field("not_run", &WorkflowTest::not_run, one_or_many(text(256)),
               "Nodes that are never started.");
  object.example(
      "{outcome: succeeded, nodes: {train: {attempts: 2}}, order: [[prepare, train]], not_run: "
      "rollback}");
  return std::move(object).type();
}

Type<WorkflowTest> make_workflow_test_type() {
  Object<WorkflowTest> object(
      "Test", "A unit test of a workflow: its tasks mocked, its client played, in virtual time.");
  object.field("workflow", &WorkflowTest::workflow, name_of(NameKind::kWorkflow), "The workflow.")
      .required();
  object.field("input", &WorkflowTest::input, json(), "Of the workflow.");
  object.field("tenant", &WorkflowTest::tenant, name_of(NameKind::kTenant),
               "Who asks; absent: the default tenant.");
  object.field("mocks", &WorkflowTest::mocks, map_by_name(mock_type()),
               "How tasks end, by node: every attempt, or in a list one after the other. A task "
               "without a mock "
               "behaves as the scenario says.");
  object.field("steps", &WorkflowTest::steps, list_of(step_type(), 0, 10'000),
               "What the client does.");
  object
      .field(
          "expect",
          [](WorkflowTest& test, WorkflowTest expected) {
            test.outcome = expected.outcome;
            test.output = std::move(expected.output);
            test.nodes = std::move(expected.nodes);
            test.order = std::move(expected.order);
            test.not_run = std::move(expected.not_run);
          },
          expectation_type(), "What must come of it.")
      .required();
  object.example(
      "workflow: release\n"
      "mocks: {build: [{error: transient}, {output: {size: 12}}]}\n"
      "steps: [{at: 5m, signal: approved}]\n"
      "expect: {outcome: succeeded, nodes: {build: {attempts: 2}}}\n");
  return std::move(object).type();
}

}  // namespace

const Type<WorkflowTest>& workflow_test_type() {
  static const Type<WorkflowTest> type = make_workflow_test_type();
  return type;
}

}  // namespace gnomon::scenarios
