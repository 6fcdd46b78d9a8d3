#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "adapters/process/ended_attempts.h"
#include "adapters/process/process.h"
#include "adapters/process/process_settings.h"
#include "adapters/process/reaper.h"
#include "adapters/system/event_loop.h"
#include "engine/ports/inbox.h"
#include "engine/ports/runtime.h"

namespace gnomon::adapters {

/// Runs each attempt as a child process of gnomon (what is executed: command.h; what its end means:
/// verdict.h). Attempts wait for slots in a queue ordered by (priority, arrival), whose first is
/// never overtaken, however many units it waits for.
///
/// Answers: LaunchAccepted when an attempt is queued; ActionStarted when its program runs;
/// ActionEnded when that has ended, was ended, or could not be started (launch, if the system was
/// short of something; permanent, if there is no such program). Params that make no sense are
/// refused by LaunchFailed at once.
///
/// An attempt is its process group: it ends with its first process, and what that leaves behind is
/// killed. Cancelled, or past its timeout, the group gets SIGTERM and, after the grace, SIGKILL;
/// the attempt has then been cancelled or timed out, whatever its exit code.
///
/// If gnomon dies, by kill -9 too, its processes are killed before another one opens on the same
/// lock_file (reaper.h). So what may run twice is only what was under way at that moment: it is
/// killed in the middle and, as the engine launches it again under the same key, run once more from
/// its beginning. Programs that must not repeat a side effect hand GNOMON_KEY on to whom they call.
class ProcessRuntime final : public Runtime, private Wakeable {
 public:
  /// Opens early: the reaper is forked from gnomon as it is then. Fails if the lock is not free in
  /// time, a setting is out of its range, or the system gives no process. `loop` and `inbox` must
  /// outlive it.
  static Expected<std::unique_ptr<ProcessRuntime>> open(ProcessSettings settings, EventLoop& loop,
                                                        Inbox& inbox);
  /// Kills what runs, without an answer.
  ~ProcessRuntime() override;

  void launch(const Launch& launch) override;
  void poll(const ActionKey& key) override;
  void cancel(const ActionKey& key) override;

  std::size_t queued() const { return queue_.size(); }
  std::size_t running() const { return attempts_.size() - queue_.size(); }

 private:
  enum class Stop : std::uint8_t { kNone, kCancelled, kTimedOut };
  struct Attempt {
    Launch launch;
    std::uint32_t units = 1;
    Instant accepted_at{};
    Instant started_at = kUnset;
    Stop stop = Stop::kNone;
    bool killed = false;               ///< by SIGKILL, after the grace
    WakeToken timer;                   ///< of its timeout; once it is to stop, of the grace
    std::unique_ptr<Process> process;  ///< null while it is queued
  };
  using Arrival = std::uint64_t;  ///< number of an attempt, from 1, in the order of launches
  using Attempts = std::map<Arrival, Attempt>;

  ProcessRuntime(ProcessSettings settings, EventLoop& loop, Inbox& inbox,
                 std::unique_ptr<Reaper> reaper);
  void wake(std::uint64_t tag) override;
  void reaper_died();
  void restart_reaper();

  void start_soon();
  void start_waiting();
  void start(Attempts::iterator at);
  void stop(Arrival arrival, Attempt& attempt, Stop why);
  void timer_fired(Attempts::iterator at);
  void process_ended(Attempts::iterator at);
  void end(Attempts::iterator at, Verdict verdict);

  ProcessSettings settings_;
  EventLoop& loop_;
  Inbox& inbox_;
  std::unique_ptr<Reaper> reaper_;
  WatchToken reaper_watch_;
  WakeToken reaper_timer_;
  bool guarded_ = true;

  Attempts attempts_;
  std::map<ActionKey, Arrival> arrival_of_;
  std::set<std::pair<std::int64_t, Arrival>> queue_;  ///< (-priority, arrival)
  Arrival arrivals_ = 0;
  std::uint32_t units_used_ = 0;
  WakeToken start_timer_;
  bool start_is_due_ = false;
  EndedAttempts ended_;
};

}  // namespace gnomon::adapters
