#pragma once

#include <cstdint>

#include "engine/base/time.h"

namespace gnomon {

/// Somebody who can be woken by a Clock. `tag` is what was given to call_at; its meaning is the
/// receiver's own.
class Wakeable {
 public:
  virtual void wake(std::uint64_t tag) = 0;

 protected:
  ~Wakeable() = default;
};

/// Names one pending call of a Clock. The default value names none.
struct WakeToken {
  std::uint64_t value = 0;
  bool operator==(const WakeToken&) const = default;
};

/// Says what time it is and calls at a later time. Implemented by sim's Kernel (virtual time) and
/// by adapters' EventLoop (the system's clock).
///
/// Always holds: now() never goes back; calls come in order of (instant, order of the call_at); a
/// call for an instant that is not after now() comes as soon as the present call returns, never
/// from within call_at; within wake(), now() is at or after the instant asked for (exactly at it in
/// the simulated world).
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  virtual WakeToken call_at(Instant at, Wakeable& who, std::uint64_t tag) = 0;
  /// Takes a pending call back. A token whose call has come, or that names none, is ignored.
  virtual void cancel(WakeToken token) = 0;
};

}  // namespace gnomon
