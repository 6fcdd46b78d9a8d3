#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "engine/ports/clock.h"

namespace gnomon::adapters {

/// What a file descriptor is watched for.
enum class Readiness : std::uint8_t { kReadable, kWritable };

/// Names one watch of an EventLoop. The default value names none.
struct WatchToken {
  std::uint64_t value = 0;
  bool operator==(const WatchToken&) const = default;
};

/// The thread of the real world: everything the engine and its adapters do happens inside run(),
/// one call after the other. It is the engine's Clock, watches descriptors and signals, and takes
/// tasks from other threads.
///
/// The time: CLOCK_REALTIME as it was when the loop was made, plus what CLOCK_MONOTONIC has counted
/// since. So it agrees with the wall clock at the start and never jumps, whoever sets the machine's
/// clock; a long-lived process drifts from it by as much as the machine's clock is corrected
/// meanwhile. Where it must not go behind what was before, the time begins at an instant that the
/// wall clock has yet to reach, and goes on from there.
///
/// Scaled time: with a time scale of 0.01, a second of the engine's time takes 10 ms of the wall's,
/// from the moment the loop was made; now() and call_at() count in the engine's time.
///
/// Always holds: what Clock promises; a Wakeable is called on the loop's thread only, never from
/// within the call that asked for it, and never after the cancel() or unwatch() that took it back.
/// All but post() and stop() are called on the loop's thread (or before run()).
class EventLoop final : public Clock {
 public:
  using Task = std::move_only_function<void()>;

  /// `time_scale` > 0: seconds of wall time that a second of the engine's time takes. now() is
  /// never before `not_before`.
  explicit EventLoop(double time_scale = 1.0, Instant not_before = kUnset);
  ~EventLoop() override;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  Instant now() const override;
  WakeToken call_at(Instant at, Wakeable& who, std::uint64_t tag) override;
  void cancel(WakeToken token) override;
  /// How long a stretch of the engine's time takes on the wall.
  Duration wall_time(Duration engine_time) const;

  /// Runs `task` on the loop's thread; tasks of one thread run in the order given. Callable from
  /// any thread.
  void post(Task task);

  /// Calls `who` each time the loop finds `descriptor` ready, for as long as it is ready and
  /// watched. The descriptor stays the caller's, is made non-blocking, and must stay open until
  /// unwatch(). One watch a descriptor. Pipes, sockets, pidfds and the like; not regular files.
  WatchToken watch(int descriptor, Readiness readiness, Wakeable& who, std::uint64_t tag);
  void unwatch(WatchToken token);
  /// Calls `who` with the signal's number as its tag, each time the process receives it from now
  /// on. Once for each signal.
  void watch_signal(int signal, Wakeable& who);

  /// Works until stop(). May be called again afterwards; what was asked for meanwhile is kept.
  void run();
  /// Ends run() after the present call; without one, the next run() ends at once. Callable from any
  /// thread.
  void stop();

 private:
  struct State;  // Boost.Asio stays in event_loop.cc
  std::unique_ptr<State> state_;
};

}  // namespace gnomon::adapters
