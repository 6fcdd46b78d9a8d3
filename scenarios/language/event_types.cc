#include "engine/base/nearest_name.h"
#include "engine/events/cloud_event.h"
#include "engine/events/route.h"
#include "scenarios/language/object.h"
#include "scenarios/language/policy_types.h"
#include "scenarios/language/setting_types.h"
#include "scenarios/language/workload_types.h"

namespace gnomon::scenarios {
namespace {

using Window = std::pair<Duration, Duration>;

Type<Window> window_type() {
  return converted<Window, std::vector<Duration>>(
      list_of(duration(), 2, 2),
      [](std::vector<Duration>& ends, const Value& value, Decoder& decoder, Window& out) {
        out = {ends[0], ends[1]};
        if (ends[0] < ends[1]) return true;
        decoder.error(value.place, "expected the beginning and the end of a time");
        return false;
      });
}

using Sink = std::variant<SimulatedSink, FileSink>;

Type<Sink> sink_type() {
  Object<SimulatedSink> simulated("SimulatedSink", "A subscriber of the simulated world.");
  simulated.field("latency", &SimulatedSink::latency, time_distribution(), "To take one delivery.")
      .by_default("0");
  simulated
      .field("failure_rate", &SimulatedSink::failure_rate, share(),
             "Of deliveries; they come again.")
      .by_default("0%");
  simulated.field("down", &SimulatedSink::down, list_of(window_type()),
                  "It takes nothing between these offsets from the start.");

  Object<FileSink> file("FileSink", "A file.");
  file.field("path", &FileSink::path, text(4096), "One JSON text a line is appended.").required();

  Object<Sink> object("Sink", "Where a subscriber's events go.");
  object.field(
      "simulate", [](Sink& sink, SimulatedSink made) { sink = std::move(made); },
      std::move(simulated).type(), "A simulated consumer.");
  object.field(
      "file", [](Sink& sink, FileSink made) { sink = std::move(made); },
      either(as<FileSink>(text(4096), [](std::string path) { return FileSink{std::move(path)}; }),
             std::move(file).type()),
      "A file, by its path.");
  object.exactly_one({"simulate", "file"});
  object.example("{simulate: {latency: 20ms, failure_rate: 1%, down: [[10m, 20m]]}}");
  return std::move(object).type();
}

/// What a route and a subscriber have in common: which events, and how they are handed over.
template <typename T>
void add_route_fields(Object<T>& object) {
  const auto in_route = [](auto Route::* member) {
    return [member](T& out, auto value) { out.route.*member = std::move(value); };
  };
  object.field("types", in_route(&Route::types), one_or_many(text(256)),
               "Types of events, any of them; * stands for any text. Absent: every type. Looked at "
               "before the filter, and much cheaper.");
  object.field("filter", in_route(&Route::filter), expression(),
               "jq over the event: whether it is taken; absent: all are.");
  object.field("transform", in_route(&Route::transform), expression(),
               "jq over the event: what is handed over; absent: the event, as CloudEvents 1.0.");
  object
      .field("batch", in_route(&Route::batch), whole<std::uint32_t>(1, kMaxBatch),
             "Events handed over at once, at most.")
      .by_default("100");
  object
      .field("from", in_route(&Route::from_first_event),
             one_of<bool>({{"next", false}, {"first", true}}),
             "Where it begins in a record that does not know its name: with the next event, or "
             "with the first there was.")
      .by_default("next");
  object.field("was", in_route(&Route::was), text(kMaxRouteName),
               "Its name before it was renamed: it goes on from there.");
  object
      .field("answer_timeout", in_route(&Route::answer_timeout), duration(1ns),
             "What was handed over and is not answered for so long is handed over again.")
      .by_default("30s");
  object
      .field("retry_delay", in_route(&Route::retry_delay), duration(1ns),
             "Until what failed is handed over again; doubled each time, for ever.")
      .by_default("100ms");
  object
      .field("max_retry_delay", in_route(&Route::max_retry_delay), duration(1ns),
             "The delay grows no longer than this.")
      .by_default("1m");
}

/// Sources are known by their names; the engine's own events come from one for each shard.
std::string pattern_of(std::string source) {
  return source == "engine" ? std::string{kEngineSource} : std::move(source);
}

/// Tells a type that no event of the engine has: such a route would be silent for ever.
bool check_engine_types(const Route& route, const Value& value, Decoder& decoder) {
  if (route.source != kEngineSource) return true;
  bool good = true;
  for (const std::string& pattern : route.types) {
    NearestName nearest(pattern);
    bool known = false;
    for (std::size_t kind = 0; kind < kEventKindCount; ++kind) {
      const std::string type = engine_type(static_cast<EventKind>(kind));
      known = known || glob_matches(pattern, type);
      nearest.consider(type);
    }
    if (known) continue;
    decoder.error(
        value.find("types")->place,
        fmt::format("no event of the engine is of the type '{}'{}", pattern, nearest.hint()));
    good = false;
  }
  return good;
}

/// Tells what no event of the route's source ever has.
void check_expressions(const Route& route, const Value& value, Decoder& decoder) {
  const auto check = [&](const Value* text, const std::optional<Expression>& expression) {
    if (text == nullptr || !expression) return;
    decoder.check_expression(*text, route.source == kEngineSource
                                        ? never_seen(*expression, engine_event_sees())
                                        : never_seen_of_event(*expression));
  };
  check(value.find("filter"), route.filter);
  check(value.find("transform"), route.transform);
  const auto* signal = std::get_if<SignalOnEvent>(&route.handler);
  if (signal != nullptr)
    check(value.find("handler")->find("signal")->find("workflow_id"), signal->workflow);
}

bool check_route_settings(const Route& route, const Value& value, Decoder& decoder) {
  if (route.max_retry_delay < route.retry_delay) {
    decoder.error(value.place, "max_retry_delay is shorter than retry_delay");
    return false;
  }
  check_expressions(route, value, decoder);
  return check_engine_types(route, value, decoder);
}

Type<SubscriberSettings> make_subscriber_type() {
  Object<SubscriberSettings> object(
      "Subscriber", "Somebody who is told what happens, each event at least once, in order.");
  object.field(
      "source",
      [](SubscriberSettings& out, std::string name) {
        out.route.source = pattern_of(std::move(name));
      },
      name_of(NameKind::kSource), "`engine`, or one of `sources`; absent: all of them.");
  add_route_fields(object);
  object.field("sink", &SubscriberSettings::sink, sink_type(), "Where they go.").required();
  object.check([](SubscriberSettings& out, const Value& value, Decoder& decoder) {
    return check_route_settings(out.route, value, decoder);
  });
  object.example("{types: gnomon.node_end, sink: {simulate: {latency: 20ms}}}");
  return std::move(object).type();
}

Type<StartOnEvent> start_type() {
  Object<StartOnEvent> object("StartHandler", "Starts a workflow, once for each event.");
  object
      .field(
          "workflow",
          [](StartOnEvent& start, std::string name) { start.workflow.name = std::move(name); },
          name_of(NameKind::kWorkflow), "Its name.")
      .required();
  object.field("tenant", &StartOnEvent::tenant, name_of(NameKind::kTenant), "Whose it is.");
  object.field("priority", &StartOnEvent::priority, priority_type(), "Of its tasks.")
      .by_default("0");
  object.example("{workflow: ingest, tenant: lab, priority: 5}");
  Type<StartOnEvent> by_name = as<StartOnEvent>(name_of(NameKind::kWorkflow), [](std::string name) {
    StartOnEvent start;
    start.workflow.name = std::move(name);
    return start;
  });
  return either(std::move(by_name), std::move(object).type());
}

Type<SignalOnEvent> signal_type() {
  Object<SignalOnEvent> object("SignalHandler", "Sends a signal to a workflow.");
  object.field("name", &SignalOnEvent::signal, text(256), "Of the signal.").required();
  object
      .field("workflow_id", &SignalOnEvent::workflow, expression(),
             "jq over the event: the workflow's id, a string or a number.")
      .required();
  object.example("{name: decision, workflow_id: .data.run}");
  return std::move(object).type();
}

Type<CallbackOnEvent> callback_type() {
  return Object<CallbackOnEvent>("CallbackHandler",
                                 "Tells the ActionService that an attempt has ended. The event, "
                                 "transformed, is `{workflow, node, attempt, outcome}` with "
                                 "`result`, or `error_class` and `reason`.")
      .type();
}

/// A handler as it is written; a subscriber's sink is found later, by its name.
struct HandlerText {
  Handler handler;
  std::string subscriber;
};

Type<HandlerText> handler_type() {
  const auto take = [](HandlerText& text, auto made) { text.handler = std::move(made); };
  Object<HandlerText> object("Handler", "What an event does.");
  object.field("start", take, start_type(),
               "Starts this workflow; the event, transformed, is its input.");
  object.field("signal", take, signal_type(),
               "Sends a signal; the event, transformed, is its payload.");
  object.field("callback", take, callback_type(),
               "Ends an attempt that a runtime has launched; not for events of the engine.");
  object.field(
      "subscriber",
      [](HandlerText& text, std::string name) {
        text.handler = DeliverTo{};
        text.subscriber = std::move(name);
      },
      name_of(NameKind::kSubscriber),
      "Hands it to this subscriber's sink, besides what the subscriber takes by itself.");
  object.exactly_one({"start", "signal", "callback", "subscriber"});
  return std::move(object).type();
}

Type<RouteSettings> make_route_type() {
  Object<RouteSettings> object(
      "Route",
      "From a source of events to what they do. Its name is that of its place among the events, "
      "which is durable: it must not be a subscriber's, and a route that is renamed says what it "
      "`was`. One that is taken out keeps its place, and goes on from there when it comes back.");
  object
      .field(
          "source",
          [](RouteSettings& out, std::string name) {
            out.route.source = pattern_of(std::move(name));
          },
          name_of(NameKind::kSource), "`engine`, or one of `sources`.")
      .required();
  add_route_fields(object);
  object
      .field(
          "handler",
          [](RouteSettings& out, HandlerText text) {
            out.route.handler = std::move(text.handler);
            out.subscriber = std::move(text.subscriber);
          },
          handler_type(), "What it does.")
      .required();
  object.check([](RouteSettings& out, const Value& value, Decoder& decoder) {
    if (out.route.source == kEngineSource &&
        std::holds_alternative<CallbackOnEvent>(out.route.handler)) {
      decoder.error(value.place, "events of the engine end no attempts: 'callback' needs a source");
      return false;
    }
    return check_route_settings(out.route, value, decoder);
  });
  object.example(
      "{source: blob, types: blob.created, filter: .data.csv, handler: {start: ingest}}");
  return std::move(object).type();
}

Type<SourceSettings> make_source_type() {
  Object<SourceSettings> object(
      "Source", "Where events from outside come from: files that arrive, rows that change.");
  object.field("arrivals", &SourceSettings::arrivals, arrivals_type(),
               "When they come, simulated.");
  object
      .field("begin", &SourceSettings::begin, duration(), "None before, from the start of the run.")
      .by_default("0");
  object.field("end", &SourceSettings::end, duration(),
               "None from then on; absent: until the horizon.");
  object.field("limit", &SourceSettings::limit, whole<std::uint64_t>(0, 1'000'000'000),
               "So many at most.");
  object.field("type", &SourceSettings::type, text(256), "Type of the events (CloudEvents).")
      .by_default("event");
  object.field("data", &SourceSettings::data, given({"n", "u"}),
               "Data of the events: a constant, or as a string jq over {n, u}; n counts them from "
               "0, u is uniform.");
  object.example(
      "{arrivals: {poisson: 3/min}, type: blob.created, data: '{path: \"in/\\(.n).csv\"}'}");
  return std::move(object).type();
}

}  // namespace

const Type<SubscriberSettings>& subscriber_type() {
  static const Type<SubscriberSettings> type = make_subscriber_type();
  return type;
}
const Type<RouteSettings>& route_type() {
  static const Type<RouteSettings> type = make_route_type();
  return type;
}
const Type<SourceSettings>& source_type() {
  static const Type<SourceSettings> type = make_source_type();
  return type;
}

}  // namespace gnomon::scenarios
