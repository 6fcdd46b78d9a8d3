#include "reports/exports/wfformat.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "reports/text/escape.h"
#include "reports/text/json_writer.h"
#include "reports/text/units.h"
#include "reports/view/lanes.h"
#include "reports/view/node_state.h"
#include "reports/view/spans.h"

namespace gnomon::reports {
namespace {

/// Only [0-9a-zA-Z-_.#], which is what the schema allows in parents and children.
std::string in_alphabet(std::string_view name) {
  std::string id;
  for (const char c : name) {
    const bool allowed = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                         (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' || c == '#';
    id += allowed ? c : '_';
  }
  return id.empty() ? "_" : id;
}

/// Of nodes, or of runtimes: each in the alphabet, and no two alike.
template <typename Named>
std::vector<std::string> make_ids(std::span<const Named> all) {
  std::vector<std::string> ids;
  std::set<std::string> taken;
  for (const Named& each : all) {
    std::string id = in_alphabet(each.name);
    if (!taken.insert(id).second) {
      id += fmt::format("#{}", ids.size());
      while (!taken.insert(id).second) id += '_';
    }
    ids.push_back(std::move(id));
  }
  return ids;
}

std::string not_empty(std::string_view text, std::string_view otherwise) {
  return text.empty() ? std::string(otherwise) : clean(text);
}

class WfFormat {
 public:
  WfFormat(const RunView& run, const WorkflowView& workflow)
      : run_(run),
        workflow_(workflow),
        graph_(run.graph_of(workflow)),
        nodes_(run.nodes_of(workflow)),
        ids_(make_ids(std::span<const Graph::Node>(graph_.nodes()))),
        pools_(make_ids(std::span<const RuntimeView>(run_.runtimes()))) {}

  std::string write() {
    const WorkflowRow& row = workflow_.row;
    const Instant begin = row.created_at == kUnset ? run_.began() : row.created_at;
    const Instant end = row.finished_at == kUnset ? run_.ended() : row.finished_at;
    json_.begin_object();
    json_.member("name", not_empty(graph_.name(), "workflow"));
    json_.member("description",
                 fmt::format("Workflow {} of a gnomon run: {}.", value_of(row.id), word_of(row)));
    json_.member("createdAt", iso_time(begin)).member("schemaVersion", "1.5");
    json_.key("runtimeSystem")
        .begin_object()
        .member("name", "gnomon")
        .member("version", "1")
        .end_object();
    json_.key("workflow").begin_object();
    write_specification();
    write_execution(begin, end);
    json_.end_object();
    json_.end_object();
    return json_.take();
  }

 private:
  void write_names(std::string_view key, std::span<const NodeIndex> nodes) {
    json_.key(key).begin_array();
    for (const NodeIndex node : nodes) json_.value(ids_[node]);
    json_.end_array();
  }

  void write_specification() {
    json_.key("specification").begin_object().key("tasks").begin_array();
    for (NodeIndex node = 0; node < graph_.size(); ++node) {
      // Tasks of one kind have their name in common, as those that WfCommons has recorded do. Where
      // the id does not tell the node's own name, the name does.
      const Graph::Node& definition = graph_.node(node);
      const bool tells_kind = ids_[node] == definition.name && !definition.action.empty();
      json_.begin_object()
          .member("name", not_empty(tells_kind ? definition.action : definition.name, ids_[node]))
          .member("id", ids_[node]);
      write_names("parents", graph_.dependencies(node));
      write_names("children", graph_.dependents(node));
      json_.end_object();
    }
    json_.end_array().end_object();
  }

  /// Left out if no task began, for the format wants at least one.
  void write_execution(Instant begin, Instant end) {
    if (std::ranges::none_of(nodes_, [](const NodeRow& node) { return begin_of(node) != kUnset; }))
      return;
    json_.key("execution").begin_object();
    json_.seconds("makespanInSeconds", std::max(end - begin, Duration::zero()))
        .member("executedAt", iso_time(begin));
    const std::vector<std::uint32_t> machines = machine_of_each();
    std::set<std::uint32_t> used;
    json_.key("tasks").begin_array();
    for (const NodeRow& node : nodes_) {
      if (begin_of(node) == kUnset) continue;
      const Graph::Node& definition = graph_.node(node.node);
      const Spans spans = spans_of(node, run_.earlier_attempts(node), run_.ended());
      const Instant started = node.started_at == kUnset ? spans.begin : node.started_at;
      json_.begin_object().member("id", ids_[node.node]);
      json_.seconds("runtimeInSeconds", spans.run).member("executedAt", iso_time(started));
      if (!definition.action.empty()) {
        json_.key("command").begin_object();
        json_.member("program", not_empty(definition.action, "_")).end_object();
      }
      if (definition.runtime != kNoRuntime) {
        used.insert(definition.runtime);
        json_.member("coreCount", std::max(definition.units, 1u));
        json_.key("machines").begin_array();
        json_.value(machine_name(definition.runtime, machines[node.node])).end_array();
      }
      if (definition.priority != 0) json_.member("priority", definition.priority);
      json_.end_object();
    }
    json_.end_array();
    if (!used.empty()) {
      json_.key("machines").begin_array();
      for (const std::uint32_t runtime : used) write_machines(runtime);
      json_.end_array();
    }
    json_.end_object();
  }

  /// "gpu-1", "gpu-2": what `gnomon import` makes one runtime of again.
  std::string machine_name(std::uint32_t runtime, std::uint32_t machine) const {
    return fmt::format("{}-{}", pools_[runtime], machine + 1);
  }

  /// Machines that a runtime is written as: one if its slots are not known, or cannot be divided.
  std::uint32_t machine_count(std::uint32_t runtime) const {
    constexpr std::uint32_t kMaxMachines = 10'000;
    const RuntimeView& about = run_.runtimes()[runtime];
    const bool divides = about.slots.value_or(0) >= about.workers &&
                         *about.slots % about.workers == 0 && about.workers <= kMaxMachines;
    return divides ? about.workers : 1;
  }

  /// A record does not tell which of a runtime's machines a task was on: here those that were at
  /// work at once are spread over them.
  std::vector<std::uint32_t> machine_of_each() const {
    std::vector<std::uint32_t> machines(nodes_.size());
    for (std::uint32_t runtime = 0; runtime < run_.runtimes().size(); ++runtime) {
      std::vector<Interval> intervals;
      std::vector<NodeIndex> nodes;
      for (const NodeRow& node : nodes_) {
        if (graph_.node(node.node).runtime != runtime || node.started_at == kUnset) continue;
        intervals.emplace_back(node.started_at, latest_attempt(node, run_.ended()).ended);
        nodes.push_back(node.node);
      }
      const std::vector<std::uint32_t> lanes = assign_lanes(intervals);
      for (std::size_t i = 0; i < nodes.size(); ++i)
        machines[nodes[i]] = lanes[i] % machine_count(runtime);
    }
    return machines;
  }

  void write_machines(std::uint32_t runtime) {
    const std::uint64_t slots = run_.runtimes()[runtime].slots.value_or(0);
    const std::uint32_t count = machine_count(runtime);
    for (std::uint32_t machine = 0; machine < count; ++machine) {
      json_.begin_object().member("nodeName", machine_name(runtime, machine));
      if (slots > 0)
        json_.key("cpu").begin_object().member("coreCount", slots / count).end_object();
      json_.end_object();
    }
  }

  const RunView& run_;
  const WorkflowView& workflow_;
  const Graph& graph_;
  std::span<const NodeRow> nodes_;
  std::vector<std::string> ids_;    ///< by node
  std::vector<std::string> pools_;  ///< by runtime
  JsonWriter json_{2};
};

}  // namespace

std::string to_wfformat(const RunView& run, const WorkflowView& workflow) {
  return WfFormat(run, workflow).write();
}

}  // namespace gnomon::reports
