#pragma once

#include <map>
#include <string>
#include <string_view>

#include "adapters/process/captured_output.h"
#include "engine/base/payload.h"
#include "engine/model/policy.h"

namespace gnomon::adapters {

/// How a process ended: by its own exit code, or killed by a signal.
struct ProcessEnd {
  bool killed = false;
  int number = 0;  ///< the exit code, or the signal
};
/// "exit code 3", "killed by SIGSEGV".
std::string to_string(const ProcessEnd& end);

/// What the end of a process means for its attempt.
struct Verdict {
  Outcome outcome = Outcome::kSucceeded;
  ErrorClass error = ErrorClass::kNone;
  Payload result;
};

/// A process that ended by itself. Exit code 0 is a success, and its result is
///
///     {"exit_code":0,"output":{"loss":0.25},"stderr":"...","stdout":"..."}
///
/// with `output` if stdout, whole, is one JSON value; where a part of a stream was dropped,
/// "stderr_dropped_bytes" or "stdout_dropped_bytes" says how much. Everything else is a failure of
/// the class that ProcessSettings::exit_codes says; its result tells the code or signal, and the
/// last lines of stderr.
Verdict judge(const ProcessEnd& end, const CapturedOutput& output, const CapturedOutput& errors,
              const std::map<int, ErrorClass>& exit_codes);

/// Text for a result: valid UTF-8, without NUL; `why`, and after it the last lines of stderr.
Payload reason_of(std::string_view why, const CapturedOutput& errors);

}  // namespace gnomon::adapters
