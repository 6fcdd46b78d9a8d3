#pragma once

#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/ensure.h"
#include "engine/shard/gateway.h"
#include "engine/shard/host.h"
#include "sim/kernel/kernel.h"
#include "sim/world/network.h"
#include "sim/world/pool.h"
#include "sim/world/sim_store.h"

namespace gnomon::testing {

/// One shard in virtual time with a pool named "pool" and one named "polled", for tests that tell a
/// story in a few lines: define, start, run, ask. Every event is kept; `crash_at` kills the host in
/// the middle.
class SmallWorld final : public CommitListener {
 public:
  struct Options {
    std::uint32_t workers = 100;
    sim::Distribution commit_latency;
    sim::Distribution hop_latency;
    MonitorSettings monitors;
    ActionSettings actions;
    std::vector<Tenant> tenants;
  };

  SmallWorld() : SmallWorld(Options{}) {}
  explicit SmallWorld(Options options)
      : network(0, options.hop_latency, random, kernel),
        pool(pool_settings("pool", options.workers, std::nullopt), behaviours, random, kernel,
             network),
        polled(pool_settings("polled", options.workers, Duration{10s}), behaviours, random, kernel,
               network),
        store({.commit_latency = options.commit_latency}, disk, random, kernel, network),
        host(host_settings(options), executors, kernel, store, {&pool, &polled}, decoders()),
        gateway({}, {&host}, {&network}) {
    network.connect(host);
    host.add_listener(*this);
    ENSURE(host.start().has_value(), "the host does not start");
  }

  /// A task of that action; its behaviour is set by `behave`.
  static NodeSpec task(std::string action, std::string runtime = "pool") {
    return {.work =
                TaskSpec{.runtime = std::move(runtime), .action = std::move(action), .params = {}}};
  }
  sim::Behaviour& behave(const std::string& action, Duration duration = 1s) {
    sim::Behaviour& behaviour = behaviours.of_action[action];
    behaviour.duration = *sim::Distribution::constant(static_cast<double>(duration.count()));
    return behaviour;
  }
  /// Its first attempts fail with those classes, the one after them succeeds.
  void fail(const std::string& action, const std::vector<ErrorClass>& errors,
            bool for_ever = false) {
    sim::Behaviour& behaviour = behave(action);
    for (const ErrorClass error : errors)
      behaviour.endings.push_back({Outcome::kFailed, error, std::nullopt, {}});
    if (!for_ever)
      behaviour.endings.push_back({Outcome::kSucceeded, ErrorClass::kNone, std::nullopt, {}});
  }

  void upload(const DefinitionPtr& definition) {
    definitions[definition->name()] = definition;
    gateway.send(UploadDefinition{0, definition});
  }
  void put(const Schedule& schedule) {
    schedules[schedule.name] = schedule;
    gateway.send(PutSchedule{0, schedule});
  }
  /// Starts and lets everything happen that happens at this instant.
  WorkflowId start(const DefinitionPtr& definition, Payload input = {}, std::string key = {},
                   std::string tenant = {}) {
    definitions[definition->name()] = definition;
    return ask(StartWorkflow{.workflow = {.definition = definition},
                             .key = std::move(key),
                             .tenant = std::move(tenant),
                             .input = std::move(input)})
        .value_or(WorkflowId::kNone);
  }
  Expected<WorkflowId> ask(Command command) {
    Expected<WorkflowId> result = invalid("no answer");
    gateway.send(std::move(command),
                 [&result](const Expected<WorkflowId>& answer) { result = answer; });
    for (int i = 0;
         i < 1000 && !result && result.error().message == "no answer" && kernel.run_one(); ++i) {
    }
    return result;
  }
  void run() { kernel.run(); }
  void run_for(Duration length) { kernel.run_until(kernel.now() + length); }
  void crash_at(Duration after) {
    kernel.run_until(kernel.now() + after);
    host.crash(Duration{1});
  }

  void committed(const Commit& commit) override {
    for (const WorkflowRow& row : commit.workflows) workflows[row.id] = row;
    for (const NodeRow& row : commit.nodes) nodes[{row.workflow, row.node}] = row;
    events.insert(events.end(), commit.events.begin(), commit.events.end());
  }

