#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/payload.h"

namespace gnomon {

/// What a subscriber is handed: consecutive events that its filter let through, as its transform
/// made them, in the CloudEvents 1.0 JSON form unless the transform says otherwise.
struct Delivery {
  std::string subscriber;
  std::uint64_t upto =
      0;  ///< sequence of the last event considered, whether or not it passed the filter
  std::vector<Payload> events;
};

/// Takes events for one kind of subscriber: a file, a webhook, a broker, a simulated consumer.
/// Answered by Delivered; what was delivered without an answer comes again (at least once), in
/// order.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void deliver(Delivery delivery) = 0;
};

}  // namespace gnomon
