#include "scenarios/checker/explain.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "reports/render/dag.h"
#include "reports/render/dag_picture.h"
#include "reports/text/escape.h"
#include "reports/text/json_writer.h"
#include "reports/text/units.h"
#include "scenarios/checker/swarm.h"
#include "scenarios/cli/check_output.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/interrupt.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/scenario_input.h"

namespace gnomon::cli {
namespace {

struct ExplainArguments {
  ScenarioInput input;
  std::string picture;
  bool json = false;
};

/// The run that breaks the promise, read back from a record of it.
reports::RunView record_of(scenarios::Scenario scenario) {
  scenario.record = scenarios::RecordLevel::kFull;
  std::string folder = (std::filesystem::temp_directory_path() / "gnomon-explain-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) stop(kFailed, "cannot make a temporary folder");
  const std::string record = folder + "/run.db";
  const auto result =
      scenarios::try_once(scenario, {.seed = scenario.seed, .twice = false, .record = record});
  reports::RunView run = result ? load_record(record) : reports::RunView{};
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  if (!result) stop(kUsage, result.error().message);
  return run;
}

std::string node_name(const reports::RunView& run, WorkflowId workflow, NodeIndex node) {
  const reports::WorkflowView* found = run.find(workflow);
  const bool known = found != nullptr && node < run.graph_of(*found).size();
  return known ? run.graph_of(*found).node(node).name : fmt::format("{}", node);
}

/// "attempt 2 of 'load' of workflow 7".
std::string what_of(const reports::RunView& run, const sim::StrikeNote& note) {
  if (!note.action) return fmt::format("operation {}", note.strike.number);
  return fmt::format("attempt {} of '{}' of workflow {}", note.action->attempt,
                     node_name(run, note.action->workflow, note.action->node),
                     workflow_label(note.action->workflow));
}

std::string to_text(const std::string& scenario, const scenarios::Explanation& explanation,
                    const reports::RunView& run) {
  const scenarios::TrialResult& result = explanation.result;
  std::string text = fmt::format("{}: {} ({}): {}\n", scenario, to_string(result.verdict),
                                 result.oracle, reports::clean(result.what));
  if (explanation.needed.empty()) {
    return text + fmt::format("  it breaks without any of the {} faults that struck\n",
                              explanation.strikes);
  }
  text += fmt::format("  of {} it takes {}; without {} nothing breaks ({} tried):\n",
                      reports::counted(explanation.strikes, "fault"), explanation.needed.size(),
                      explanation.needed.size() == 1 ? "it" : "them",
                      reports::counted(explanation.runs, "run"));
  for (const sim::StrikeNote& note : explanation.needed) {
    text += fmt::format("    {}  {} at {}: {}\n", reports::iso_time(note.at),
                        scenarios::name_of(note.what), reports::clean(note.place),
                        reports::clean(what_of(run, note)));
  }
  return text;
}

std::string to_json(const std::string& scenario, const scenarios::Explanation& explanation) {
  const scenarios::TrialResult& result = explanation.result;
  reports::JsonWriter json(2);
  json.begin_object()
      .member("format", "gnomon.explain/1")
      .member("scenario", scenario)
      .member("seed", result.seed)
      .member("verdict", to_string(result.verdict))
      .member("oracle", result.oracle)
      .member("what", result.what)
      .member("faults_struck", explanation.strikes)
      .member("runs", explanation.runs);
  json.key("needed").begin_array();
  for (const sim::StrikeNote& note : explanation.needed) {
    json.begin_object()
        .member("fault", scenarios::name_of(note.what))
        .member("place", note.place)
        .member("at", reports::iso_time(note.at))
        .member("rule", note.strike.rule);
    if (note.action) {
      json.member("workflow", workflow_label(note.action->workflow))
          .member("node", note.action->node)
          .member("attempt", note.action->attempt);
    }
    json.end_object();
  }
  json.end_array().end_object();
  return json.take() + '\n';
}

/// The workflow whose promise was broken, with what it took and where it broke at the names of its
/// nodes.
std::string draw(const scenarios::Explanation& explanation, const reports::RunView& run) {
  const scenarios::TrialResult& result = explanation.result;
  const reports::WorkflowView* broken = run.find(result.workflow);
  const reports::WorkflowView& workflow = broken == nullptr ? choose_workflow(run, "") : *broken;
  reports::Dag dag = reports::make_dag(run, workflow);
  dag.subtitle = fmt::format("{} ({}): {}", to_string(result.verdict), result.oracle,
                             reports::clean(result.what));
  for (const sim::StrikeNote& note : explanation.needed) {
    if (note.action && note.action->workflow == workflow.row.id)
      dag.nodes[note.action->node].name += fmt::format(" ⚡ {}", scenarios::name_of(note.what));
  }
  if (broken != nullptr && result.node < run.graph_of(workflow).size())
    dag.nodes[result.node].name += " ✗";
  return reports::draw_dag(dag);
}

void execute(const ExplainArguments& arguments) {
  const scenarios::Scenario scenario = arguments.input.load();
  keep_input(arguments.input.path, arguments.picture);
  const std::atomic<bool>& interrupted = watch_for_interrupts();
  const bool terminal = isatty(STDERR_FILENO) != 0;
  const auto tell = [&](std::size_t left) {
    if (terminal) fmt::print(stderr, "\r\x1b[K{} in question", reports::counted(left, "fault"));
  };
  const auto trial = [&](const scenarios::TrialOptions& options) {
    return scenarios::try_once(scenario, options);
  };
  const auto explanation = scenarios::explain(trial, scenario.seed, &interrupted, tell);
  if (terminal) fmt::print(stderr, "\r\x1b[K");
  if (!explanation) stop(kUsage, explanation.error().message);
  if (interrupted) leave(kInterrupted);
  if (explanation->result.verdict == scenarios::Verdict::kPassed) {
    write_output("-", arguments.json ? to_json(scenario.name, *explanation)
                                     : fmt::format("{}: nothing broke\n", scenario.name));
    return;
  }
  const reports::RunView run = record_of(scenario);
  if (!arguments.picture.empty()) write_output(arguments.picture, draw(*explanation, run));
  write_output("-", arguments.json ? to_json(scenario.name, *explanation)
                                   : to_text(scenario.name, *explanation, run));
  leave_as(explanation->result.verdict);
}

}  // namespace

void add_explain(CLI::App& app) {
  auto* command = app.add_subcommand(
      "explain", "Finds the fewest faults of a case without which nothing breaks");
  auto arguments = std::make_shared<ExplainArguments>();
  arguments->input.add_to(*command);
  command->add_option("-o,--picture", arguments->picture,
                      "Where to draw the workflow that broke, with the faults on its nodes (SVG)");
  command->add_flag("--json", arguments->json, "Print it as JSON");
  command->footer(
      "Exit codes as of 'check'.\nExample:\n  gnomon explain case-17.yaml -o case-17.svg");
  command->callback([arguments] { execute(*arguments); });
}

}  // namespace gnomon::cli