  /// "a:succeeded b:failed c:PENDING", in the order of the definition.
  std::string states(WorkflowId id) const {
    const Definition& definition = *definitions.at(name_of(id));
    std::string text;
    for (NodeIndex node = 0; node < definition.node_count(); ++node) {
      const auto row = nodes.find({id, node});
      std::string_view state = "PENDING";
      if (row != nodes.end()) {
        state = row->second.phase == NodePhase::kFinished
                    ? to_string(static_cast<Outcome>(row->second.outcome))
                    : to_string(row->second.phase);
      }
      text += fmt::format("{}{}:{}", text.empty() ? "" : " ", definition.node_name(node), state);
    }
    return text;
  }
  std::string outcome(WorkflowId id) const {
    const auto row = workflows.find(id);
    if (row == workflows.end()) return "unknown";
    if (row->second.phase != WorkflowPhase::kFinished)
      return std::string{to_string(row->second.phase)};
    return std::string{to_string(static_cast<Outcome>(row->second.outcome))};
  }
  const NodeRow& node(WorkflowId id, std::string_view name) const {
    return nodes.at({id, *definitions.at(name_of(id))->find(name)});
  }
  std::size_t count(EventKind kind) const {
    std::size_t n = 0;
    for (const Event& event : events) n += event.kind == kind;
    return n;
  }
  std::string output(WorkflowId id) const { return std::string{workflows.at(id).output.json()}; }

  std::map<std::string, DefinitionPtr> definitions;
  std::map<std::string, Schedule> schedules;
  sim::Kernel kernel;
  KeyedRandom random{1};
  sim::Behaviours behaviours;
  sim::Network network;
  sim::Pool pool;
  sim::Pool polled;
  sim::SimDisk disk;
  sim::SimStore store;
  NodeExecutors executors;
  Host host;
  Gateway gateway;
  std::map<WorkflowId, WorkflowRow> workflows;
  std::map<NodeRef, NodeRow> nodes;
  std::vector<Event> events;

 private:
  static sim::PoolSettings pool_settings(std::string name, std::uint32_t workers,
                                         std::optional<Duration> poll) {
    sim::PoolSettings settings;
    settings.name = std::move(name);
    settings.workers = workers;
    settings.poll_interval = poll;
    settings.otherwise.duration = *sim::Distribution::constant(1e9);
    return settings;
  }
  HostSettings host_settings(const Options& options) {
    HostSettings settings;
    settings.shard.workflow.random = random;
    settings.shard.workflow.runtimes = {{"pool", std::nullopt}, {"polled", Duration{10s}}};
    settings.shard.workflow.monitors = options.monitors;
    settings.shard.workflow.actions = options.actions;
    settings.shard.workflow.tenants = options.tenants;
    return settings;
  }
  /// Definitions and schedules have no text here: a recovered shard gets the very object that was
  /// stored.
  Decoders decoders() {
    return {
        [this](const DefinitionRow& row) -> Expected<DefinitionPtr> {
          return definitions.at(row.name);
        },
        [this](const ScheduleRow& row) -> Expected<Schedule> { return schedules.at(row.name); }};
  }
  std::string name_of(WorkflowId id) const {
    for (const auto& [name, definition] : definitions) {
      if (host.shard() != nullptr && workflows.contains(id) &&
          host.shard()->workflows().catalog()[workflows.at(id).definition].definition->name() ==
              name) {
        return name;
      }
    }
    return {};
  }
};

/// "a b c; a>b b>c" makes three passes and two edges; `specs` says what else a node is.
inline DefinitionPtr define(std::string name, std::string_view text,
                            const std::map<std::string, NodeSpec>& specs = {}) {
  DefinitionBuilder builder(std::move(name));
  std::map<std::string, NodeIndex> nodes;
  bool edges = false;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    std::string word{text.substr(at, end - at)};
    at = end + 1;
    const bool last = !word.empty() && word.back() == ';';
    if (last) word.pop_back();
    if (!edges && !word.empty()) {
      const auto spec = specs.find(word);
      nodes[word] =
          builder.add_node(word, spec == specs.end() ? SmallWorld::task(word) : spec->second);
    } else if (!word.empty()) {
      const std::size_t arrow = word.find('>');
      builder.add_edge(nodes.at(word.substr(0, arrow)), nodes.at(word.substr(arrow + 1)));
    }
    edges |= last;
  }
  auto definition = builder.build();
  ENSURE(definition.has_value(), "{}", definition.error().front().message);
  return *definition;
}

inline Expression jq(std::string_view text) {
  auto expression = Expression::compile(text);
  ENSURE(expression.has_value(), "{}", expression.error().message);
  return *expression;
}

}  // namespace gnomon::testing
