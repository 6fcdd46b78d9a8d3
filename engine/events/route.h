#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/time.h"
#include "engine/expressions/expression.h"
#include "engine/model/node_spec.h"
#include "engine/ports/event_sink.h"
#include "engine/ports/inbox.h"
#include "engine/record/rows.h"

namespace gnomon {

/// Handler: hands the events to a subscriber.
struct DeliverTo {
  EventSink* sink = nullptr;
};

/// Handler: starts a workflow for each event, with what the transform gives as its input and the
/// idempotency key "event/<shard>/<sequence>/<route>".
struct StartOnEvent {
  WorkflowTarget workflow;
  std::string tenant;
  std::int16_t priority = 0;
};

/// Handler: signals a workflow for each event, with what the transform gives as the payload.
struct SignalOnEvent {
  Expression workflow;  ///< over the CloudEvent: the workflow's id, a string or a number
  std::string signal;
};

/// Handler: tells the ActionService that an attempt has ended (article A, figure 10: execution
/// environments publish, and the ActionService hears of it through its callback API instead of
/// polling). For external events only. What the transform gives holds the ActionKey under which the
/// runtime was asked, and how it ended:
///
///     {"workflow": "12", "node": 3, "attempt": 1, "outcome": "succeeded", "result": ...}
///     {"workflow": "12", "node": 3, "attempt": 1, "outcome": "failed", "error_class": "transient",
///     "reason": "..."}
struct CallbackOnEvent {};

using Handler = std::variant<DeliverTo, StartOnEvent, SignalOnEvent, CallbackOnEvent>;

/// From events to one handler, as the user wrote it down (article A: "a simple YAML configuration
/// file to define the mapping between events and handlers"). An event passes that is chosen by
/// source, types and filter; in them, `*` stands for any text.
struct Route {
  /// Of its durable cursor: unique, and for ever the same subscriber. A cursor whose route is gone
  /// is kept, so that the route goes on from there if it comes back.
  std::string name;
  std::string was;  ///< its name before it was renamed: whose cursor it takes over; "" for none
  std::string source = "*";  ///< of the CloudEvent; the engine's own are kEngineSource
  std::vector<std::string>
      types;  ///< of the CloudEvent, any of them; none given: every type. Cheap: looked at first
  std::optional<Expression> filter;     ///< over the CloudEvent; absent: true
  std::optional<Expression> transform;  ///< over the CloudEvent; absent: the CloudEvent as it is
  Handler handler;

  /// Where a subscriber that the store does not know begins: at the first event of the shard, or at
  /// the next one.
  bool from_first_event = false;
  std::uint32_t batch = 100;  ///< events in a delivery, at most
  /// A delivery that has not been answered for so long is made again.
  Duration answer_timeout = 30s;
  /// Between a delivery that failed and its repetition; doubled each time, up to max_retry_delay;
  /// for ever.
  Duration retry_delay = 100ms;
  Duration max_retry_delay = 1min;
};
inline constexpr std::string_view kEngineSource = "/gnomon/*";

/// Names no longer than this; batches from 1 to this.
inline constexpr std::size_t kMaxRouteName = 256;
inline constexpr std::uint32_t kMaxBatch = 10'000;

/// Before the name of a publisher, in the name of the cursor that says how many of its events have
/// been taken in (PublishEvents).
inline constexpr std::string_view kPublisherPrefix = "source/";
/// Before the shard and the name of a route, in the name of the cursor that says how far a shard
/// has carried out what that route of another shard asked of it (RoutedFromShard): "from/0/orders".
inline constexpr std::string_view kFromShardPrefix = "from/";
/// Whether a cursor of that name is no route's, but one of those two.
bool is_reserved(std::string_view name);

/// Everything that can be known to be wrong with a set of routes; the first such thing.
Expected<void> check_routes(std::span<const Route> routes);

struct StartByEvent {
  WorkflowTarget workflow;
  std::string key;
  std::string tenant;
  Payload labels;
  Payload input;
  std::int16_t priority = 0;
};
struct SignalByEvent {
  WorkflowId workflow{};
  std::string name;
  Payload payload;
};

/// What one event asks for.
struct RoutedCommand {
  using What = std::variant<StartByEvent, SignalByEvent, ActionEnded>;
  std::uint64_t event = 0;  ///< its sequence
  What what;
};

/// What consecutive events ask for by one route. The shard commits the cursor in the transaction
/// that holds what the commands changed, and passes over commands of events that the cursor has
/// already reached: so each event has its effect exactly once.
struct RoutedCommands {
  CursorRow cursor;
  std::vector<RoutedCommand> commands;
  std::string was;           ///< Route::was: that cursor counts too
  Expected<void> elsewhere;  ///< how the same events were answered by other shards
};

/// Whether `text` is what `pattern` describes, in which `*` stands for any text.
bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace gnomon
