#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/view/run_view.h"

/// Runs made by hand, for the tests of reports.

namespace gnomon::reports {

/// 2026-03-01T00:00:00Z: where samples begin.
inline constexpr Instant kSampleBegin = from_ns(1'772'323'200'000'000'000);

/// One node, with the times at which things happened to it, after kSampleBegin.
struct Step {
  std::string name;
  std::vector<std::string> after = {};
  Duration ready = Duration::min();    ///< min: it never was
  Duration started = Duration::min();  ///< min: READY + 1 ms
  Duration ended = Duration::min();    ///< min: still going on
  Outcome outcome = Outcome::kSucceeded;
  NodeKind kind = NodeKind::kTask;
  std::string runtime = "cpu";
  std::string reason = {};
  ErrorClass error = ErrorClass::kNone;
  std::uint32_t attempts = 1;  ///< earlier ones failed for a tenth of the wait each
};

/// Adds a workflow of these steps. A step with `ended` is FINISHED 1 ms later, one that was READY
/// is launched at once. A step of outcome skipped or cancelled that never started has no attempt.
WorkflowId add_sample(RunView& run, const std::string& name, const std::vector<Step>& steps,
                      WorkflowRow row = {});

/// Seven nodes of several kinds: one retried, one failed, one blocked.
RunView small_sample();

struct Layers {
  std::uint32_t layers = 20;
  std::uint32_t width = 1000;
  std::uint32_t slots = 500;
  std::uint64_t seed = 42;
  std::uint32_t failures_per_mille = 0;
  std::uint32_t slowdown_percent = 100;
};
/// The benchmark's layered DAG: each node waits for one to five of the layer before and takes 1 to
/// 10 s; ready nodes wait in one queue for `slots` workers. A node that follows a failed one stays
/// PENDING.
RunView layered_sample(const Layers& layers);

}  // namespace gnomon::reports
