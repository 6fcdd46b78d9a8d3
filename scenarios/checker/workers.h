#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "scenarios/checker/trial.h"

namespace gnomon::scenarios {

/// Does one seed in a process of its own and gives its result.
using Work = std::function<TrialResult(std::uint64_t seed)>;

/// What one seed may take. It is the processor's time that tells an engine that never ends from a
/// machine that is busy; the wall's is for one that waits for ever.
struct TrialLimits {
  std::chrono::seconds cpu{120};
  std::chrono::seconds wall{3600};
};

/// Processes that do seeds side by side, forked from this one, so that a scenario is read once. One
/// that dies is a finding (Verdict::kCrash, with the last lines it wrote), and another takes its
/// place; one that takes longer than its limits is killed and counts as having died.
///
/// Always holds: each seed is done by one process, and told of once, in no particular order; none
/// of the processes outlives this object.
class Workers {
 public:
  Workers(std::size_t count, Work work, TrialLimits limits);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// Does the seeds that `next` gives until it gives none, telling of each. Ends early, in good
  /// order, once `told` returns false. The error is that of the system.
  Expected<void> run(const std::function<std::optional<std::uint64_t>()>& next,
                     const std::function<bool(TrialResult&&)>& told);

 private:
  struct Process {
    int pid = 0;
    int channel = -1;  ///< a socket: seeds go out, results come back, a line each
    int errors = -1;   ///< what it writes to stderr
    std::optional<std::uint64_t> seed;
    std::chrono::steady_clock::time_point since;
    std::string line;
    std::string last_words;
  };
  Expected<void> start(Process& process);
  bool give(Process& process, std::uint64_t seed);
  void listen(Process& process, const std::function<bool(TrialResult&&)>& told, bool& go_on);
  TrialResult obituary(Process& process);
  void end(Process& process);
  [[noreturn]] void serve(int channel);

  Work work_;
  TrialLimits limits_;
  std::vector<Process> processes_;
};

/// A result as one line of JSON, and back.
std::string to_line(const TrialResult& result);
Expected<TrialResult> from_line(const std::string& line);

}  // namespace gnomon::scenarios
