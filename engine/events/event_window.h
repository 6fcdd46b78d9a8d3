#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "engine/events/offered_event.h"

namespace gnomon {

/// The latest events of a shard, without gaps: what all subscribers that keep up are served from.
/// One that falls out of it reads back from the store.
///
/// Always holds: at most max_events events, and at most max_bytes of text that came with them,
/// however slow anybody is (a single event may be longer).
class EventWindow {
 public:
  EventWindow(std::size_t max_events, std::size_t max_bytes)
      : max_events_(max_events), max_bytes_(max_bytes) {}

  /// Forgets all; the next event is the one after `last`.
  void restart(std::uint64_t last);
  /// The sequence must be last() + 1.
  void push(OfferedEvent event);

  /// Sequence of the last event there was, whether or not it is still in the window.
  std::uint64_t last() const { return last_; }
  std::size_t size() const { return events_.size(); }
  /// Null if the event is no longer, or not yet, in the window.
  const OfferedEvent* find(std::uint64_t sequence) const {
    const std::uint64_t from_end = last_ - sequence;  // wraps for what is still to come
    if (from_end >= events_.size()) return nullptr;
    return &events_[events_.size() - 1 - static_cast<std::size_t>(from_end)];
  }

 private:
  std::size_t max_events_;
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::uint64_t last_ = 0;
  std::deque<OfferedEvent> events_;
};

}  // namespace gnomon
