#include "scenarios/cli/send.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <thread>

#include "adapters/sqlite/mailbox.h"
#include "adapters/sqlite/record_reader.h"
#include "adapters/sqlite/run_lock.h"
#include "engine/base/nearest_name.h"
#include "reports/text/escape.h"
#include "reports/text/json_writer.h"
#include "reports/text/units.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/scenario_input.h"
#include "scenarios/language/units.h"

namespace gnomon::cli {
namespace {

using SteadyClock = std::chrono::steady_clock;

adapters::RecordReader open_record(const std::string& path) {
  auto reader = must(adapters::RecordReader::open(path));
  const adapters::RunFacts facts = must(reader.facts());
  if (facts.world != "real") {
    stop(kUsage, fmt::format("{} is the record of {} run, which nobody can send anything: commands "
                             "go to runs of the real world (gnomon run FILE --world real)",
                             path,
                             facts.world.empty()         ? "no"
                             : facts.world == "imported" ? "an imported"
                                                         : "a simulated"));
  }
  return reader;
}

/// What became of a command, as far as its sender knows.
struct Result {
  CommandRow row;
  std::optional<pid_t> process;  ///< which runs the record
  bool answered() const { return row.answered_at != kUnset; }
};

Result wait_for_answer(adapters::Mailbox& mailbox, const SendArguments& arguments,
                       std::uint64_t number, Duration patience) {
  constexpr auto kPause = std::chrono::milliseconds(5);
  const auto until = SteadyClock::now() + patience;
  Result result;
  while (true) {
    // Asked before the answer is looked for: what the process did before it ended is seen.
    result.process = adapters::RunLock::holder(arguments.record);
    if (must(mailbox.changed())) {
      auto found = must(mailbox.find(number));
      if (!found) stop(kFailed, fmt::format("command {} is gone from the mailbox", number));
      result.row = std::move(*found);
    }
    if (result.answered() || !result.process || SteadyClock::now() >= until) return result;
    std::this_thread::sleep_for(kPause);
  }
}

std::string to_json(const Result& result) {
  const CommandRow& row = result.row;
  reports::JsonWriter json(2);
  json.begin_object()
      .member("format", "gnomon.command/1")
      .member("command", row.number)
      .member("kind", to_string(row.kind))
      .member("status", status_of(row));
  const WorkflowId workflow = row.result != WorkflowId::kNone ? row.result : row.workflow;
  if (workflow != WorkflowId::kNone) json.member("workflow", workflow_label(workflow));
  if (!row.error.empty()) json.member("error", row.error);
  if (result.process) json.member("process", *result.process);
  json.end_object();
  return json.take() + "\n";
}

void tell_kept(const SendArguments& arguments, const Result& result) {
  const std::uint64_t number = result.row.number;
  if (!result.process) {
    fmt::print(stderr,
               "gnomon: command {} is kept in {}, and carried out when somebody goes on with the "
               "run; nobody runs it now:\n  gnomon run FILE --world real -o {}\n",
               number, arguments.record, arguments.record);
  } else if (!arguments.no_wait) {
    fmt::print(stderr,
               "gnomon: command {} is kept in {}, and carried out once; process {}, which runs it, "
               "has not answered within {}\n",
               number, arguments.record, *result.process, arguments.wait);
  }
}

}  // namespace

void SendArguments::add_to(CLI::App& command) {
  command.add_option("RECORD", record, "Record of a run in the real world")->required();
  command.add_option("--wait", wait, "How long to wait for the answer")
      ->type_name("DURATION")
      ->capture_default_str();
  command.add_flag("--no-wait", no_wait, "Do not wait for the answer: the command is kept anyway");
  command.add_flag("--json", json, "Print the result as JSON");
}

std::string_view status_of(const CommandRow& row) {
  if (row.answered_at == kUnset) return "kept";
  return row.error.empty() ? "done" : "refused";
}

std::string answer_of(const CommandRow& row) {
  if (row.answered_at == kUnset) return "";
  if (!row.error.empty()) return row.error;
  const std::string workflow = workflow_label(row.result);
  switch (row.kind) {
    case CommandKind::kStart:
      return fmt::format("workflow {} is started", workflow);
    case CommandKind::kSignal:
      return fmt::format("workflow {} has the signal '{}'", workflow, row.name);
    case CommandKind::kCancel:
      return fmt::format("workflow {} is being cancelled", workflow);
    case CommandKind::kPause:
      return fmt::format("workflow {} is paused", workflow);
    case CommandKind::kResume:
      return fmt::format("workflow {} goes on", workflow);
    case CommandKind::kRetry:
      return fmt::format("workflow {} runs again", workflow);
    case CommandKind::kPublish:
      return "the event is published";
  }
  return "";
}

WorkflowId find_workflow(const std::string& record, const std::string& wanted,
                         const CommandRow& command) {
  adapters::RecordReader reader = open_record(record);
  const WorkflowRow row = find_row(reader, record, wanted);
  const bool over = row.phase == WorkflowPhase::kFinished;
  const bool succeeded = static_cast<Outcome>(row.outcome) == Outcome::kSucceeded;
  const bool may_be_over = (command.kind == CommandKind::kRetry && !succeeded) ||
                           (command.kind == CommandKind::kSignal && !command.key.empty());
  if (!over || may_be_over) return row.id;
  // A command that waits may be the one that makes it run again.
  if (!must(must(adapters::Mailbox::open(record)).unanswered(0, 1)).empty()) return row.id;
  const std::string label = workflow_label(row.id);
  stop(kFailed,
       fmt::format("workflow {} is over: {} at {}{}{}{}", label,
                   to_string(static_cast<Outcome>(row.outcome)), reports::iso_time(row.finished_at),
                   row.reason.empty() ? "" : ": ", reports::clean(row.reason.text()),
                   succeeded
                       ? ""
                       : fmt::format("\n  gnomon retry {} {}   runs again what did not succeed",
                                     record, label)));
}

void check_definition(const std::string& record, const std::string& name) {
  adapters::RecordReader reader = open_record(record);
  NearestName nearest(name);
  std::string known;
  for (const adapters::ShardDefinition& definition : must(reader.definitions())) {
    if (!definition.row.uploaded || definition.shard != 0) continue;
    if (definition.row.name == name) return;
    nearest.consider(definition.row.name);
    if (known.size() < 200) known += (known.empty() ? "" : ", ") + definition.row.name;
  }
  stop(kUsage, fmt::format("{} has no workflow named '{}'{}; there are: {}", record, name,
                           nearest.hint(), known));
}

void send(const SendArguments& arguments, CommandRow command) {
  const auto patience = scenarios::parse_duration(arguments.wait);
  if (!patience) stop(kUsage, "--wait: " + patience.error().message);
  open_record(arguments.record);
  command.sent_at = Instant{
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch())};
  auto mailbox = must(adapters::Mailbox::open(arguments.record));
  const auto sent = mailbox.send(command);
  if (!sent) stop(code_of(sent.error()), sent.error().message);
  const std::uint64_t number = *sent;
  const Result result =
      wait_for_answer(mailbox, arguments, number, arguments.no_wait ? Duration{} : *patience);
  const CommandRow& row = result.row;
  if (arguments.json) {
    write_output("-", to_json(result));
  } else if (!row.error.empty()) {
    fmt::print(stderr, "gnomon: error: command {} was refused: {}\n", number, row.error);
  } else if (result.answered()) {
    write_output("-", fmt::format("{} (command {})\n", answer_of(row), number));
  } else {
    if (arguments.no_wait) write_output("-", fmt::format("command {} is kept\n", number));
    tell_kept(arguments, result);
  }
  if (!row.error.empty() || (!result.answered() && !arguments.no_wait)) leave(kFailed);
}

}  // namespace gnomon::cli
