#include "scenarios/runner/engine_parts.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "adapters/tzdata/zones.h"
#include "engine/base/ensure.h"

namespace gnomon::scenarios {
namespace {

std::vector<std::string> runtime_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const RuntimeSettings& runtime : scenario.runtimes) names.push_back(runtime.pool.name);
  return names;
}

/// Reads the text of an uploaded definition once, however many shards have it and however often
/// they are opened again: for one of 20,000 nodes that is most of what opening costs.
Decoders decoders() {
  using Texts = std::map<std::pair<std::string, std::string>, DefinitionPtr>;
  return {[known = std::make_shared<Texts>()](const DefinitionRow& row) -> Expected<DefinitionPtr> {
            const std::string_view text = row.source.json();
            if (!row.uploaded) return decode_workflow(row.name, text);
            DefinitionPtr& definition = (*known)[{row.name, std::string{text}}];
            if (definition != nullptr) return definition;
            auto decoded = decode_workflow(row.name, text);
            if (decoded) definition = *decoded;
            return decoded;
          },
          [](const ScheduleRow& row) {
            return decode_schedule(row.name, row.definition.json(), adapters::find_zone);
          }};
}

}  // namespace

void AnswerSwitch::post(Answer answer) {
  const WorkflowId workflow = std::visit(
      [](const auto& each) {
        if constexpr (requires { each.key.workflow; }) {
          return each.key.workflow;
        } else {
          return WorkflowId::kNone;
        }
      },
      answer);
  const ShardId shard = shard_of(workflow);
  ENSURE(shard < shards_.size(), "an answer is about workflow {}, whose shard does not exist",
         value_of(workflow));
  shards_[shard]->post(std::move(answer));
}

sim::Behaviours behaviours_of(const Scenario& scenario) {
  sim::Behaviours behaviours;
  behaviours.of_action = scenario.actions;
  behaviours.of_node = scenario.nodes;
  return behaviours;
}

HostSettings EngineParts::host_settings(ShardId shard) const {
  const EngineSettings& engine = scenario.engine;
  HostSettings settings;
  WorkflowSettings& workflow = settings.shard.workflow;
  workflow.shard = shard;
  workflow.random = random;
  workflow.tenants.push_back(engine.defaults);
  workflow.tenants.insert(workflow.tenants.end(), scenario.tenants.begin(), scenario.tenants.end());
  workflow.runtimes = ports.runtime_entries;
  workflow.actions = engine.actions;
  workflow.monitors.node_delay = engine.monitors.node_delay;
  workflow.monitors.stuck_after = engine.monitors.stuck_after;
  workflow.payload_limit = engine.payload_limit;
  settings.commits_in_flight = engine.commits_in_flight;
  return settings;
}

EngineParts::EngineParts(const Scenario& of, std::uint64_t seed, Ports lent, Instant start)
    : scenario(of),
      random{seed},
      ports(std::move(lent)),
      metrics(runtime_names(of), of.engine.shards) {
  std::vector<Host*> all;
  std::vector<CommandInbox*> inboxes;
  const Decoders decode = decoders();
  for (ShardId shard = 0; shard < scenario.engine.shards; ++shard) {
    hosts.push_back(std::make_unique<Host>(host_settings(shard), executors, ports.clock,
                                           *ports.stores[shard], ports.runtimes, decode));
    ports.networks[shard]->connect(*hosts.back());
    all.push_back(hosts.back().get());
    inboxes.push_back(ports.networks[shard]);
  }
  GatewaySettings gateway_settings;
  gateway_settings.placement = scenario.engine.placement;
  gateway_settings.hot_percent =
      static_cast<std::uint64_t>(scenario.engine.monitors.hot_shard * 100);
  gateway = std::make_unique<Gateway>(gateway_settings, std::move(all), std::move(inboxes));
  clients = std::make_unique<Clients>(scenario, random, ports.clock, *gateway, start,
                                      saturating_add(start, scenario.horizon));
  add_witness(digest);
  add_witness(metrics);
  add_listener(*clients);
}

void EngineParts::add_witness(CommitListener& listener) {
  if (ports.hear_stores) {
    ports.hear_stores(listener);
  } else {
    add_listener(listener);
  }
}

void EngineParts::add_listener(CommitListener& listener) {
  for (const auto& host : hosts) host->add_listener(listener);
}

