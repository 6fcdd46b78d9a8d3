#include <set>

#include "scenarios/language/object.h"
#include "scenarios/language/policy_types.h"
#include "scenarios/language/recurrence_type.h"
#include "scenarios/language/scalars.h"
#include "scenarios/language/trace.h"
#include "scenarios/language/workload_types.h"

namespace gnomon::scenarios {
namespace {

using sim::ArrivalProcess;

struct TraceText {
  Value file;
  TraceFormat format;
};

Type<ArrivalProcess> trace_type() {
  using Kind = TraceFormat::Kind;
  Object<TraceText> object("Trace", "Recorded arrivals: a CSV file with a line of names.");
  object.field("file", &TraceText::file, kept(text(4096)), "The file, relative to this one.")
      .required();
  object.field(
      "column",
      [](TraceText& trace, std::string column) { trace.format.column = std::move(column); },
      text(256), "The column with the times.");
  object
      .field(
          "format", [](TraceText& trace, Kind kind) { trace.format.kind = kind; },
          one_of<Kind>({{"seconds", Kind::kSeconds},
                        {"ms", Kind::kMilliseconds},
                        {"epoch", Kind::kEpoch},
                        {"iso8601", Kind::kIso8601},
                        {"per_minute", Kind::kPerMinute}}),
          "seconds, ms: offsets from the start. epoch (seconds since 1970), iso8601: the earliest "
          "is the start. "
          "per_minute: counts, in columns named by the number of a minute.")
      .by_default("seconds");
  object.field(
      "rows",
      [](TraceText& trace, const std::map<std::string, std::string>& rows) {
        trace.format.rows.assign(rows.begin(), rows.end());
      },
      map_by_name(word()),
      "Only rows in which these columns hold these texts; the start is that of all rows.");
  using Column = TraceFormat::Column;
  object.field(
      "columns",
      [](TraceText& trace, const std::map<std::string, Column>& columns) {
        trace.format.columns.assign(columns.begin(), columns.end());
      },
      map_by_name(one_of<Column>({{"number", Column::kNumber}, {"text", Column::kText}})),
      "What an arrival brings of its row: `.row` of the input's expression.");
  object.field(
      "tenant",
      [](TraceText& trace, std::string column) { trace.format.tenant = std::move(column); },
      text(256), "The column with the names of the tenants who ask.");
  object
      .field(
          "sort", [](TraceText& trace, bool sort) { trace.format.sort = sort; }, boolean(),
          "Whether rows may stand in any order; else a time before the last one is a mistake.")
      .by_default("false");
  object
      .field(
          "scale", [](TraceText& trace, double scale) { trace.format.scale = scale; },
          number(1e-6, 1e6), "Offsets are multiplied by it: 0.5 is twice as fast.")
      .by_default("1");
  object.example(
      "{file: jobs.csv, column: submitted, format: iso8601, columns: {gpus: number, hours: "
      "number}}");
  object.check([](TraceText& trace, const Value& value, Decoder& decoder) {
    const bool counts = trace.format.kind == Kind::kPerMinute;
    if (counts && !(trace.format.columns.empty() && trace.format.tenant.empty())) {
      decoder.error(value.place, "counts per minute have no row for each arrival");
      return false;
    }
    if (counts == trace.format.column.empty()) return true;
    decoder.error(value.place,
                  counts ? "counts per minute have no single 'column'" : "missing key 'column'");
    return false;
  });
  return converted<ArrivalProcess, TraceText>(
      std::move(object).type(),
      [](TraceText& trace, const Value&, Decoder& decoder, ArrivalProcess& out) {
        const std::string* content = decoder.read_file(trace.file);
        if (content == nullptr) return false;
        Expected<sim::TraceArrivals> arrivals = read_trace(*content, trace.format);
        if (!arrivals) {
          decoder.error(trace.file.place, in_file(trace.file.text, arrivals.error().message));
          return false;
        }
        for (const std::string& tenant :
             std::set(arrivals->tenants.begin(), arrivals->tenants.end())) {
          Value name = Value::string(tenant);
          name.place = trace.file.place;
          decoder.use(NameKind::kTenant, name);
        }
        out = *std::move(arrivals);
        return true;
      });
}

Type<sim::BurstArrivals> burst_type() {
  Object<sim::BurstArrivals> object("Burst", "Several at once, again and again.");
  object
      .field("size", &sim::BurstArrivals::size, whole<std::uint32_t>(1, 1'000'000),
             "At the same instant.")
      .required();
  object
      .field("every", &sim::BurstArrivals::interval, duration(1us),
             "From one to the next, the first after one of them.")
      .required();
  return std::move(object).type();
}

Type<ArrivalProcess> make_arrivals_type() {
  constexpr auto store = [](ArrivalProcess& out, auto process) { out = std::move(process); };
  Object<ArrivalProcess> object("Arrivals", "When requests come.");
  object.field(
      "poisson",
      [](ArrivalProcess& out, double per_second) { out = sim::PoissonArrivals{per_second}; },
      rate(), "At random, at this mean rate.");
  object.field(
      "every", [](ArrivalProcess& out, Duration interval) { out = sim::FixedArrivals{interval}; },
      duration(1us), "One in each interval, the first after one of them.");
  object.field("burst", store, burst_type(), "Several at once, again and again.");
  object.field(
      "daily",
      [](ArrivalProcess& out, const std::vector<double>& rates) {
        sim::DailyArrivals daily;
        std::copy(rates.begin(), rates.end(), daily.per_second_at_hour.begin());
        out = daily;
      },
      list_of(rate(), 24, 24),
      "At random; the rate follows the hour (UTC): 24 rates, straight lines between.");
  object.field(
      "recurring",
      [](ArrivalProcess& out, Recurrence recurrence) {
        out = sim::RecurringArrivals{std::move(recurrence)};
      },
      recurrence_type(), "By the calendar.");
  object.field("trace", store, trace_type(), "As they were recorded.");
  object.field(
      "once", [](ArrivalProcess& out, std::uint64_t count) { out = sim::OnceArrivals{count}; },
      whole<std::uint64_t>(1, 100'000'000), "So many at the start.");
  object.exactly_one({"poisson", "every", "burst", "daily", "recurring", "trace", "once"});
  object.example("{poisson: 5/s}");
  return std::move(object).type();
}

using sim::FollowUp;

Type<FollowUp> follow_up_type() {
  Object<FollowUp> object("FollowUp", "What a client does to the workflow it started.");
  object.field("after", &FollowUp::after, time_distribution(), "So long after the start.")
      .required();
  object.field("signal", &FollowUp::signal, text(256), "Sends this signal.");
  object.field("do", &FollowUp::kind,
               one_of<FollowUp::Kind>({{"cancel", FollowUp::Kind::kCancel},
                                       {"pause", FollowUp::Kind::kPause},
                                       {"resume", FollowUp::Kind::kResume},
                                       {"retry", FollowUp::Kind::kRetry}}),
               "Or does this; retry is RetryWorkflow.");
  object.field("payload", &FollowUp::payload, json(), "Of the signal.");
  object.field("probability", &FollowUp::probability, share(), "How likely.").by_default("100%");
  object
      .field(
          "when_failed", &FollowUp::when_failed, boolean(),
          "Of a retry: only if the workflow ended without success, `after` counting from that end.")
      .by_default("false");
  object.exactly_one({"signal", "do"});
  object.example(
      "{after: {exponential: 2h}, signal: approved, payload: {by: alice}, probability: 90%}");
  return std::move(object).type();
}

Type<sim::Traffic> make_traffic_type() {
  using sim::Traffic;
  Object<Traffic> object("Traffic", "A stream of requests to start a workflow.");
  object.field("workflow", &Traffic::workflow, name_of(NameKind::kWorkflow), "The workflow.")
      .required();
  object.field("arrivals", &Traffic::arrivals, arrivals_type(), "When they come.")
      .by_default("{once: 1}");
  object.field("begin", &Traffic::begin, duration(), "None before, from the start of the run.")
      .by_default("0");
  object.field("end", &Traffic::end, duration(), "None from then on; absent: until the horizon.");
  object.field("limit", &Traffic::limit, whole<std::uint64_t>(0, 1'000'000'000),
               "So many at most.");
  object.field("tenants", &Traffic::tenants, one_or_many(name_of(NameKind::kTenant)),
               "Who asks; absent: the default tenant.");
  object
      .field("zipf", &Traffic::zipf, number(0, 10),
             "Weight of the tenant at place i is i^-zipf; 0: all alike.")
      .by_default("0");
  object.field("priority", &Traffic::priority, priority_type(), "Higher is served first.")
      .by_default("0");
  object.field("labels", &Traffic::labels, labels_type(), "To search by.");
  object.field(
      "input",
      [](Traffic& traffic, Given given) {
        traffic.input = std::move(given.constant);
        traffic.input_expression = std::move(given.expression);
      },
      given({"n", "row", "tenant", "u"}),
      "Of the workflow: a constant, or as a string jq over {n, u, tenant, row}; n counts them from "
      "0, u is uniform, row has the `columns` of a trace.");
  object.field("follow_ups", &Traffic::follow_ups, list_of(follow_up_type(), 0, 1000),
               "What their clients do later.");
  object.example(
      "{workflow: train, arrivals: {poisson: 12/h}, tenants: [ads, search], zipf: 1, input: "
      "'{batch: .n}'}");
  object.check([](Traffic& traffic, const Value& value, Decoder& decoder) {
    if (!traffic.end || *traffic.end > traffic.begin) return true;
    decoder.error(value.find("end")->place, "the end is not after the beginning");
    return false;
  });
  return std::move(object).type();
}

}  // namespace

const Type<ArrivalProcess>& arrivals_type() {
  static const Type<ArrivalProcess> type = make_arrivals_type();
  return type;
}

const Type<sim::Traffic>& traffic_type() {
  static const Type<sim::Traffic> type = make_traffic_type();
  return type;
}

}  // namespace gnomon::scenarios
