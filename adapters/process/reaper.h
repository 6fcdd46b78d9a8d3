#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "adapters/process/descriptor.h"
#include "engine/base/time.h"

namespace gnomon::adapters {

/// A small process beside gnomon that outlives it. When gnomon dies, by kill -9 or however else, it
/// kills every process group that was under way, waits until they are gone, and gives up the lock,
/// for which the next life of gnomon waits.
///
/// How it knows, without a message that could be lost: gnomon, the children and the reaper share a
/// table of process groups, and gnomon holds the one write end of a pipe. A new child stands in its
/// own group and enters it into the table before it executes anything; until it executes, it holds
/// the pipe as well. So the reaper, when it reads the end of the pipe, sees every group in which
/// somebody may run.
///
/// What leaves its group of its own will (setsid, as daemons do) is not followed.
class Reaper {
 public:
  /// One place in the table: the process group that an attempt runs in, 0 if none.
  using Group = std::atomic<pid_t>;

  /// Locks `lock_file` ("": none), waiting for it at most `lock_wait`, and starts the process,
  /// which holds the lock too.
  static Expected<std::unique_ptr<Reaper>> start(std::uint32_t groups_max,
                                                 const std::string& lock_file, Duration lock_wait);
  /// Groups still in the table are killed. Waits up to 5 s for the reaper to find them gone.
  ~Reaper();
  Reaper(const Reaper&) = delete;
  Reaper& operator=(const Reaper&) = delete;

  /// A place that holds 0; there are `groups_max`.
  Group& take();
  /// The group is gone, or was never made. Its leader must not have been waited for yet: from then
  /// on, its number may become somebody else's.
  void give_back(Group& group);

  /// A pidfd: readable when the reaper has died (out of memory, a stray kill). restart() makes
  /// another, with the same table; until then children are without a guard.
  int descriptor() const { return process_.get(); }
  Expected<void> restart();

 private:
  Reaper() = default;

  Group* table_ = nullptr;  // shared memory
  std::uint32_t groups_max_ = 0;
  std::vector<Group*> free_;
  Descriptor lock_;
  Pipe life_;
  Descriptor process_;
};

}  // namespace gnomon::adapters
