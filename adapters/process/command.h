#pragma once

#include <string>
#include <vector>

#include "adapters/process/process_settings.h"
#include "engine/base/error.h"
#include "engine/ports/runtime.h"

namespace gnomon::adapters {

/// What is to be executed for one attempt. No string but `input` holds a NUL byte.
struct Command {
  std::vector<std::string> arguments;  ///< at least one; the first is a path, or looked for in PATH
  std::vector<std::string> environment;  ///< "NAME=value", ascending by name
  std::string directory;                 ///< "": gnomon's own
  std::string input;                     ///< its stdin
};

/// Reads a task's `params`, a JSON object:
///
/// | key           | value |
/// |---------------|-------|
/// | `argv`        | program and arguments, strings or numbers; run without a shell |
/// | `shell`       | instead of argv: a command line for /bin/sh -c |
/// | `env`         | object of variables, added to the settings' |
/// | `inherit_env` | true: gnomon's own environment comes first; false is the default |
/// | `cwd`         | working directory |
/// | `stdin`       | text; without it, the attempt's input as JSON (nothing, if it has none) |
///
/// Of several settings of one variable the later counts: gnomon's own environment, the settings',
/// the task's `env`, and these, by which a process learns what it runs for:
///
///     GNOMON_KEY=w12.n3.a1  GNOMON_WORKFLOW=12  GNOMON_NODE=train (its name)  GNOMON_ATTEMPT=1
///     GNOMON_INPUT={"epochs":3}     unless it is longer than kMaxInputVariable: read stdin then
///
/// Nothing of an input is ever put into a command line. Errors are kInvalid and name the key.
Expected<Command> command_of(const Launch& launch, const ProcessSettings& settings);

/// "w12.n3.a1": the idempotency key as text.
std::string text_of(const ActionKey& key);

inline constexpr std::size_t kMaxInputVariable = 32 << 10;
/// The longest single string that Linux hands to a program, and a bound for all of them together.
inline constexpr std::size_t kMaxArgumentBytes = (128 << 10) - 1;
inline constexpr std::size_t kMaxArgumentsBytes = 1 << 20;

}  // namespace gnomon::adapters
