#include "engine/events/event_window.h"

#include <utility>

#include "engine/base/ensure.h"

namespace gnomon {

void EventWindow::restart(std::uint64_t last) {
  events_.clear();
  bytes_ = 0;
  last_ = last;
}

void EventWindow::push(OfferedEvent event) {
  ENSURE(event.sequence() == last_ + 1, "event {} follows event {}", event.sequence(), last_);
  last_ = event.sequence();
  bytes_ += event.event().text.text().size();
  events_.push_back(std::move(event));
  while (events_.size() > max_events_ || (bytes_ > max_bytes_ && events_.size() > 1)) {
    bytes_ -= events_.front().event().text.text().size();
    events_.pop_front();
  }
}

}  // namespace gnomon
