#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "engine/base/time.h"
#include "engine/ports/clock.h"
#include "sim/kernel/event_queue.h"
#include "sim/kernel/sequence_set.h"

namespace gnomon::sim {

/// The Clock of the simulated world: time jumps from event to event, and each call finds now()
/// exactly at the instant it asked for, or, had that passed when it asked, at the instant of
/// asking. Calls come in the order of (instant, order of the call_at), always. kNever is never
/// reached.
///
/// Costs about as much as a queue that can only push and pop: the events are stored by value in an
/// EventQueue, a token is an event's sequence number, and one bit for each number tells whether the
/// call is still owed. To cancel is to clear the bit; what was cancelled is thrown away when its
/// time comes, or by a sweep once it outnumbers what is owed.
class Kernel final : public Clock {
 public:
  /// Time starts at `start`, which is not before the epoch.
  explicit Kernel(Instant start = Instant{});
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;

  Instant now() const override { return now_; }
  WakeToken call_at(Instant at, Wakeable& who, std::uint64_t tag) override;
  void cancel(WakeToken token) override;

  /// Makes the next call; false when none is owed.
  bool run_one();
  /// Makes every call up to and including `until`, those made meanwhile as well, and sets now() to
  /// `until` unless it is later already. False when stop() or `most`, the calls that it may make,
  /// ended it early; now() then stays at the last call.
  bool run_until(Instant until, std::uint64_t most = std::numeric_limits<std::uint64_t>::max());
  /// Makes calls until none is owed (true) or stop() ends it (false).
  bool run();
  /// Called from within a call: run_until() or run() returns after it. They can be called again to
  /// go on.
  void stop() { stopped_ = true; }

  /// Whether no call is owed.
  bool empty() const { return owed_count_ == 0; }
  /// How many calls are owed.
  std::size_t pending() const { return owed_count_; }
  /// How many calls were made since the start.
  std::uint64_t events_run() const { return events_run_; }
  /// Bytes held for calls.
  std::size_t memory() const { return queue_.memory() + owed_.memory(); }

 private:
  void begin();
  bool run_next(Instant limit);

  EventQueue queue_;
  SequenceSet owed_;
  std::size_t owed_count_ = 0;
  std::uint64_t next_sequence_ = 1;
  std::uint64_t events_run_ = 0;
  Instant now_;
  bool running_ = false;
  bool stopped_ = false;
};

}  // namespace gnomon::sim
