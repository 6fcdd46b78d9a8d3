#include "sim/kernel/kernel.h"

#include <algorithm>

#include "engine/base/ensure.h"

namespace gnomon::sim {
namespace {

/// Cancelled events that are not worth a sweep.
constexpr std::size_t kToleratedDead = 1024;

}  // namespace

Kernel::Kernel(Instant start) : queue_(start), now_(start) {
  ENSURE(start != kNever, "time cannot start at its end");
}

WakeToken Kernel::call_at(Instant at, Wakeable& who, std::uint64_t tag) {
  if (at == kNever) return WakeToken{};
  const std::uint64_t sequence = next_sequence_++;
  queue_.push(Event{std::max(at, now_), sequence, &who, tag});
  owed_.insert(sequence);
  ++owed_count_;
  return WakeToken{sequence};
}

void Kernel::cancel(WakeToken token) {
  if (!owed_.erase(token.value)) return;
  --owed_count_;
  if (queue_.size() > 2 * owed_count_ + kToleratedDead) {
    queue_.purge([this](const Event& event) { return !owed_.contains(event.sequence); });
  }
}

bool Kernel::run_next(Instant limit) {
  while (const Event* const event = queue_.pop(limit)) {
    if (!owed_.erase(event->sequence)) continue;
    --owed_count_;
    ++events_run_;
    ENSURE(event->instant >= now_, "time goes back from {} to {} ns", to_ns(now_),
           to_ns(event->instant));
    now_ = event->instant;
    event->who->wake(event->tag);
    return true;
  }
  // The queue may have gone past now() over events that were cancelled.
  if (queue_.size() == 0) queue_.restart(now_);
  return false;
}

bool Kernel::run_one() {
  begin();
  const bool ran = run_next(kNever);
  running_ = false;
  return ran;
}

bool Kernel::run_until(Instant until, std::uint64_t most) {
  ENSURE(until != kNever, "kNever cannot be reached; run() makes all calls");
  begin();
  bool all = true;
  if (until >= now_) {
    while (!stopped_ && most > 0 && run_next(until)) --most;
    all = !stopped_ && most > 0;
    if (all) now_ = until;
  }
  running_ = false;
  return all;
}

bool Kernel::run() {
  begin();
  while (!stopped_ && run_next(kNever)) {
  }
  running_ = false;
  return !stopped_;
}

void Kernel::begin() {
  ENSURE(!running_, "a call at {} ns runs the kernel that makes it", to_ns(now_));
  running_ = true;
  stopped_ = false;
}

}  // namespace gnomon::sim
