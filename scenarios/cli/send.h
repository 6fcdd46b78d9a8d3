#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>

#include "engine/record/rows.h"

namespace gnomon::cli {

/// How a command is sent to a run in the real world, and its answer told.
struct SendArguments {
  std::string record;
  std::string wait = "5s";
  bool no_wait = false;
  bool json = false;

  void add_to(CLI::App& command);
};

/// The workflow that the user names by number or key, in the record of a run that can be sent
/// commands. Leaves with kUsage, and says why, if there is none, and with kFailed if it is over and
/// the command is for one that lives. (A signal under a key may be one that was taken before the
/// end.)
WorkflowId find_workflow(const std::string& record, const std::string& wanted,
                         const CommandRow& command);
/// Leaves with kUsage if the record has no workflow of that name to start.
void check_definition(const std::string& record, const std::string& name);

/// What became of a command: "done", "refused", or "kept" while nobody has answered it.
std::string_view status_of(const CommandRow& row);
/// The answer in words: "workflow 3 is paused", or why it was refused; "" while there is none.
std::string answer_of(const CommandRow& row);

/// Puts the command into the record's mailbox, waits for its answer and prints it. Leaves with
/// kFailed if it was refused, or not answered in time.
void send(const SendArguments& arguments, CommandRow command);

}  // namespace gnomon::cli
