#pragma once

#include <sys/types.h>

#include "adapters/process/command.h"
#include "adapters/process/descriptor.h"
#include "adapters/process/reaper.h"
#include "engine/base/error.h"

namespace gnomon::adapters {

/// A process that was started. It leads a session and a process group of its own, whose number is
/// `pid`, and has no terminal.
struct Child {
  pid_t pid = 0;
  Descriptor end;     ///< a pidfd: readable when the process has ended
  Descriptor output;  ///< reads its stdout, without blocking
  Descriptor errors;  ///< reads its stderr, without blocking
};

/// Executes a command, without a shell. When it returns, the program runs, or the error says why
/// not and nothing is left of it: kDidNotHappen if the system was short of something,
/// kCannotHappen if the program or its directory is not there, is not executable, or its arguments
/// are too long.
///
/// The child stands in `group` before it executes anything. It starts with default signals, none
/// of them blocked, no descriptors but 0, 1 and 2, and is killed when the calling thread ends.
Expected<Child> spawn(const Command& command, Reaper::Group& group);

/// Sends a signal to all processes of a group; to none, if it has none left.
void signal_group(pid_t group, int signal);

}  // namespace gnomon::adapters
