#include "scenarios/runner/earlier_figures.h"

#include <algorithm>
#include <map>
#include <utility>

#include "adapters/sqlite/record_reader.h"

namespace gnomon::scenarios {
namespace {

using adapters::RecordReader;

/// Reads a record as if all of it were being committed now, row by row.
class EarlierFigures {
 public:
  EarlierFigures(RecordReader& reader, const Scenario& scenario, Metrics& metrics)
      : reader_(reader), scenario_(scenario), metrics_(metrics) {}

  Expected<void> count() {
    if (auto read = restarts(); !read) return read;
    if (auto read = routes(); !read) return read;
    if (auto read = definitions(); !read) return read;
    if (auto read = workflows(); !read) return read;
    if (auto read = nodes(); !read) return read;
    return reader_.events({}, [this](Event&& event) {
      commit_.events.push_back(std::move(event));
      return tell(commit_.events.back().shard);
    });
  }

 private:
  /// Of each node of a definition, its runtime's place in the scenario: the record leaves it out.
  using Runtimes = std::vector<std::uint16_t>;

  bool tell(ShardId shard) {
    commit_.shard = shard;
    metrics_.committed(commit_);
    commit_.clear();
    return true;
  }

  Expected<void> restarts() {
    const auto series = reader_.series();
    if (!series) return std::unexpected(series.error());
    for (const adapters::SeriesRow& row : *series) {
      if (row.name == adapters::kResumed) metrics_.resumed(row.at);
    }
    return {};
  }

  /// What routes did stands in no row: it is taken from the figures that the last life left.
  Expected<void> routes() {
    const auto figures = reader_.metrics();
    if (!figures) return std::unexpected(figures.error());
    for (const adapters::MetricRow& row : *figures) {
      if (row.name == "delivered" || row.name == "passed_over" || row.name == "redelivered")
        metrics_.set(row.name, row.label, row.value);
    }
    return {};
  }

  Expected<void> definitions() {
    auto definitions = reader_.definitions();
    if (!definitions) return std::unexpected(definitions.error());
    for (adapters::ShardDefinition& each : *definitions) {
      runtimes_[{each.shard, each.row.id}] = runtimes_of(each.row);
      commit_.definitions.push_back(std::move(each.row));
      tell(each.shard);
    }
    return {};
  }

  Runtimes runtimes_of(const DefinitionRow& row) const {
    Runtimes runtimes;
    const auto definition = decode_workflow(row.name, row.source.json());
    for (NodeIndex node = 0; definition && node < (*definition)->node_count(); ++node) {
      const auto* task = std::get_if<TaskSpec>(&(*definition)->spec(node).work);
      const auto found = std::ranges::find_if(scenario_.runtimes, [&](const RuntimeSettings& each) {
        return task != nullptr && each.pool.name == task->runtime;
      });
      runtimes.push_back(found == scenario_.runtimes.end()
                             ? kNoRuntime
                             : static_cast<std::uint16_t>(found - scenario_.runtimes.begin()));
    }
    return runtimes;
  }

  Expected<void> workflows() {
    return reader_.workflows({}, [this](WorkflowRow&& row) {
      const WorkflowId id = row.id;
      definition_of_[id] = row.definition;
      commit_.workflows.push_back(std::move(row));
      return tell(shard_of(id));
    });
  }

  Expected<void> nodes() {
    return reader_.all_nodes([this](NodeRow&& row) {
      const ShardId shard = shard_of(row.workflow);
      const Runtimes& runtimes = runtimes_[{shard, definition_of_[row.workflow]}];
      row.runtime = row.node < runtimes.size() ? runtimes[row.node] : kNoRuntime;
      commit_.nodes.push_back(std::move(row));
      return tell(shard);
    });
  }

  static constexpr std::uint16_t kNoRuntime = 0xffff;

  RecordReader& reader_;
  const Scenario& scenario_;
  Metrics& metrics_;
  Commit commit_;
  std::map<std::pair<ShardId, DefinitionId>, Runtimes> runtimes_;
  std::map<WorkflowId, DefinitionId> definition_of_;
};

}  // namespace

Expected<void> count_earlier(const std::string& record, const Scenario& scenario,
                             Metrics& metrics) {
  auto reader = RecordReader::open(record);
  if (!reader) return std::unexpected(reader.error());
  return EarlierFigures(*reader, scenario, metrics).count();
}

}  // namespace gnomon::scenarios
