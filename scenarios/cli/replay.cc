#include <fmt/format.h>

#include <memory>

#include "reports/text/escape.h"
#include "reports/text/units.h"
#include "scenarios/checker/trial.h"
#include "scenarios/cli/check_output.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/scenario_input.h"

namespace gnomon::cli {
namespace {

struct ReplayArguments {
  ScenarioInput input;
  std::uint64_t until_event = 0;
  bool trace = false;
};

/// Prints every durable event as it comes.
class Trace final : public CommitListener {
 public:
  explicit Trace(std::uint64_t until) : until_(until) {}

  void committed(const Commit& commit) override {
    for (const Event& event : commit.events) {
      if (until_ == 0 || event.sequence <= until_) print(event);
    }
  }

 private:
  static void print(const Event& event) {
    std::string line = fmt::format("{:>8}  {}  {:<22}", event.sequence, reports::iso_time(event.at),
                                   to_string(event.kind));
    if (event.workflow != WorkflowId::kNone)
      line += fmt::format(" workflow {}", workflow_label(event.workflow));
    if (event.node != kNoNode) line += fmt::format(" node {}", event.node);
    if (event.attempt != 0) line += fmt::format(" attempt {}", event.attempt);
    if (event.outcome != 0)
      line += fmt::format(" {}", to_string(static_cast<Outcome>(event.outcome)));
    if (!event.text.empty()) line += ' ' + reports::clean(event.text.text());
    fmt::print("{}\n", line);
  }

  std::uint64_t until_;
};

void execute(const ReplayArguments& arguments) {
  const scenarios::Scenario scenario = arguments.input.load();
  Trace trace(arguments.until_event);
  const bool traces = arguments.trace || arguments.until_event != 0;
  auto result = scenarios::try_once(
      scenario, {.seed = scenario.seed, .twice = true, .listener = traces ? &trace : nullptr});
  if (!result) stop(kUsage, result.error().message);
  fmt::print("{}: seed {}, {} events, {} faults struck, digest {}\n", scenario.name, result->seed,
             reports::human_count(result->events), reports::human_count(result->faults_struck),
             result->digest);
  if (result->verdict == scenarios::Verdict::kPassed) {
    fmt::print("  nothing broke\n");
  } else {
    fmt::print("  {} ({}): {}\n", to_string(result->verdict), result->oracle,
               reports::clean(result->what));
    if (result->event != 0)
      fmt::print("  at event {} (--until-event {})\n", result->event, result->event);
  }
  leave_as(result->verdict);
}

}  // namespace

void add_replay(CLI::App& app) {
  auto* command =
      app.add_subcommand("replay", "Runs a case of 'check' again, all promises watched");
  auto arguments = std::make_shared<ReplayArguments>();
  arguments->input.add_to(*command);
  command->add_flag("--trace", arguments->trace, "Print every event");
  command->add_option("--until-event", arguments->until_event,
                      "Print the events of each shard up to this number");
  command->footer("Exit codes as of 'check'.\nExample:\n  gnomon replay case-17.yaml --trace");
  command->callback([arguments] { execute(*arguments); });
}

}  // namespace gnomon::cli
