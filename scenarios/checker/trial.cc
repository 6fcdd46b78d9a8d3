#include "scenarios/checker/trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "engine/base/digest.h"
#include "scenarios/checker/definitions.h"
#include "scenarios/runner/run.h"
#include "sim/oracles/watch.h"

namespace gnomon::scenarios {
namespace {

/// Hears a run, and the same again, and keeps the first event that is another one.
class Repetition final : public CommitListener {
 public:
  void begin_again() {
    digest_ = {};
    repeats_ = true;
  }
  void committed(const Commit& commit) override {
    for (const Event& event : commit.events) {
      digest_.add(static_cast<const EventFacts*>(&event), sizeof(EventFacts));
      digest_.add(event.text.text());
      if (!repeats_) {
        until_.push_back(digest_.low());
      } else if (!other_) {
        if (at_ >= until_.size() || until_[at_] != digest_.low()) other_ = event;
        ++at_;
      }
    }
  }
  /// Nothing: it went as before, as far as it went.
  const std::optional<Event>& other() const { return other_; }

 private:
  Digest digest_;
  std::vector<std::uint64_t> until_;  // the digest of all events until then, of the first run
  std::size_t at_ = 0;
  bool repeats_ = false;
  std::optional<Event> other_;
};

/// The watch, and the definitions that it asks for.
class Witness final : public CommitListener {
 public:
  Witness(CommitListener* first, CommitListener* second)
      : first_(first),
        second_(second),
        watch_([this](ShardId shard, DefinitionId id) { return definitions_.find(shard, id); }) {}

  void committed(const Commit& commit) override {
    if (first_ != nullptr) first_->committed(commit);
    if (second_ != nullptr) second_->committed(commit);
    for (const DefinitionRow& row : commit.definitions) definitions_.hear(commit.shard, row);
    watch_.committed(commit);
  }
  sim::Watch& watch() { return watch_; }

 private:
  CommitListener* first_;
  CommitListener* second_;
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

/// "workflow 1-7 node 'load'": as `gnomon show` calls them.
std::string place_of(const sim::Violation& violation, const sim::History& history) {
  if (violation.workflow == WorkflowId::kNone) return {};
  const ShardId shard = shard_of(violation.workflow);
  std::string place = fmt::format("workflow {}{}", shard == 0 ? "" : fmt::format("{}-", shard),
                                  sequence_of(violation.workflow));
  if (violation.node == kNoNode) return place + ": ";
  const sim::WorkflowHistory* workflow = history.find(violation.workflow);
  const bool known = workflow != nullptr && workflow->definition &&
                     violation.node < workflow->definition->node_count();
  return place + (known
                      ? fmt::format(" node '{}': ", workflow->definition->node_name(violation.node))
                      : fmt::format(" node {}: ", violation.node));
}

void judge(const std::vector<sim::Violation>& violations, const sim::History& history,
           TrialResult& result) {
  for (const sim::Violation& violation : violations) {
    const Verdict verdict =
        violation.property == sim::Property::kSafety ? Verdict::kSafety : Verdict::kLiveness;
    if (verdict >= result.verdict) continue;
    result.verdict = verdict;
    result.oracle = violation.oracle;
    result.event = violation.event;
    result.workflow = violation.workflow;
    result.node = violation.node;
    result.what = place_of(violation, history) + violation.what;
  }
}

std::string first_difference(const Repetition& repetition) {
  if (!repetition.other()) return {};
  const Event& event = *repetition.other();
  return fmt::format("; the first that is another one is event {} of shard {}, {}", event.sequence,
                     event.shard, to_string(event.kind));
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
  Repetition repetition;
  Witness witness(options.listener, options.twice ? &repetition : nullptr);
  RunOptions run_options;
  run_options.seed = options.seed;
  run_options.listener = &witness;
  run_options.watch = &witness.watch();
  run_options.struck = options.struck;
  run_options.spared = options.spared;
  run_options.record = options.record;
  Expected<RunReport> report = run(scenario, run_options);
  if (!report) return std::unexpected(report.error());
  result.digest = report->digest.to_string();
  result.events = report->events;
  result.simulated_seconds = static_cast<double>((report->ended - report->began).count()) / 1e9;
  for (std::size_t i = 0; i < scenario.faults.size(); ++i)
    result.faults_struck += static_cast<std::uint64_t>(
        report->metrics->number("faults", std::to_string(i)).value_or(0));
  const auto violations = witness.watch().end({report->ended, is_calm_at_last(scenario)});
  judge(violations, witness.watch().history(), result);
  if (options.twice) {
    repetition.begin_again();
    run_options.listener = &repetition;
    run_options.watch = nullptr;
    run_options.struck = nullptr;
    run_options.record.clear();
    const Expected<RunReport> again = run(scenario, run_options);
    if (!again) return std::unexpected(again.error());
    if (again->digest != report->digest && result.verdict > Verdict::kDeterminism) {
      result.verdict = Verdict::kDeterminism;
      result.oracle = "digest";
      result.what = fmt::format("the same run again gave {} after {} events, not {} after {}{}",
                                again->digest.to_string(), again->events, result.digest,
                                result.events, first_difference(repetition));
      if (repetition.other()) result.event = repetition.other()->sequence;
    }
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return result;
}

}  // namespace gnomon::scenarios
