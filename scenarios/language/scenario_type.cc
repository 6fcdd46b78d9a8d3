#include "scenarios/language/scenario_type.h"

#include "scenarios/language/object.h"
#include "scenarios/language/policy_types.h"
#include "scenarios/language/scalars.h"
#include "scenarios/language/setting_types.h"
#include "scenarios/language/workload_types.h"

namespace gnomon::scenarios {
namespace {

constexpr Duration kLongestDrain = std::chrono::hours(24 * 365);

Type<std::vector<RuntimeSettings>> runtimes_type() {
  return map_of<std::vector<RuntimeSettings>, RuntimeSettings>(
      runtime_type(), NameKind::kRuntime,
      [](std::vector<RuntimeSettings>& all, const Member& member, RuntimeSettings runtime) {
        runtime.pool.name = member.key;
        all.push_back(std::move(runtime));
      });
}

using Workflows = std::vector<Workflow>;

/// Durations of a generated workflow are kept with the action of its tasks, which can hold those of
/// one.
bool check_durations(Workflows& all, const Value& value, Decoder& decoder, Workflows& out) {
  std::map<std::string, std::string> owners;
  for (const Workflow& workflow : all) {
    if (workflow.durations.of_node.empty()) continue;
    const auto [owner, is_new] =
        owners.emplace(workflow.durations.action, workflow.definition->name());
    if (is_new) continue;
    decoder.error(value.place,
                  fmt::format("workflows '{}' and '{}' both generate durations of the action '{}'",
                              owner->second, workflow.definition->name(), owner->first));
    return false;
  }
  out = std::move(all);
  return true;
}

Type<Workflows> workflows_type() {
  return converted<Workflows, Workflows>(
      map_of<Workflows, Workflow>(workflow_type(), NameKind::kWorkflow,
                                  [](Workflows& all, const Member&, Workflow workflow) {
                                    all.push_back(std::move(workflow));
                                  }),
      check_durations);
}

/// A list of what holds a Route, which has the name.
template <typename T>
Type<std::vector<T>> list_by_route(Type<T> element,
                                   std::optional<NameKind> declares = std::nullopt) {
  return map_of<std::vector<T>, T>(std::move(element), declares,
                                   [](std::vector<T>& list, const Member& member, T read) {
                                     read.route.name = member.key;
                                     list.push_back(std::move(read));
                                   });
}

using Actions = std::map<std::string, sim::Behaviour, std::less<>>;

Type<Actions> actions_type() {
  return map_of<Actions, sim::Behaviour>(
      behaviour_type(), std::nullopt,
      [](Actions& all, const Member& member, sim::Behaviour behaviour) {
        all.insert_or_assign(member.key, std::move(behaviour));
      });
}

void take_workflows(Scenario& scenario, Workflows workflows) {
  for (Workflow& workflow : workflows) {
    scenario.nodes.merge(workflow.simulated);
    if (!workflow.durations.of_node.empty()) {
      scenario.actions[workflow.durations.action].duration_of_node =
          std::move(workflow.durations.of_node);
    }
    scenario.workflows.push_back(std::move(workflow.definition));
  }
}

Type<Threshold> threshold_type() {
  Type<Threshold> type = converted<Threshold, std::string>(
      text(1024), [](std::string& text, const Value& value, Decoder& decoder, Threshold& out) {
        Expected<Threshold> parsed = parse_threshold(text);
        if (!parsed) {
          decoder.error(value.place, fmt::format("in this threshold, {}", parsed.error().message));
          return false;
        }
        out = *std::move(parsed);
        return true;
      });
  type.expects = "a threshold such as 'makespan p(95) < 30s'";
  return type;
}

Type<std::optional<Duration>> drain_type() {
  Type<std::optional<Duration>> yes_or_no = as<std::optional<Duration>>(
      boolean(), [](bool on) { return on ? std::optional(kLongestDrain) : std::nullopt; });
  return either(std::move(yes_or_no), optional(duration(0ns, kLongestDrain)));
}

void add_meta(Object<Scenario>& object) {
  object.field("name", &Scenario::name, text(256), "Of the scenario; absent: the file's.");
  object.field("description", &Scenario::description, text(), "For people: what it shows.");
  object.field("claims", &Scenario::claims, list_of(word()),
               "What it shows: numbers of the checklist, or words.");
  object
      .field("seed", &Scenario::seed,
             whole<std::uint64_t>(0, std::uint64_t{std::numeric_limits<std::int64_t>::max()}),
             "Of all that is drawn at random; the same seed gives the same run.")
      .by_default("1");
  object.field("start", &Scenario::start, instant(), "When the simulated clock begins.")
      .by_default("\"2026-01-05T00:00:00Z\"");
  object
      .field("horizon", &Scenario::horizon, duration(1ms), "How long traffic and schedules go on.")
      .by_default("1d");
  object
      .field("drain", &Scenario::drain, drain_type(),
             "Whether live work may end after the horizon; a duration says how long it may take.")
      .by_default("true");
  object.field(
      "include", [](Scenario&, const std::vector<std::string>&) {}, one_or_many(text(4096)),
      "Files read before this one, relative to it. Later keys override; maps are merged, all else "
      "replaced.");
  object.field(
      "set", [](Scenario&, const std::vector<std::string>&) {}, one_or_many(text(4096)),
      "Changes to single values of this file and of what it includes, as `--set` makes them: "
      "`runtimes.gpu.workers=64`.");
}

Type<Scenario> make_scenario_type() {
  Object<Scenario> object(
      "Scenario",
      "A run, in one file: what runs, where, how much of it, what goes wrong, what must hold.");
  add_meta(object);
  object.field("runtimes", &Scenario::runtimes, runtimes_type(), "Where actions run.");
  object.field("actions", &Scenario::actions, actions_type(),
               "How actions behave when simulated, by name.");
  object.field("workflows", take_workflows, workflows_type(), "The workflows, by name.");
  object.field("tenants", &Scenario::tenants,
               list_by_name(tenant_type(), &Tenant::name, NameKind::kTenant),
               "Users of the platform. Their names have no `/`, and `default` is none of them.");
  object.field("traffic", &Scenario::traffic, list_by_name(traffic_type(), &sim::Traffic::name),
               "Who starts workflows, and when.");
  object.field("schedules", &Scenario::schedules,
               list_by_name(schedule_type(), &ScheduleSettings::name), "Recurring starts.");
  object.field("sources", &Scenario::sources,
               list_by_name(source_type(), &SourceSettings::name, NameKind::kSource),
               "Where events from outside come from.");
  object.field("subscribers", &Scenario::subscribers,
               list_by_route(subscriber_type(), NameKind::kSubscriber),
               "Who is told what happens.");
  object.field("routes", &Scenario::routes, list_by_route(route_type()),
               "What events do (EventRouter), by names of their own.");
  object.field("engine", &Scenario::engine, engine_type(), "How the engine is set up.")
      .by_default("{}");
  object.field("faults", &Scenario::faults, list_of(fault_type(), 0, 10'000), "What goes wrong.");
  object.field(
      "thresholds", &Scenario::thresholds, list_of(threshold_type(), 0, 10'000),
      "What must hold: metric, label, aggregate, comparison, bound. `workflows failed rate < 1%`.");
  object.field("tests", &Scenario::tests, list_by_name(workflow_test_type(), &WorkflowTest::name),
               "Unit tests of the workflows.");
  object
      .field("record", &Scenario::record,
             one_of<RecordLevel>({{"full", RecordLevel::kFull},
                                  {"summary", RecordLevel::kSummary},
                                  {"none", RecordLevel::kNone}}),
             "What is kept of a run besides its metrics: all rows and events, workflows only, "
             "nothing.")
      .by_default("full");
  object.example(
      "name: hello\n"
      "runtimes: {cpu: {workers: 4}}\n"
      "actions: {greet: {duration: {exponential: 30s}}}\n"
      "workflows:\n"
      "  hello: {nodes: {greet: {task: {runtime: cpu, action: greet}}}}\n"
      "traffic: {steady: {workflow: hello, arrivals: {poisson: 2/min}}}\n"
      "horizon: 1h\n"
      "thresholds: [makespan p(95) < 5m]\n");
  return std::move(object).type();
}

}  // namespace

const Type<Scenario>& scenario_type() {
  static const Type<Scenario> type = make_scenario_type();
  return type;
}

Value schema_value() {
  SchemaDefinitions definitions;
  Value reference = scenario_type().schema(definitions);
  Value schema =
      Value::map({{"$schema", {}, Value::string("https://json-schema.org/draft/2020-12/schema")},
                  {"title", {}, Value::string("gnomon scenario")}});
  schema.add("$ref", *reference.find("$ref"));
  schema.add("$defs", definitions.all());
  return schema;
}

std::string json_schema() {
  return to_pretty_json(schema_value());
}

}  // namespace gnomon::scenarios
