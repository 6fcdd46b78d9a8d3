#include "reports/view/read_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include "engine/base/ensure.h"

namespace gnomon::reports {
namespace {

/// Of a record that says nothing of the definition but that its nodes had these numbers.
Graph unknown_graph(const DefinitionRow& row, NodeIndex nodes) {
  std::vector<Graph::Node> named(nodes);
  for (NodeIndex node = 0; node < nodes; ++node) named[node].name = fmt::format("node {}", node);
  return Graph::make(row.name, row.version, std::move(named), {}).value();
}

class RunReading {
 public:
  RunReading(adapters::RecordReader& reader, const DecodeDefinition& decode)
      : reader_(reader), decode_(decode) {}

  Expected<RunView> read() {
    for (const auto step :
         {&RunReading::read_facts, &RunReading::read_rows, &RunReading::read_definitions,
          &RunReading::add_workflows, &RunReading::add_nodes, &RunReading::read_attempts}) {
      if (Expected<void> done = (this->*step)(); !done) return std::unexpected(done.error());
    }
    run_.finish();
    return std::move(run_);
  }

 private:
  using DefinitionKey = std::pair<ShardId, DefinitionId>;

  Expected<void> read_facts() {
    const Expected<adapters::RunFacts> facts = reader_.facts();
    if (!facts) return std::unexpected(facts.error());
    run_.title = facts->scenario;
    run_.world = facts->world;
    run_.seed = facts->seed;
    run_.digest = facts->digest;
    run_.started_at = facts->started_at;
    run_.ended_at = facts->ended_at;
    run_.overrides = facts->overrides.value_or(std::vector<std::string>{});
    run_.interrupted = facts->interrupted;
    const auto series = reader_.series();
    if (!series) return std::unexpected(series.error());
    for (const adapters::SeriesRow& row : *series) {
      if (row.name == adapters::kResumed) run_.resumed.push_back(row.at);
    }
    for (const adapters::RuntimeFacts& runtime : facts->runtimes) {
      run_.add_runtime(runtime.name, runtime.slots);
      run_.set_workers(runtime.name, runtime.workers.value_or(1));
    }
    const auto figures = reader_.metrics();
    if (!figures) return std::unexpected(figures.error());
    for (const adapters::MetricRow& row : *figures)
      run_.figures.push_back({row.name, row.label, row.statistic, row.value});
    return {};
  }

  Expected<void> read_rows() {
    Expected<void> done = reader_.workflows({}, [&](WorkflowRow&& row) {
      workflows_.push_back(std::move(row));
      return true;
    });
    if (!done) return done;
    return reader_.all_nodes([&](NodeRow&& row) {
      nodes_.push_back(std::move(row));
      return true;
    });
  }

  /// How many nodes an instance of each definition has had at least.
  std::map<DefinitionKey, NodeIndex> count_nodes() const {
    std::map<DefinitionKey, NodeIndex> counts;
    std::size_t at = 0;
    for (const WorkflowRow& workflow : workflows_) {
      NodeIndex& count = counts[{shard_of(workflow.id), workflow.definition}];
      while (at < nodes_.size() && nodes_[at].workflow < workflow.id) ++at;
      for (; at < nodes_.size() && nodes_[at].workflow == workflow.id; ++at) {
        if (nodes_[at].node < DefinitionBuilder::kMaxNodes)
          count = std::max(count, nodes_[at].node + 1);
      }
    }
    return counts;
  }

  Expected<void> read_definitions() {
    const auto rows = reader_.definitions();
    if (!rows) return std::unexpected(rows.error());
    const std::map<DefinitionKey, NodeIndex> counts = count_nodes();
    for (const adapters::ShardDefinition& definition : *rows) {
      const DefinitionRow& row = definition.row;
      const DefinitionKey key{definition.shard, row.id};
      if (row.source.empty()) {
        const auto count = counts.find(key);
        graphs_[key] =
            run_.add_graph(unknown_graph(row, count == counts.end() ? 0 : count->second));
        continue;
      }
      const Expected<DefinitionPtr> decoded = decode_(row.name, row.source.text());
      if (!decoded)
        return invalid(
            fmt::format("workflow '{}' in the record: {}", row.name, decoded.error().message));
      graphs_[key] = run_.add_graph(graph_of(**decoded, run_));
    }
    return {};
  }

  Expected<void> add_workflows() {
    for (WorkflowRow& row : workflows_) {
      const auto graph = graphs_.find({shard_of(row.id), row.definition});
      if (graph == graphs_.end()) {
        return invalid(fmt::format("workflow {} is of definition {}, which is not there",
                                   label_of(row.id), row.definition));
      }
      if (Expected<void> added = run_.add_workflow(std::move(row), graph->second); !added)
        return added;
    }
    workflows_.clear();
    return {};
  }

  Expected<void> add_nodes() {
    for (NodeRow& row : nodes_) {
      if (Expected<void> set = run_.set_node(std::move(row)); !set) return set;
    }
    nodes_ = {};
    return {};
  }

  Expected<void> read_attempts() {
    return reader_.all_attempts([&](AttemptRow&& row) {
      run_.add_attempt(std::move(row));
      return true;
    });
  }

  adapters::RecordReader& reader_;
  const DecodeDefinition& decode_;
  RunView run_;
  std::vector<WorkflowRow> workflows_;
  std::vector<NodeRow> nodes_;
  std::map<DefinitionKey, std::uint32_t> graphs_;
};

}  // namespace

Graph graph_of(const Definition& definition, RunView& run) {
  std::vector<Graph::Node> nodes(definition.node_count());
  std::vector<Graph::Edge> edges;
  edges.reserve(definition.edge_count());
  for (NodeIndex node = 0; node < definition.node_count(); ++node) {
    const NodeSpec& spec = definition.spec(node);
    nodes[node].name = definition.node_name(node);
    nodes[node].kind = spec.kind();
    nodes[node].priority = spec.priority;
    if (const auto* task = std::get_if<TaskSpec>(&spec.work)) {
      nodes[node].runtime = run.add_runtime(task->runtime);
      nodes[node].units = task->units;
      nodes[node].action = task->action;
    }
    for (const NodeIndex next : definition.dependents(node)) edges.emplace_back(node, next);
  }
  Expected<Graph> graph =
      Graph::make(definition.name(), definition.version(), std::move(nodes), std::move(edges));
  ENSURE(graph.has_value(), "definition {}", definition.name());
  return *std::move(graph);
}

Expected<RunView> read_run(adapters::RecordReader& reader, const DecodeDefinition& decode) {
  return RunReading(reader, decode).read();
}

Expected<RunView> read_run(const std::string& path, const DecodeDefinition& decode) {
  Expected<adapters::RecordReader> reader = adapters::RecordReader::open(path);
  if (!reader) return std::unexpected(reader.error());
  Expected<RunView> run = read_run(*reader, decode);
  if (run) run->source = path;
  return run;
}

}  // namespace gnomon::reports
