#include "scenarios/checker/verify.h"

#include <map>
#include <utility>

#include "adapters/sqlite/record_reader.h"
#include "scenarios/checker/definitions.h"
#include "sim/oracles/watch.h"

namespace gnomon::scenarios {
namespace {

class Reading {
 public:
  explicit Reading(adapters::RecordReader& reader)
      : reader_(reader),
        watch_([this](ShardId shard, DefinitionId id) { return definitions_.find(shard, id); }) {}

  Expected<Verification> read() {
    const auto definitions = reader_.definitions();
    if (!definitions) return std::unexpected(definitions.error());
    for (const adapters::ShardDefinition& each : *definitions)
      definitions_.hear(each.shard, each.row);
    for (const auto step : {&Reading::read_events, &Reading::read_rows}) {
      if (auto done = (this->*step)(); !done) return std::unexpected(done.error());
    }
    if (result_.events == 0 && result_.workflows > 0)
      return invalid(
          "it holds no events, by which a run is judged: it was kept as a summary, or imported");
    // A record may have been cut off with its work under way: nothing must have ended in it.
    result_.violations = watch_.end({.calm = false});
    return std::move(result_);
  }

 private:
  /// Events of one instant were decided together, as far as a record tells.
  Expected<void> read_events() {
    auto done = reader_.events({}, [&](Event&& event) {
      ++result_.events;
      if (!commit_.events.empty() &&
          (commit_.events.back().at != event.at || commit_.events.back().shard != event.shard)) {
        tell();
      }
      commit_.shard = event.shard;
      commit_.events.push_back(std::move(event));
      return true;
    });
    tell();
    return done;
  }

  Expected<void> read_rows() {
    auto done = reader_.workflows({}, [&](WorkflowRow&& row) {
      ++result_.workflows;
      rows_of_[shard_of(row.id)].workflows.push_back(std::move(row));
      return true;
    });
    if (!done) return done;
    done = reader_.all_nodes([&](NodeRow&& row) {
      rows_of_[shard_of(row.workflow)].nodes.push_back(std::move(row));
      return true;
    });
    for (auto& [shard, rows] : rows_of_) {
      commit_ = std::move(rows);
      commit_.shard = shard;
      tell();
    }
    return done;
  }

  void tell() {
    if (commit_.empty()) return;
    commit_.fence = 1;
    commit_.sequence = ++sequence_[commit_.shard];
    watch_.committed(commit_);
    commit_.clear();
  }

  adapters::RecordReader& reader_;
  Definitions definitions_;
  sim::Watch watch_;
  Commit commit_;
  std::map<ShardId, std::uint64_t> sequence_;
  std::map<ShardId, Commit> rows_of_;
  Verification result_;
};

}  // namespace

Expected<Verification> verify_record(const std::string& path) {
  auto reader = adapters::RecordReader::open(path);
  if (!reader) return std::unexpected(reader.error());
  return Reading(*reader).read();
}

}  // namespace gnomon::scenarios
