#include "engine/events/route.h"
#include "scenarios/language/object.h"
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

Type<SubscriberSettings> make_subscriber_type() {
  Object<SubscriberSettings> object(
      "Subscriber", "Somebody who is told what happens, each event at least once, in order.");
  object.field("filter", &SubscriberSettings::filter, expression(),
               "jq over the event: whether it is delivered; absent: all are.");
  object.field("transform", &SubscriberSettings::transform, expression(),
               "jq over the event; absent: CloudEvents 1.0.");
  object
      .field("batch", &SubscriberSettings::batch, whole<std::uint32_t>(1, kMaxBatch),
             "Events handed over at once, at most.")
      .by_default("100");
  object.field("sink", &SubscriberSettings::sink, sink_type(), "Where they go.").required();
  object.example("{filter: '.type == \"node_end\"', sink: {simulate: {latency: 20ms}}}");
  return std::move(object).type();
}

using Handler = std::variant<StartHandler, SignalHandler, SubscriberHandler>;

Type<Handler> handler_type() {
  Object<SignalHandler> signal("SignalHandler", "Sends a signal to a workflow.");
  signal.field("name", &SignalHandler::signal, text(256), "Of the signal.").required();
  signal
      .field("workflow_id", &SignalHandler::workflow_id, expression(),
             "jq over the event: the workflow's id.")
      .required();

  Object<Handler> object("Handler", "What an event does.");
  object.field(
      "start", [](Handler& handler, std::string name) { handler = StartHandler{std::move(name)}; },
      name_of(NameKind::kWorkflow), "Starts this workflow; the event, transformed, is its input.");
  object.field(
      "signal", [](Handler& handler, SignalHandler made) { handler = std::move(made); },
      std::move(signal).type(), "Sends a signal; the event, transformed, is its payload.");
  object.field(
      "subscriber",
      [](Handler& handler, std::string name) { handler = SubscriberHandler{std::move(name)}; },
      name_of(NameKind::kSubscriber), "Hands it to this subscriber.");
  object.exactly_one({"start", "signal", "subscriber"});
  return std::move(object).type();
}

Type<RouteSettings> make_route_type() {
  Object<RouteSettings> object("Route", "From a source of events to what they do.");
  object
      .field("source", &RouteSettings::source, name_of(NameKind::kSource),
             "`engine`, or one of `sources`.")
      .required();
  object.field("filter", &RouteSettings::filter, expression(),
               "jq over the event: whether it is taken; absent: all are.");
  object.field("transform", &RouteSettings::transform, expression(),
               "jq over the event; absent: its data.");
  object.field("handler", &RouteSettings::handler, handler_type(), "What it does.").required();
  object.example("{source: blob, filter: '.type == \"blob.created\"', handler: {start: ingest}}");
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
  object.field("data", &SourceSettings::data, given(),
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
