#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "engine/base/time.h"
#include "engine/model/policy.h"

namespace gnomon::adapters {

/// How a ProcessRuntime runs its processes. Durations are of the engine's time, but for lock_wait.
struct ProcessSettings {
  /// Units that run at once; a task holds TaskSpec::units of them. At most kMaxSlots.
  std::uint32_t slots = 4;
  /// Attempts that wait for slots; a launch beyond it is refused, and did not happen.
  std::size_t queue_limit = 1'000'000;

  /// Of every process, unless its task says otherwise.
  std::map<std::string, std::string> environment = {
      {"LANG", "C.UTF-8"},
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}};
  /// Working directory of tasks that name none; "" is gnomon's own.
  std::string directory;

  /// What is kept of stdout, and as much of stderr: the beginning and the end. 1 to
  /// kMaxOutputBytes.
  std::size_t output_bytes = 64 << 10;
  /// From SIGTERM to SIGKILL, when an attempt is cancelled or ran out of time.
  Duration grace = 5s;
  /// What an exit code says of the failure. A process that was killed by signal n counts as exit
  /// code 128 + n, as in a shell. Codes that are not here: 129 to 192, lost; else permanent.
  std::map<int, ErrorClass> exit_codes = {{75, ErrorClass::kTransient},  // EX_TEMPFAIL
                                          {126, ErrorClass::kPermanent},
                                          {127, ErrorClass::kPermanent}};

  /// Ends that are kept, so that a late poll or a second launch of an ended attempt gets its
  /// answer.
  std::size_t remembered = 4096;
  std::size_t remembered_bytes = 16 << 20;

  /// A file to be locked for as long as a process of this runtime may live, even if gnomon dies
  /// first; beside the store, so that two lives of a store's processes never overlap. "": no lock.
  std::string lock_file;
  /// How long opening may wait for that lock. Wall time.
  Duration lock_wait = 10s;

  static constexpr std::uint32_t kMaxSlots = 1 << 16;
  /// Escaped as JSON, two such texts stay below kMaxJsonBytes.
  static constexpr std::size_t kMaxOutputBytes = 80 << 10;
};

}  // namespace gnomon::adapters
