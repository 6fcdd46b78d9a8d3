#include <fmt/format.h>

#include <memory>

#include "reports/text/escape.h"
#include "reports/text/json_writer.h"
#include "reports/text/units.h"
#include "scenarios/checker/trial.h"
#include "scenarios/cli/check_output.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/event_text.h"
#include "scenarios/cli/scenario_input.h"

namespace gnomon::cli {
namespace {

struct ReplayArguments {
  ScenarioInput input;
  std::uint64_t until_event = 0;
  bool trace = false;
  bool json = false;
};

/// Prints every durable event as it comes.
class Trace final : public CommitListener {
 public:
  explicit Trace(std::uint64_t until) : until_(until) {}

  void committed(const Commit& commit) override {
    for (const DefinitionRow& row : commit.definitions) names_.add(commit.shard, row);
    for (const WorkflowRow& row : commit.workflows) names_.add(row);
    for (const Event& event : commit.events) {
      if (until_ == 0 || event.sequence <= until_) fmt::print("{}\n", to_line(event, names_));
    }
  }

 private:
  EventNames names_;
  std::uint64_t until_;
};

std::string to_text(const std::string& scenario, const scenarios::TrialResult& result) {
  std::string text = fmt::format("{}: seed {}, {} events, {} faults struck, digest {}\n", scenario,
                                 result.seed, reports::human_count(result.events),
                                 reports::human_count(result.faults_struck), result.digest);
  if (result.verdict == scenarios::Verdict::kPassed) return text + "  nothing broke\n";
  text += fmt::format("  {} ({}): {}\n", to_string(result.verdict), result.oracle,
                      reports::clean(result.what));
  if (result.event != 0)
    text += fmt::format("  at event {} (--until-event {})\n", result.event, result.event);
  return text;
}

std::string to_json(const std::string& scenario, const scenarios::TrialResult& result) {
  reports::JsonWriter json(2);
  json.begin_object()
      .member("format", "gnomon.replay/1")
      .member("scenario", scenario)
      .member("verdict", to_string(result.verdict))
      .member("seed", result.seed)
      .member("events", result.events)
      .member("faults_struck", result.faults_struck)
      .member("digest", result.digest);
  if (result.verdict != scenarios::Verdict::kPassed) {
    json.member("oracle", result.oracle).member("what", result.what);
    if (result.event != 0) json.member("event", result.event);
  }
  json.end_object();
  return json.take() + '\n';
}

void execute(const ReplayArguments& arguments) {
  const scenarios::Scenario scenario = arguments.input.load();
  Trace trace(arguments.until_event);
  const bool traces = arguments.trace || arguments.until_event != 0;
  auto result = scenarios::try_once(
      scenario, {.seed = scenario.seed, .twice = true, .listener = traces ? &trace : nullptr});
  if (!result) stop(kUsage, result.error().message);
  write_output("-",
               arguments.json ? to_json(scenario.name, *result) : to_text(scenario.name, *result));
  leave_as(result->verdict);
}

}  // namespace

void add_replay(CLI::App& app) {
  auto* command =
      app.add_subcommand("replay", "Runs a case of 'check' again, all promises watched");
  auto arguments = std::make_shared<ReplayArguments>();
  arguments->input.add_to(*command);
  auto* trace = command->add_flag("--trace", arguments->trace, "Print every event");
  auto* until = command->add_option("--until-event", arguments->until_event,
                                    "Print the events of each shard up to this number");
  command->add_flag("--json", arguments->json, "Print the result as JSON")
      ->excludes(trace)
      ->excludes(until);
  command->footer("Exit codes as of 'check'.\nExample:\n  gnomon replay case-17.yaml --trace");
  command->callback([arguments] { execute(*arguments); });
}

}  // namespace gnomon::cli
