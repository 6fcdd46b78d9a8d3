#include "scenarios/checker/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "reports/text/escape.h"
#include "reports/text/json_writer.h"
#include "reports/text/units.h"
#include "scenarios/cli/check_output.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/scenario_input.h"

namespace gnomon::cli {
namespace {

struct VerifyArguments {
  std::string record;
  bool json = false;
};

std::string place_of(const sim::Violation& violation) {
  std::string place;
  if (violation.event != 0) place += fmt::format("event {}, ", violation.event);
  if (violation.workflow != WorkflowId::kNone)
    place += fmt::format("workflow {}", workflow_label(violation.workflow));
  if (violation.node != kNoNode) place += fmt::format(" node {}", violation.node);
  return place;
}

std::string to_text(const std::string& record, const scenarios::Verification& verification) {
  std::string text =
      fmt::format("{}: {}, {}; ", record, reports::counted(verification.workflows, "workflow"),
                  reports::counted(verification.events, "event"));
  if (verification.violations.empty()) return text + "every promise was kept\n";
  text += fmt::format("{} broken\n", reports::counted(verification.violations.size(), "promise"));
  for (const sim::Violation& each : verification.violations)
    text += fmt::format("  {} ({}): {}\n", each.oracle, place_of(each), reports::clean(each.what));
  return text;
}

std::string to_json(const std::string& record, const scenarios::Verification& verification) {
  reports::JsonWriter json(2);
  json.begin_object()
      .member("format", "gnomon.verify/1")
      .member("record", record)
      .member("workflows", verification.workflows)
      .member("events", verification.events);
  json.key("violations").begin_array();
  for (const sim::Violation& each : verification.violations) {
    json.begin_object().member("oracle", each.oracle).member("what", each.what);
    if (each.event != 0) json.member("event", each.event);
    if (each.workflow != WorkflowId::kNone) json.member("workflow", workflow_label(each.workflow));
    if (each.node != kNoNode) json.member("node", each.node);
    json.end_object();
  }
  json.end_array().end_object();
  return json.take() + '\n';
}

}  // namespace

void add_verify(CLI::App& app) {
  auto* command = app.add_subcommand(
      "verify", "Holds a record, of whichever world, against what must hold of every run");
  auto arguments = std::make_shared<VerifyArguments>();
  command->add_option("RECORD", arguments->record, "Run record")->required();
  command->add_flag("--json", arguments->json, "Print it as JSON");
  command->footer(
      "Exit codes: 0 every promise was kept; 10 one was broken.\n"
      "Example, after a run that was killed and gone on with:\n  gnomon verify run.db");
  command->callback([arguments] {
    const auto verified = scenarios::verify_record(arguments->record);
    if (!verified) stop(kUsage, fmt::format("{}: {}", arguments->record, verified.error().message));
    const scenarios::Verification& verification = *verified;
    write_output("-", arguments->json ? to_json(arguments->record, verification)
                                      : to_text(arguments->record, verification));
    if (!verification.violations.empty()) leave_as(scenarios::Verdict::kSafety);
  });
}

}  // namespace gnomon::cli
