#pragma once

#include <cstddef>
#include <utility>

#include "engine/base/payload.h"
#include "engine/events/cloud_event.h"
#include "engine/events/workflow_names.h"
#include "engine/record/event.h"

namespace gnomon {

/// A durable event on its way to subscribers. Its CloudEvents form is made when the first of them
/// asks, and shared by all.
class OfferedEvent {
 public:
  OfferedEvent(Event event, WorkflowNamesPtr names)
      : event_(std::move(event)), names_(std::move(names)) {}

  const Event& event() const { return event_; }
  std::uint64_t sequence() const { return event_.sequence; }
  const WorkflowNames* names() const { return names_.get(); }
  const Payload& text() const {
    if (text_.empty()) text_ = cloud_event(event_, names_.get());
    return text_;
  }

 private:
  Event event_;
  WorkflowNamesPtr names_;
  mutable Payload text_;
};

}  // namespace gnomon
