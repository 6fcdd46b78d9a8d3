#include "sim/world/sim_store.h"

#include <algorithm>
#include <set>
#include <utility>

namespace gnomon::sim {

SimStore::SimStore(SimStoreSettings settings, KeyedRandom random, Clock& clock, Inbox& inbox)
    : settings_(std::move(settings)), random_(random), clock_(clock), inbox_(inbox) {}

SimStore::~SimStore() {
  for (const UnderWay& each : under_way_) clock_.cancel(each.wake);
}

std::size_t SimStore::row_count(const Commit& commit) {
  return commit.definitions.size() + commit.workflows.size() + commit.nodes.size() + commit.attempts.size() +
         commit.signals.size() + commit.schedules.size() + commit.cursors.size() + commit.events.size();
}

void SimStore::commit(Commit commit) {
  rows_written_ += row_count(commit);
  Duration latency = settings_.row_latency * static_cast<std::int64_t>(row_count(commit));
  if (const auto constant = settings_.commit_latency.constant_value()) {
    latency += to_duration(*constant);
  } else {
    latency += settings_.commit_latency.duration(
        random_.uniform(Purpose::kStoreLatency, settings_.shard, commit.fence, commit.sequence));
  }
  const Instant due = saturating_add(std::max(busy_until_, clock_.now()), latency);
  busy_until_ = due;
  if (due == clock_.now() && under_way_.empty()) {
    finish(std::move(commit));
    return;
  }
  under_way_.push_back({std::move(commit), due, {}});
  under_way_.back().wake = clock_.call_at(due, *this, 0);
}

void SimStore::wake(std::uint64_t) {
  Commit commit = std::move(under_way_.front().commit);
  under_way_.pop_front();
  finish(std::move(commit));
}

void SimStore::finish(Commit commit) {
  const std::uint64_t sequence = commit.sequence;
  if (commit.fence != fence_) {
    inbox_.post(CommitDone{sequence, fail(ErrorKind::kCannotHappen, "another host owns the shard"), std::move(commit)});
    return;
  }
  apply(commit);
  ++commits_;
  inbox_.post(CommitDone{sequence, {}, std::move(commit)});
}

void SimStore::apply(const Commit& commit) {
  next_workflow_ = std::max(next_workflow_, commit.next_workflow);
  if (!commit.events.empty()) last_event_ = commit.events.back().sequence;
  for (const DefinitionRow& row : commit.definitions) table_.definitions[row.id] = row;
  for (const ScheduleRow& row : commit.schedules) {
    if (row.removed) {
      table_.schedules.erase(row.name);
    } else {
      table_.schedules[row.name] = row;
    }
  }
  for (const CursorRow& row : commit.cursors) table_.cursors[row.subscriber] = row;
  if (settings_.keep_events) table_.events.insert(table_.events.end(), commit.events.begin(), commit.events.end());
  if (!settings_.keep_rows) return;
  for (const WorkflowRow& row : commit.workflows) table_.workflows[row.id] = row;
  for (const NodeRow& row : commit.nodes) table_.nodes[{row.workflow, row.node}] = row;
  for (const SignalRow& row : commit.signals) {
    if (row.taken) {
      table_.signals.erase({row.workflow, row.number});
    } else {
      table_.signals[{row.workflow, row.number}] = row;
    }
  }
}

StoredWorkflow SimStore::stored(const WorkflowRow& row) const {
  StoredWorkflow stored;
  stored.definition.id = row.definition;
  stored.workflow = row;
  for (auto at = table_.nodes.lower_bound({row.id, 0}); at != table_.nodes.end() && at->first.first == row.id; ++at) {
    stored.nodes.push_back(at->second);
  }
  for (auto at = table_.signals.lower_bound({row.id, 0}); at != table_.signals.end() && at->first.first == row.id; ++at) {
    stored.signals.push_back(at->second);
  }
  return stored;
}

Expected<StoredShard> SimStore::open() {
  // A new owner reads only what is settled: the database finishes what it was given before.
  while (!under_way_.empty()) {
    clock_.cancel(under_way_.front().wake);
    if (under_way_.front().commit.fence == fence_) apply(under_way_.front().commit);
    under_way_.pop_front();
  }
  StoredShard shard;
  shard.fence = ++fence_;
  shard.next_workflow = next_workflow_;
  shard.last_event = last_event_;
  for (const auto& [id, row] : table_.definitions) shard.definitions.push_back(row);
  for (const auto& [name, row] : table_.schedules) shard.schedules.push_back(row);
  for (const auto& [name, row] : table_.cursors) shard.cursors.push_back(row);
  std::set<WorkflowId> live;
  for (const auto& [id, row] : table_.workflows) {
    const bool over = row.phase == WorkflowPhase::kFinished;
    if (!over) live.insert(id);
    if (!over || live.contains(row.parent.workflow)) {
      shard.live.push_back(stored(row));
    } else if (!row.key.empty()) {
      shard.keys.emplace_back(row.key, id);
    }
  }
  return shard;
}

void SimStore::fetch(WorkflowId workflow, std::uint64_t ticket) {
  WorkflowFetched answer{ticket, std::vector<StoredWorkflow>{}};
  std::set<WorkflowId> family{workflow};
  // Children have higher ids than their parents, so one pass finds all descendants.
  for (auto at = table_.workflows.lower_bound(workflow); at != table_.workflows.end(); ++at) {
    if (at->first != workflow && !family.contains(at->second.parent.workflow)) continue;
    family.insert(at->first);
    answer.result->push_back(stored(at->second));
    const auto definition = table_.definitions.find(at->second.definition);
    if (definition != table_.definitions.end()) answer.result->back().definition = definition->second;
  }
  inbox_.post(std::move(answer));
}

void SimStore::read_events(std::uint64_t after, std::uint32_t limit) {
  EventsRead answer{after, std::vector<Event>{}, {}};
  const auto first = std::upper_bound(table_.events.begin(), table_.events.end(), after,
                                      [](std::uint64_t number, const Event& event) { return number < event.sequence; });
  std::set<WorkflowId> spoken_of;
  for (auto at = first; at != table_.events.end() && answer.result->size() < limit; ++at) {
    answer.result->push_back(*at);
    if (at->workflow != WorkflowId::kNone) spoken_of.insert(at->workflow);
  }
  for (const WorkflowId id : spoken_of) {
    const auto row = table_.workflows.find(id);
    if (row != table_.workflows.end()) answer.workflows.push_back(row->second);
  }
  inbox_.post(std::move(answer));
}

}  // namespace gnomon::sim
