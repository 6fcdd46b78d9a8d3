#include "scenarios/checker/trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "scenarios/checker/definitions.h"
#include "scenarios/runner/run.h"
#include "sim/oracles/watch.h"

namespace gnomon::scenarios {
namespace {

/// The watch, and the definitions that it asks for.
class Witness final : public CommitListener {
 public:
  explicit Witness(CommitListener* first)
      : first_(first),
        watch_([this](ShardId shard, DefinitionId id) { return definitions_.find(shard, id); }) {}

  void committed(const Commit& commit) override {
    if (first_ != nullptr) first_->committed(commit);
    for (const DefinitionRow& row : commit.definitions) definitions_.hear(commit.shard, row);
    watch_.committed(commit);
  }
  sim::Watch& watch() { return watch_; }

 private:
  CommitListener* first_;
  Definitions definitions_;
  sim::Watch watch_;
};

/// Whether all faults are over with the horizon.
bool is_calm_at_last(const Scenario& scenario) {
  return std::ranges::all_of(scenario.faults, [&](const FaultRule& rule) {
    return rule.lasting && *rule.lasting <= scenario.horizon &&
           rule.at <= scenario.horizon - *rule.lasting;
  });
}

void judge(const std::vector<sim::Violation>& violations, TrialResult& result) {
  for (const sim::Violation& violation : violations) {
    const Verdict verdict =
        violation.property == sim::Property::kSafety ? Verdict::kSafety : Verdict::kLiveness;
    if (verdict >= result.verdict) continue;
    result.verdict = verdict;
    result.oracle = violation.oracle;
    result.event = violation.event;
    result.what = violation.what;
    if (violation.workflow != WorkflowId::kNone) {
      const std::string node =
          violation.node == kNoNode ? "" : fmt::format(" node {}", violation.node);
      result.what =
          fmt::format("workflow {}{}: {}", value_of(violation.workflow), node, violation.what);
    }
  }
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kCrash:
      return "crash";
    case Verdict::kSafety:
      return "safety";
    case Verdict::kDeterminism:
      return "determinism";
    case Verdict::kLiveness:
      return "liveness";
    case Verdict::kPassed:
      return "passed";
  }
  return "";
}

Expected<TrialResult> try_once(Scenario scenario, const TrialOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  TrialResult result{.seed = options.seed, .faults_drawn = scenario.faults.size()};
  scenario.drain = kTimeToEnd;
  Witness witness(options.listener);
  RunOptions run_options;
  run_options.seed = options.seed;
  run_options.listener = &witness;
  run_options.watch = &witness.watch();
  Expected<RunReport> report = run(scenario, run_options);
  if (!report) return std::unexpected(report.error());
  result.digest = report->digest.to_string();
  result.events = report->events;
  result.simulated_seconds = static_cast<double>((report->ended - report->began).count()) / 1e9;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i)
    result.faults_struck += static_cast<std::uint64_t>(
        report->metrics->number("faults", std::to_string(i)).value_or(0));
  judge(witness.watch().end({report->ended, is_calm_at_last(scenario)}), result);
  if (options.twice) {
    run_options.listener = nullptr;
    run_options.watch = nullptr;
    const Expected<RunReport> again = run(scenario, run_options);
    if (!again) return std::unexpected(again.error());
    if (again->digest != report->digest && result.verdict > Verdict::kDeterminism) {
      result.verdict = Verdict::kDeterminism;
      result.oracle = "digest";
      result.what =
          fmt::format("the same run again gave {} after {} events, not {} after {}",
                      again->digest.to_string(), again->events, result.digest, result.events);
    }
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return result;
}

}  // namespace gnomon::scenarios
