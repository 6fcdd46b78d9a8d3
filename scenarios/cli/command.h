#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/base/error.h"

namespace gnomon::cli {

/// What gnomon ends with.
enum ExitCode : int {
  kPassed = 0,
  kFailed = 1,  ///< it did not succeed: a threshold, a diff, a command refused, a full disk
  kUsage = 2,   ///< it could not begin: usage, or input that is not valid, or is in use
  kInternal = 3,
  kUnsafe = 10,            ///< `check` found something that must never happen
  kNotLive = 11,           ///< ... something that must happen and does not
  kNotDeterministic = 12,  ///< ... the same run that is another the second time
  kCrashed = 13,           ///< ... an abort of the engine
  kInterrupted = 130,
};

/// Each adds one subcommand to the program. Its callback throws CLI::RuntimeError with the exit
/// code when it does not pass; it prints results on stdout and everything else on stderr.
void add_run(CLI::App& app);
/// start, signal, cancel, pause, resume, retry, publish.
void add_commands(CLI::App& app);
void add_validate(CLI::App& app);
void add_schema(CLI::App& app);
void add_test(CLI::App& app);
void add_check(CLI::App& app);
void add_replay(CLI::App& app);
void add_explain(CLI::App& app);
void add_merge(CLI::App& app);
void add_verify(CLI::App& app);
void add_import(CLI::App& app);
void add_show(CLI::App& app);
void add_graph(CLI::App& app);
void add_timeline(CLI::App& app);
void add_diff(CLI::App& app);
void add_export(CLI::App& app);

/// Prints "gnomon: error: ..." on stderr and ends the subcommand.
[[noreturn]] void stop(ExitCode code, const std::string& message);
/// Ends the subcommand with that code, without a word.
[[noreturn]] void leave(ExitCode code);
/// What an operation that failed ends with: kUsage if its input is to blame, else kFailed.
constexpr ExitCode code_of(const Error& error) {
  return error.kind == ErrorKind::kInvalid ? kUsage : kFailed;
}
/// What was read, or leaves with kUsage and says why it cannot be.
template <typename T>
T must(Expected<T> result) {
  if (!result) stop(kUsage, result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace gnomon::cli
