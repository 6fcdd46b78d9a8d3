#include "reports/exports/wfformat.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "reports/text/escape.h"
#include "reports/text/json_writer.h"
#include "reports/text/units.h"
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

std::vector<std::string> make_ids(const Graph& graph) {
  std::vector<std::string> ids;
  std::set<std::string> taken;
  for (const Graph::Node& node : graph.nodes()) {
    std::string id = in_alphabet(node.name);
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
        ids_(make_ids(graph_)) {}

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
      json_.begin_object()
          .member("name", not_empty(graph_.node(node).name, ids_[node]))
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
    json_.key("tasks").begin_array();
    std::set<std::string> machines;
    for (const NodeRow& node : nodes_) {
      if (begin_of(node) == kUnset) continue;
      const Graph::Node& definition = graph_.node(node.node);
      const Spans spans = spans_of(node, run_.earlier_attempts(node), run_.ended());
      const Instant started = node.started_at == kUnset ? spans.begin : node.started_at;
      json_.begin_object().member("id", ids_[node.node]);
      json_.seconds("runtimeInSeconds", spans.run).member("executedAt", iso_time(started));
      if (definition.runtime != kNoRuntime) {
        const std::string machine = in_alphabet(run_.runtimes()[definition.runtime].name);
        machines.insert(machine);
        json_.member("coreCount", std::max(definition.units, 1u));
        json_.key("machines").begin_array().value(machine).end_array();
      }
      json_.end_object();
    }
    json_.end_array();
    if (!machines.empty()) {
      json_.key("machines").begin_array();
      for (const std::string& machine : machines) write_machine(machine);
      json_.end_array();
    }
    json_.end_object();
  }

  void write_machine(const std::string& machine) {
    json_.begin_object().member("nodeName", machine);
    for (const RuntimeView& runtime : run_.runtimes()) {
      if (in_alphabet(runtime.name) != machine || runtime.slots.value_or(0) == 0) continue;
      json_.key("cpu").begin_object().member("coreCount", *runtime.slots).end_object();
      break;
    }
    json_.end_object();
  }

  const RunView& run_;
  const WorkflowView& workflow_;
  const Graph& graph_;
  std::span<const NodeRow> nodes_;
  std::vector<std::string> ids_;
  JsonWriter json_{2};
};

}  // namespace

std::string to_wfformat(const RunView& run, const WorkflowView& workflow) {
  return WfFormat(run, workflow).write();
}

}  // namespace gnomon::reports
