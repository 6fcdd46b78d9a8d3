#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/time.h"
#include "scenarios/language/scenario.h"
#include "scenarios/runner/run.h"

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
  Instant latest = kUnset;    ///< of which it tells; whoever goes on with it is not before that
  std::string kept_as;        ///< the name that the record has now; "" if it was not set aside
  std::string scenario_text;  ///< "" if the record does not say
  std::optional<std::vector<std::string>> overrides;
};

/// For a run in the real world: what it goes on with. The record of a run that is over makes way.
/// kInvalid if the file is not a record, or holds something that this scenario cannot go on with.
Expected<EarlierRun> take_up(const Scenario& scenario, const std::string& record);

/// In what a run is told to go on under another scenario than the record holds, in the user's
/// words; none if it is the same. What is live goes on under the new one.
std::vector<std::string> changes(const EarlierRun& earlier, const RunOptions& options);

/// Where the record of a simulated run that was interrupted belongs: under the name that was asked
/// for, but a record that is there stays, unless it is that of an interrupted run too. Then it is
/// "run.interrupted.db" for "run.db".
Expected<std::string> place_of_interrupted(const std::string& record);

/// For a simulated run: kInvalid if it may not put its record in the place of this one.
Expected<void> check_replaceable(const std::string& record);

}  // namespace gnomon::scenarios
