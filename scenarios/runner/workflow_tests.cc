#include "scenarios/runner/workflow_tests.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "engine/model/definition.h"
#include "scenarios/runner/simulated_run.h"

namespace gnomon::scenarios {
namespace {

/// Notes what becomes of the workflow under test.
class Witness final : public CommitListener {
 public:
  void committed(const Commit& commit) override {
    for (const WorkflowRow& row : commit.workflows) {
      if (row.parent.workflow == WorkflowId::kNone) workflow = row;
    }
    for (const NodeRow& row : commit.nodes) {
      if (row.workflow == workflow.id || workflow.id == WorkflowId::kNone) nodes[row.node] = row;
    }
    for (const Event& event : commit.events) {
      if (event.kind == EventKind::kNodeEnded && event.workflow == workflow.id) {
        ended[event.node] = ++ended_count;
      }
    }
  }

  WorkflowRow workflow;
  std::map<NodeIndex, NodeRow> nodes;
  std::map<NodeIndex, std::size_t> ended;  ///< position among the ends
  std::size_t ended_count = 0;
};

sim::FollowUp follow_up(const WorkflowTest::Step& step) {
  using Kind = WorkflowTest::Step::Kind;
  sim::FollowUp follow_up;
  switch (step.kind) {
    case Kind::kSignal:
      follow_up.kind = sim::FollowUp::Kind::kSignal;
      break;
    case Kind::kCancel:
      follow_up.kind = sim::FollowUp::Kind::kCancel;
      break;
    case Kind::kPause:
      follow_up.kind = sim::FollowUp::Kind::kPause;
      break;
    case Kind::kResume:
      follow_up.kind = sim::FollowUp::Kind::kResume;
      break;
    case Kind::kRetry:
      follow_up.kind = sim::FollowUp::Kind::kRetry;
      break;
  }
  follow_up.after = sim::Distribution::constant(static_cast<double>(step.at.count()))
                        .value_or(sim::Distribution{});
  follow_up.signal = step.signal;
  follow_up.payload = step.payload;
  return follow_up;
}

/// The scenario that the test amounts to: one start, and the client's steps.
Scenario scenario_of(const Scenario& scenario, const WorkflowTest& test) {
  Scenario alone = scenario;
  alone.thresholds.clear();
  alone.schedules.clear();
  alone.faults.clear();
  alone.subscribers.clear();
  alone.routes.clear();
  alone.engine.shards = 1;
  alone.horizon = Duration{1};
  alone.drain = std::chrono::hours(24 * 365 * 100);
  sim::Traffic traffic;
  traffic.name = test.name;
  traffic.workflow = test.workflow;
  traffic.input = test.input;
  if (!test.tenant.empty()) traffic.tenants = {test.tenant};
  for (const WorkflowTest::Step& step : test.steps) traffic.follow_ups.push_back(follow_up(step));
  alone.traffic = {std::move(traffic)};
  for (const auto& [node, behaviour] : test.mocks) alone.nodes[{test.workflow, node}] = behaviour;
  return alone;
}

std::string_view outcome_of(const NodeRow* row) {
  if (row == nullptr) return "PENDING";
  if (row->phase != NodePhase::kFinished) return to_string(row->phase);
  return to_string(static_cast<Outcome>(row->outcome));
}

class Check {
 public:
  Check(const Definition& definition, const Witness& witness, TestResult& result)
      : definition_(definition), witness_(witness), result_(result) {}

  void workflow(const WorkflowTest& test) {
    const WorkflowRow& row = witness_.workflow;
    const bool over = row.phase == WorkflowPhase::kFinished && row.id != WorkflowId::kNone;
    const std::string_view outcome =
        over ? to_string(static_cast<Outcome>(row.outcome)) : std::string_view{"not ended"};
    if (test.outcome && outcome != to_string(*test.outcome)) {
      fail("the workflow ended as {}, expected {}{}", outcome, to_string(*test.outcome),
           row.reason.empty() ? "" : fmt::format(" ({})", row.reason.text()));
    }
    if (test.output && row.output.json() != test.output->json()) {
      fail("the workflow's output is {}, expected {}", row.output.json(), test.output->json());
    }
  }

