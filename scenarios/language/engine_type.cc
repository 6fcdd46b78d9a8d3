#include "scenarios/language/object.h"
#include "scenarios/language/policy_types.h"
#include "scenarios/language/setting_types.h"
#include "scenarios/language/workload_types.h"

namespace gnomon::scenarios {
namespace {

Type<PlacementPolicy> placement_type() {
  return one_of<PlacementPolicy>({{"two_choices", PlacementPolicy::kTwoChoices},
                                  {"least_loaded", PlacementPolicy::kLeastLoaded},
                                  {"key", PlacementPolicy::kKey},
                                  {"tenant", PlacementPolicy::kTenant}});
}

Type<MonitorLimits> monitors_type() {
  Object<MonitorLimits> object("Monitors", "Alarms; each raises an event. Absent: off.");
  object.field("node_delay", &MonitorLimits::node_delay, duration(1ns),
               "A node starts later than this after what it waited for.");
  object.field("stuck_after", &MonitorLimits::stuck_after, duration(1ns),
               "Nothing has happened to a workflow for so long.");
  object
      .field("hot_shard", &MonitorLimits::hot_shard, share(1000),
             "A shard carries more than this multiple of the mean.")
      .by_default("300%");
  object.example("{node_delay: 1m, stuck_after: 1h, hot_shard: 200%}");
  return std::move(object).type();
}

Type<EngineSettings> make_engine_type() {
  Object<EngineSettings> object("Engine", "How the engine is set up.");
  object
      .field("shards", &EngineSettings::shards, whole<std::uint32_t>(1, 1024),
             "Shards; a workflow lives in one of them.")
      .by_default("1");
  object
      .field("placement", &EngineSettings::placement, placement_type(),
             "How a new workflow is given a shard: of two that its key names the less loaded, the "
             "least loaded of all, "
             "by its key, by its tenant.")
      .by_default("two_choices");
  object
      .field(
          "commits_in_flight", &EngineSettings::commits_in_flight, whole<std::uint32_t>(1, 64),
          "Commits on their way at once: with 2, a batch is decided while the one before commits.")
      .by_default("2");
  object
      .field("commit_latency", &EngineSettings::commit_latency, time_distribution(),
             "Of the simulated store, a commit.")
      .by_default("0");
  object
      .field("row_latency", &EngineSettings::row_latency, duration(0ns, 1h),
             "Added for each row of a commit.")
      .by_default("0");
  object
      .field("hop_latency", &EngineSettings::hop_latency, time_distribution(),
             "From a client or a runtime to a shard, simulated.")
      .by_default("0");
  object
      .field(
          "sweep_interval",
          [](EngineSettings& engine, Duration every) { engine.actions.sweep_interval = every; },
          duration(1ms),
          "A runtime that pushes is asked about an attempt of which nothing was heard for so long.")
      .by_default("10m");
  object
      .field(
          "cancel_grace",
          [](EngineSettings& engine, Duration grace) { engine.actions.cancel_grace = grace; },
          duration(), "A cancelled attempt that has not confirmed its end for so long is given up.")
      .by_default("30s");
  object.field("monitors", &EngineSettings::monitors, monitors_type(), "Alarms.");
  object.field("defaults", &EngineSettings::defaults, tenant_type(),
               "What holds where neither node nor tenant says otherwise.");
  object
      .field("payload_limit", &EngineSettings::payload_limit, size(64 << 20),
             "Bytes of one input, output or signal.")
      .by_default("1MiB");
  object.example("{shards: 4, commit_latency: {exponential: 2ms}, monitors: {stuck_after: 1h}}");
  return std::move(object).type();
}

Type<FaultKind> fault_kind_type() {
  std::vector<std::pair<std::string, FaultKind>> kinds_by_name;
  for (const FaultName& fault : fault_names()) kinds_by_name.emplace_back(fault.name, fault.kind);
  return one_of<FaultKind>(std::move(kinds_by_name));
}

bool is_late(FaultKind kind) {
  return kind == FaultKind::kStoreSlow || kind == FaultKind::kRuntimeSlow ||
         kind == FaultKind::kCompletionLate;
}

Type<FaultRule> make_fault_type() {
  std::string meanings = "What goes wrong.";
  for (const FaultName& fault : fault_names())
    meanings += fmt::format(" `{}`: {}.", fault.name, fault.meaning);
  Object<FaultRule> object("Fault", "Something that goes wrong: what, where, when, how likely.");
  object.field("what", &FaultRule::what, fault_kind_type(), meanings).required();
  object.field("at", &FaultRule::at, duration(), "From then on, from the start of the run.")
      .by_default("0");
  object.field("for", &FaultRule::lasting, duration(1ns), "So long; absent: to the end.");
  object
      .field("where", &FaultRule::where, text(256),
             "Names of runtimes, shards or subscribers that it may hurt; * stands for any text.")
      .by_default("\"*\"");
  object.field("probability", &FaultRule::probability, share(), "Of each operation.")
      .by_default("100%");
  object.field("times", &FaultRule::times, whole<std::uint64_t>(1, 1'000'000'000),
               "So often at most.");
  object.field("by", &FaultRule::by, time_distribution(), "Of what is slow or late: by how much.")
      .by_default("0");
  object.example("{what: store_slow, at: 10m, for: 5m, by: {exponential: 200ms}}");
  object.check([](FaultRule& rule, const Value& value, Decoder& decoder) {
    if (is_late(rule.what) == (value.find("by") != nullptr)) return true;
    decoder.error(value.find("what")->place, is_late(rule.what)
                                                 ? "this fault needs 'by': how late it is"
                                                 : "this fault takes no 'by'");
    return false;
  });
  return std::move(object).type();
}

}  // namespace

const std::vector<FaultName>& fault_names() {
  static const std::vector<FaultName> names = {
      {"crash", FaultKind::kCrash, "a shard's host dies and is started again"},
      {"store_down", FaultKind::kStoreDown, "commits fail, without effect"},
      {"store_slow", FaultKind::kStoreSlow, "commits take longer"},
      {"store_answer_lost", FaultKind::kStoreAnswerLost, "a commit is durable, but nobody is told"},
      {"runtime_down", FaultKind::kRuntimeDown, "launches are refused"},
      {"runtime_slow", FaultKind::kRuntimeSlow, "launches take longer"},
      {"launch_answer_lost", FaultKind::kLaunchAnswerLost,
       "a launch has worked, but nobody is told"},
      {"worker_lost", FaultKind::kWorkerLost, "the worker dies while the attempt runs"},
      {"completion_lost", FaultKind::kCompletionLost, "the end of an attempt is never pushed"},
      {"completion_late", FaultKind::kCompletionLate, "the end of an attempt is pushed late"},
      {"completion_twice", FaultKind::kCompletionTwice, "the end of an attempt is pushed twice"},
      {"sink_down", FaultKind::kSinkDown, "a subscriber takes nothing"},
      {"sink_answer_lost", FaultKind::kSinkAnswerLost,
       "a subscriber has taken a delivery, but nobody is told"}};
  return names;
}

const Type<EngineSettings>& engine_type() {
  static const Type<EngineSettings> type = make_engine_type();
  return type;
}
const Type<FaultRule>& fault_type() {
  static const Type<FaultRule> type = make_fault_type();
  return type;
}

}  // namespace gnomon::scenarios
