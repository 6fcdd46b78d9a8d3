#pragma once

#include <cstdint>
#include <string>

#include "engine/base/error.h"
#include "engine/base/time.h"
#include "scenarios/language/scenario.h"

namespace gnomon::scenarios {

/// What the record that a new run finds under the name of its own says of the run in it.
///
/// Always holds: a run of the real world that has not ended, and a command that waits for its
/// answer, are never lost to a new run; the record of one that has ended is set aside under another
/// name (Mailbox::make_way). Whoever asks holds the RunLock.
struct EarlierRun {
  bool unfinished = false;  ///< to be gone on with: it has not ended, or was sent commands since
  bool ended = false;       ///< it had ended, once at least: all of its traffic has come
  std::uint64_t seed = 0;
  Instant began{};
  std::string kept_as;  ///< the name that the record has now; "" if it was not set aside
};

/// For a run in the real world: what it goes on with. The record of a run that is over makes way.
/// kInvalid if the file is not a record, or holds something that this scenario cannot go on with.
Expected<EarlierRun> take_up(const Scenario& scenario, const std::string& record);

/// For a simulated run: kInvalid if it may not put its record in the place of this one.
Expected<void> check_replaceable(const std::string& record);

}  // namespace gnomon::scenarios
