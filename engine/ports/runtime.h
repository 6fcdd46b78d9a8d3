#pragma once

#include "engine/base/ids.h"
#include "engine/base/payload.h"
#include "engine/base/time.h"
#include "engine/model/node_spec.h"
#include "engine/record/rows.h"

namespace gnomon {

/// Position of a runtime in the table that a shard was given.
using RuntimeIndex = std::uint16_t;
inline constexpr RuntimeIndex kNoRuntime = 0xffff;

/// One attempt to be made at a task.
struct Launch {
  ActionKey key;
  const TaskSpec* task = nullptr;  ///< lives as long as its Definition
  /// Lives for the time of the call. Whoever needs it later keeps it (shared_from_this): a host that
  /// dies takes its definitions with it, and the launch that it sent may still be under way.
  const Definition* definition = nullptr;
  DefinitionId definition_id = 0;
  /// Names the workflow by what it is, not by when it came: the same in every run of a scenario,
  /// whatever else is added to it. Simulated draws are keyed by it.
  std::uint64_t entity = 0;
  std::uint64_t tenant = 0;  ///< the same for a tenant: name_number() of its name
  std::uint32_t units = 1;   ///< held at once while it runs; what the task asks for with this input
  Payload input;
  Duration timeout =
      Duration::max();  ///< of the attempt, from its launch; enforced by the ActionService too
  std::int32_t priority = 0;  ///< higher is taken first by a runtime that queues
};

/// A place where actions run: a pool of simulated workers, processes, an HTTP service, another
/// orchestrator's shadow. Adding one changes nothing else.
///
/// Always holds: each launch is answered by LaunchAccepted or LaunchFailed, or by ActionEnded at
/// once; calls return without waiting; a second launch under one key does not run the work a second
/// time as far as the runtime can know (it answers again instead); cancel of an unknown or ended
/// key does nothing. Answers go to the Inbox given at construction.
class Runtime {
 public:
  virtual ~Runtime() = default;
  virtual void launch(const Launch& launch) = 0;
  /// Asks for the state of an attempt; answered by ActionEnded or ActionStatus.
  virtual void poll(const ActionKey& key) = 0;
  /// Asks for an end; the attempt's ActionEnded (cancelled, or however it ended first) still comes.
  virtual void cancel(const ActionKey& key) = 0;
};

}  // namespace gnomon
