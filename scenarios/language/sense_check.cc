#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "engine/events/route.h"
#include "scenarios/language/metric.h"
#include "scenarios/language/scenario_type.h"

namespace gnomon::scenarios {
namespace {

/// What a kind of fault can hurt.
struct Targets {
  std::string_view kind;
  std::vector<std::string> names;
};

Targets targets_of(FaultKind kind, const Scenario& scenario, const Value& root) {
  switch (kind) {
    case FaultKind::kSinkDown:
    case FaultKind::kSinkAnswerLost:
      return {"subscriber", names_under(root, "subscribers")};
    case FaultKind::kCrash:
    case FaultKind::kStoreDown:
    case FaultKind::kStoreSlow:
    case FaultKind::kStoreAnswerLost: {
      Targets shards{"shard", {}};
      for (std::uint32_t i = 0; i < scenario.engine.shards; ++i)
        shards.names.push_back(fmt::format("{}", i));
      return shards;
    }
    default:
      return {"runtime", names_under(root, "runtimes")};
  }
}

void check_fault(const Value& fault, const Scenario& scenario, const Value& root,
                 Decoder& decoder) {
  const Value* what = fault.find("what");
  const Value* where = fault.find("where");
  if (what == nullptr || (where != nullptr && where->kind != ValueKind::kString)) return;
  const auto kind = std::ranges::find(fault_names(), what->text, &FaultName::name);
  if (kind == fault_names().end()) return;
  const Targets targets = targets_of(kind->kind, scenario, root);
  const std::string pattern = where == nullptr ? "*" : where->text;
  if (std::ranges::any_of(targets.names,
                          [&](const std::string& name) { return glob_matches(pattern, name); }))
    return;
  decoder.error(where == nullptr ? what->place : where->place,
                targets.names.empty()
                    ? fmt::format("there is no {} that this fault could hurt", targets.kind)
                    : fmt::format("'{}' is no {}{}", pattern, targets.kind,
                                  decoder.hint_among(pattern, targets.names)));
}

/// A task gets its units all at once, from as many workers as it needs.
void check_units(const Scenario& scenario, const Decoder::UnitsUse& use, Decoder& decoder) {
  const auto runtime = std::ranges::find_if(scenario.runtimes, [&](const RuntimeSettings& each) {
    return each.pool.name == use.runtime;
  });
  if (runtime == scenario.runtimes.end()) return;
  const std::uint64_t simulated =
      std::uint64_t{runtime->pool.workers} * runtime->pool.units_per_worker;
  const std::uint64_t slots = runtime->process ? runtime->process->slots : 0;
  if (use.units <= std::max(simulated, slots)) return;
  decoder.error(use.place,
                fmt::format("it can never run: it needs {} units at once, and runtime '{}' has {} "
                            "('workers' x 'units_per_worker'{})",
                            use.units, use.runtime, std::max(simulated, slots),
                            runtime->process ? ", or the 'slots' of 'process'" : ""));
}

/// A bill is of `tenant` or of `tenant/runtime`, and that of who names none is of `default`.
void check_tenants(const Value& root, Decoder& decoder) {
  const Value* tenants = root.find("tenants");
  if (tenants == nullptr) return;
  for (const Member& tenant : tenants->members) {
    if (tenant.key == kDefaultTenant) {
      decoder.error(tenant.place,
                    "'default' stands for those who name no tenant, and what holds for them is "
                    "under 'defaults' of 'engine'; name this tenant otherwise");
    } else if (tenant.key.contains('/')) {
      decoder.error(tenant.place,
                    fmt::format("'{}' cannot name a tenant: '/' divides tenant from runtime, as in "
                                "bill(ads/gpu)",
                                tenant.key));
    }
  }
}

void check_files(const Value& root, Decoder& decoder) {
  const Value* subscribers = root.find("subscribers");
  if (subscribers == nullptr) return;
  std::map<std::string, std::string> writers;  // by path
  for (const Member& member : subscribers->members) {
    const Value* sink = member.value.find("sink");
    const Value* file = sink == nullptr ? nullptr : sink->find("file");
    if (file != nullptr && file->kind == ValueKind::kMap) file = file->find("path");
    if (file == nullptr || file->kind != ValueKind::kString) continue;
    const auto [writer, is_first] =
        writers.emplace(std::filesystem::path(file->text).lexically_normal().string(), member.key);
    if (is_first) continue;
    decoder.error(file->place, fmt::format("subscriber '{}' writes to '{}' already: a sink needs a "
                                           "file of its own",
                                           writer->second, file->text));
  }
}

/// The signals that a workflow's nodes wait for, as it is written: one with other mistakes waits
/// too. Nothing if that cannot be known: a plug-in's node may take any.
std::optional<std::vector<std::string>> signals_of(const Value& root, std::string_view name) {
  const Value* workflows = root.find("workflows");
  const Value* workflow = workflows == nullptr ? nullptr : workflows->find(name);
  if (workflow == nullptr) return std::nullopt;
  std::vector<std::string> signals;
  bool is_known = true;
  const auto add = [&](const Value& node) {
    is_known = is_known && node.find("custom") == nullptr;
    const Value* wait = node.find("wait");
    const Value* signal = wait == nullptr ? nullptr : wait->find("signal");
    if (signal != nullptr && std::ranges::find(signals, signal->text) == signals.end())
      signals.push_back(signal->text);
  };
  if (const Value* nodes = workflow->find("nodes")) {
    for (const Member& node : nodes->members) add(node.value);
  }
  if (const Value* generate = workflow->find("generate")) add(*generate);
  if (!is_known) return std::nullopt;
  return signals;
}

/// Signals that clients send under `key`, each part of `section` having a workflow.
void check_signals(const Value& root, std::string_view section, std::string_view key,
                   Decoder& decoder) {
  const Value* clients = root.find(section);
  if (clients == nullptr) return;
  for (const Member& client : clients->members) {
    const Value* workflow = client.value.find("workflow");
    const Value* steps = client.value.find(key);
    if (workflow == nullptr || steps == nullptr) continue;
    const auto signals = signals_of(root, workflow->text);
    if (!signals) continue;
    for (const Value& step : steps->items) {
      const Value* signal = step.find("signal");
      if (signal == nullptr || std::ranges::find(*signals, signal->text) != signals->end())
        continue;
      decoder.error(
          signal->place,
          fmt::format("no node of workflow '{}' waits for the signal '{}'{}", workflow->text,
                      signal->text, decoder.hint_among(signal->text, *signals)));
    }
  }
}

}  // namespace

void check_sense(const Scenario& scenario, const Value& root, Decoder& decoder) {
  if (const Value* faults = root.find("faults")) {
    for (const Value& fault : faults->items) check_fault(fault, scenario, root, decoder);
  }
  for (const Decoder::UnitsUse& use : decoder.units_used()) check_units(scenario, use, decoder);
  check_tenants(root, decoder);
  check_files(root, decoder);
  check_signals(root, "traffic", "follow_ups", decoder);
  check_signals(root, "tests", "steps", decoder);
}

}  // namespace gnomon::scenarios