Expected<void> EngineParts::make_router(ShardId shard) {
  if (scenario.subscribers.empty() && scenario.routes.empty()) return {};
  RouterSettings settings;
  settings.shard = shard;
  // Sinks answer through the network: it takes Delivered to the host, and the host to its router.
  std::map<std::string, EventSink*> sinks;
  for (const SubscriberSettings& subscriber : scenario.subscribers) {
    auto sink = ports.sink(subscriber, shard, *ports.networks[shard]);
    if (!sink) return std::unexpected(sink.error());
    sinks[subscriber.route.name] = *sink;
    settings.routes.push_back(subscriber.route);
    settings.routes.back().handler = DeliverTo{*sink};
  }
  for (const RouteSettings& wanted : scenario.routes) {
    settings.routes.push_back(wanted.route);
    if (!wanted.subscriber.empty()) {
      settings.routes.back().handler = DeliverTo{sinks.at(wanted.subscriber)};
    }
  }
  switches.push_back(std::make_unique<CommandSwitch>(shard, *hosts[shard], *gateway));
  auto router =
      EventRouter::create(std::move(settings), ports.clock, *ports.stores[shard], *switches.back());
  if (!router) return std::unexpected(router.error());
  hosts[shard]->set_router(**router);
  routers.push_back(std::move(*router));
  return {};
}

Expected<void> EngineParts::start(bool traffic) {
  for (ShardId shard = 0; shard < hosts.size(); ++shard) {
    if (auto made = make_router(shard); !made) return made;
    if (auto started = hosts[shard]->start(); !started) return started;
  }
  gateway->learn_keys();
  const auto note = [this](const Expected<WorkflowId>& answer) {
    if (!answer && refused.empty()) refused = answer.error().message;
  };
  for (const DefinitionPtr& definition : scenario.workflows)
    gateway->send(UploadDefinition{0, definition}, note);
  for (const ScheduleSettings& schedule : scenario.schedules) {
    gateway->send(PutSchedule{0, schedule.schedule}, note);
    if (schedule.backfill) {
      gateway->send(
          BackfillSchedule{0, schedule.name, schedule.backfill->first, schedule.backfill->second},
          note);
    }
  }
  if (traffic) clients->begin();
  return {};
}

void EngineParts::close() {
  for (const ScheduleSettings& schedule : scenario.schedules)
    gateway->send(PauseSchedule{0, schedule.name, true});
}

std::uint64_t EngineParts::live_workflows() const {
  std::uint64_t live = 0;
  for (const auto& host : hosts) {
    if (host->shard() != nullptr) live += host->shard()->workflows().live_workflows();
  }
  return live;
}

bool EngineParts::done() {
  if (!clients->done() || gateway->unanswered() > 0 || live_workflows() > 0) return false;
  const auto caught_up = [](const auto& router) { return router->caught_up(); };
  if (!std::ranges::all_of(routers, caught_up)) return false;
  const auto settled = [](const auto& host) { return host->up() && host->idle(); };
  if (!std::ranges::all_of(hosts, settled)) return false;
  for (const auto& router : routers) router->flush_cursors();
  return std::ranges::all_of(hosts, settled);
}

std::string EngineParts::failing_because() const {
  for (const auto& host : hosts) {
    if (!host->up() && !host->failing_because().empty()) return host->failing_because();
  }
  return {};
}

std::string EngineParts::down_because() const {
  for (const auto& host : hosts) {
    if (!host->up() && !host->down_because().empty()) return host->down_because();
  }
  return {};
}

std::vector<PassedOver> EngineParts::passed_over() const {
  struct OfRoute {
    std::uint64_t count = 0;
    RouteStats::Reason first, last;
  };
  std::map<std::string, OfRoute> by_route;
  for (const auto& router : routers) {
    for (const RouteStats& stats : router->stats()) {
      if (stats.first_passed_over.why.empty()) continue;
      OfRoute& route = by_route[stats.name];
      if (route.count == 0 || stats.first_passed_over.at < route.first.at)
        route.first = stats.first_passed_over;
      if (stats.last_passed_over.at >= route.last.at) route.last = stats.last_passed_over;
      route.count += stats.failed + stats.refused;
    }
  }
  std::vector<PassedOver> all;
  for (auto& [name, route] : by_route)
    all.push_back({name, route.count, std::move(route.first.why), std::move(route.last.why)});
  return all;
}

void EngineParts::finish() {
  metrics.finish();
  metrics.set("workflows", "live", static_cast<double>(live_workflows()));
  for (const auto& router : routers) {
    for (const RouteStats& stats : router->stats()) {
      const auto sum = [&](const char* metric, std::uint64_t value) {
        metrics.set(metric, stats.name,
                    metrics.number(metric, stats.name).value_or(0) + static_cast<double>(value));
      };
      sum("delivered", stats.delivered);
      sum("behind", stats.behind);
      sum("passed_over", stats.failed + stats.refused);
      sum("redelivered", stats.retries);
    }
  }
}

}  // namespace gnomon::scenarios
