#pragma once

#include "scenarios/runner/run.h"

namespace gnomon::scenarios {

/// The real world: the system's clock, SQLite, processes. A record whose run has not ended is gone
/// on with: nothing that it acknowledged is lost, and no node that is FINISHED runs again. What was
/// in flight when the earlier life died runs again, under the same idempotency key.
Expected<RunReport> run_real(const Scenario& scenario, const RunOptions& options);

}  // namespace gnomon::scenarios
