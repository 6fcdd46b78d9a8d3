#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"

namespace gnomon {

/// What a timer is for.
enum class TimerKind : std::uint8_t {
  kNode,      ///< a wait's end, an attempt's timeout, poll or retry
  kDeadline,  ///< of a workflow
  kProgress,  ///< monitor: has anything happened to the workflow?
};

/// One-shot timer. It is never taken back: whoever set it compares `generation` with its own when
/// it fires, and counts it as outdated when it no longer wants it.
struct Timer {
  Instant at{};
  std::uint64_t sequence = 0;
  NodeRef ref;
  std::uint32_t generation = 0;
  TimerKind kind{};
};

/// The one-shot timers of a shard, in the order of (instant, sequence).
class TimerQueue {
 public:
  void push(Instant at, TimerKind kind, NodeRef ref, std::uint32_t generation) {
    heap_.push_back({at, ++sequence_, ref, generation, kind});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  /// kNever if there is none.
  Instant next() const { return heap_.empty() ? kNever : heap_.front().at; }
  Timer pop() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Timer timer = heap_.back();
    heap_.pop_back();
    return timer;
  }
  std::size_t size() const { return heap_.size(); }

  /// Says that one more of the timers is not wanted any more. Once they are the majority, those for
  /// which `wanted(timer)` is false are dropped, so that memory follows the timers that count.
  template <typename Wanted>
  void outdated(Wanted wanted) {
    if (++outdated_ < 1024 || outdated_ * 2 < heap_.size()) return;
    std::erase_if(heap_, [&](const Timer& timer) { return !wanted(timer); });
    std::make_heap(heap_.begin(), heap_.end(), later);
    outdated_ = 0;
  }

 private:
  static bool later(const Timer& a, const Timer& b) {
    return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
  }
  std::vector<Timer> heap_;
  std::uint64_t sequence_ = 0;
  std::size_t outdated_ = 0;
};

}  // namespace gnomon
