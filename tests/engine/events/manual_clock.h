#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include "engine/ports/clock.h"

namespace gnomon {

/// A Clock whose time is set by the test.
class ManualClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  WakeToken call_at(Instant at, Wakeable& who, std::uint64_t tag) override {
    return add(at, [&who, tag] { who.wake(tag); });
  }
  void cancel(WakeToken token) override {
    std::erase_if(calls_, [&](const auto& call) { return call.first.second == token.value; });
  }

  /// Runs `task` that much later.
  void after(Duration delay, std::move_only_function<void()> task) { add(now_ + delay, std::move(task)); }
  /// Makes the next call that is due until `limit`, at its instant. False: there is none.
  bool step(Instant limit) {
    if (calls_.empty() || calls_.begin()->first.first > limit) return false;
    const auto call = calls_.extract(calls_.begin());
    now_ = std::max(now_, call.key().first);
    ++steps_;
    call.mapped()();
    return true;
  }
  /// Makes all calls that come until then.
  void advance(Duration by = {}) {
    const Instant until = now_ + by;
    while (step(until)) {
    }
    now_ = until;
  }
  std::size_t waiting() const { return calls_.size(); }
  std::uint64_t steps() const { return steps_; }

 private:
  WakeToken add(Instant at, std::move_only_function<void()> call) {
    calls_.emplace(std::pair{std::max(at, now_), ++last_}, std::move(call));
    return {last_};
  }

  Instant now_{};
  std::uint64_t last_ = 0;
  std::uint64_t steps_ = 0;
  std::map<std::pair<Instant, std::uint64_t>, std::move_only_function<void()>> calls_;
};

}  // namespace gnomon
