#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "engine/events/event_window.h"
#include "engine/events/route.h"
#include "engine/events/selection.h"
#include "engine/ports/clock.h"

namespace gnomon {

/// How a route is doing. Counted since the router was made.
struct RouteStats {
  std::string name;
  std::uint64_t delivered = 0;  ///< events that its subscriber, or the shard, has taken
  std::uint64_t filtered = 0;   ///< events that were not for it
  std::uint64_t failed = 0;     ///< events passed over because an expression of the route failed
  std::uint64_t refused = 0;    ///< deliveries of which the shard refused a command for good
  std::uint64_t retries = 0;    ///< deliveries that failed or were not answered, and are made again
  std::uint64_t reads = 0;      ///< how often it was behind the events in memory
  std::uint64_t lost = 0;       ///< events that the store has no more
  std::uint64_t behind = 0;     ///< events that are durable and not done with
  Duration oldest{};            ///< how long the oldest of those has been waiting
  std::string last_problem;     ///< the latest reason for failed, refused or retries
  /// Why something was passed over (failed or refused), and when.
  struct Reason {
    std::string why;  ///< "": nothing was
    Instant at = kUnset;
  };
  Reason first_passed_over;
  Reason last_passed_over;
};

/// A route and how far it has got. Kept by EventRouter, which moves it from state to state.
///
/// Always holds: acked <= considered; all events up to `acked` are done with for ever, and those
/// from there to `considered` that are the route's are in `delivery`.
struct Subscriber {
  enum class State : std::uint8_t {
    kIdle,        ///< nothing is under way
    kReading,     ///< the store was asked for the events after `considered`
    kDelivering,  ///< `delivery` is to be answered before `due`
    kBackingOff,  ///< `delivery`, or the reading, is tried again at `due`
  };
  /// What is handed over together and answered together; one at a time.
  struct Batch {
    std::uint64_t upto = 0;
    std::vector<Payload> events;          ///< of a route that delivers
    std::vector<RoutedCommand> commands;  ///< of any other
    std::size_t size() const { return events.size() + commands.size(); }
  };

  Subscriber(Route its_route, ShardId shard);
  Subscriber(const Subscriber&) = delete;
  Subscriber& operator=(const Subscriber&) = delete;

  /// The event after `considered`; null if it is not in memory.
  const OfferedEvent* next(const EventWindow& window);
  /// Considers one event after the other, until the delivery is full, no more event is in memory,
  /// or the turn is over: turns are bounded, so that a filter which lets nothing through does not
  /// keep the engine waiting.
  void gather(const EventWindow& window, Instant now);
  /// Something was passed over, counted as `kind` (RouteStats::failed or refused).
  void pass_over(std::uint64_t RouteStats::* kind, RouteStats::Reason reason);

  const Route route;
  const Selection selection;

  State state = State::kIdle;
  bool placed = false;  ///< `acked` was set by the first opening
  std::uint64_t acked = 0;
  std::uint64_t considered = 0;
  std::uint64_t cursor = 0;  ///< the shard has been told so
  std::optional<Batch> delivery;
  std::deque<OfferedEvent> page;  ///< read from the store, after `considered`

  std::uint32_t failures = 0;  ///< in a row
  Instant due = kNever;
  WakeToken wake;
  Instant waiting_since =
      kUnset;  ///< instant of the first event after `acked`, as far as it is known
  RouteStats stats;

 private:
  void consider(const OfferedEvent& event, Batch& batch, Instant now);
};

/// Events considered in one turn; bytes of events after which a delivery is full.
inline constexpr std::uint32_t kEventsPerTurn = 256;
inline constexpr std::size_t kDeliveryBytes = 1 << 20;

}  // namespace gnomon