  void node(const std::string& name, const WorkflowTest::NodeExpectation& expected) {
    const NodeRow* row = find(name);
    if (expected.outcome && outcome_of(row) != to_string(*expected.outcome)) {
      fail("'{}' is {}, expected {}{}", name, outcome_of(row), to_string(*expected.outcome),
           row == nullptr || row->reason.empty() ? "" : fmt::format(" ({})", row->reason.text()));
    }
    const std::uint32_t attempts = row == nullptr ? 0 : row->attempt;
    if (expected.attempts && attempts != *expected.attempts) {
      fail("'{}' took {} attempts, expected {}", name, attempts, *expected.attempts);
    }
    const Payload output = row == nullptr ? Payload{} : row->output;
    if (expected.output && output.json() != expected.output->json()) {
      fail("the output of '{}' is {}, expected {}", name, output.json(), expected.output->json());
    }
  }

  void order(const std::vector<std::string>& names) {
    for (std::size_t i = 0; i + 1 < names.size(); ++i) {
      const std::size_t first = position(names[i]);
      const std::size_t second = position(names[i + 1]);
      const auto missing = [&](const std::string& name, std::size_t at) {
        const bool skipped = at > 0 && outcome_of(find(name)) == to_string(Outcome::kSkipped);
        if (at > 0 && !skipped) return false;
        fail("'{}' {}, expected '{}' before '{}'", name, skipped ? "was skipped" : "never ended",
             names[i], names[i + 1]);
        return true;
      };
      if (missing(names[i], first) || missing(names[i + 1], second)) continue;
      if (first > second) {
        fail("'{}' ended after '{}', expected it before", names[i], names[i + 1]);
      }
    }
  }

  void not_run(const std::string& name) {
    const NodeRow* row = find(name);
    if (row != nullptr && (row->attempt > 0 || outcome_of(row) == "succeeded")) {
      fail("'{}' ran and is {}, expected it not to run", name, outcome_of(row));
    }
  }

 private:
  template <typename... Arguments>
  void fail(fmt::format_string<const Arguments&...> format, const Arguments&... arguments) {
    result_.failures.push_back(fmt::format(format, arguments...));
  }
  const NodeRow* find(const std::string& name) const {
    const auto index = definition_.find(name);
    if (!index) return nullptr;
    const auto row = witness_.nodes.find(*index);
    return row == witness_.nodes.end() ? nullptr : &row->second;
  }
  std::size_t position(const std::string& name) const {
    const auto index = definition_.find(name);
    if (!index) return 0;
    const auto ended = witness_.ended.find(*index);
    return ended == witness_.ended.end() ? 0 : ended->second;
  }

  const Definition& definition_;
  const Witness& witness_;
  TestResult& result_;
};

}  // namespace

Expected<TestResult> run_test(const Scenario& scenario, const WorkflowTest& test) {
  const auto definition =
      std::find_if(scenario.workflows.begin(), scenario.workflows.end(),
                   [&](const DefinitionPtr& each) { return each->name() == test.workflow; });
  if (definition == scenario.workflows.end())
    return invalid(fmt::format("there is no workflow '{}'", test.workflow));
  TestResult result{test.name, {}, {}};
  Witness witness;
  RunOptions options;
  options.listener = &witness;
  const Scenario alone = scenario_of(scenario, test);
  const auto report = run_simulated(alone, options);
  if (!report) return std::unexpected(report.error());
  if (report->refused_starts > 0) {
    result.failures.push_back("the workflow was not started: " + report->refused_because);
    return result;
  }
  result.length = report->ended - report->began;
  Check check(**definition, witness, result);
  check.workflow(test);
  for (const auto& [name, expected] : test.nodes) check.node(name, expected);
  for (const auto& names : test.order) check.order(names);
  for (const std::string& name : test.not_run) check.not_run(name);
  return result;
}

}  // namespace gnomon::scenarios
