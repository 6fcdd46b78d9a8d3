#include "sim/world/sim_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace gnomon::sim {

SimStore::SimStore(SimStoreSettings settings, SimDisk& disk, KeyedRandom random, Clock& clock,
                   Inbox& inbox)
    : settings_(std::move(settings)),
      random_(random),
      clock_(clock),
      inbox_(inbox),
      disk_(disk),
      image_(disk.of(settings_.shard)) {}

SimStore::~SimStore() {
  for (const UnderWay& each : under_way_) clock_.cancel(each.wake);
}

std::size_t SimStore::row_count(const Commit& commit) {
  return commit.definitions.size() + commit.workflows.size() + commit.nodes.size() +
         commit.attempts.size() + commit.signals.size() + commit.schedules.size() +
         commit.cursors.size() + commit.answered.size() + commit.events.size();
}

void SimStore::commit(CommitPtr commit) {
  rows_written_ += row_count(*commit);
  Duration latency = settings_.row_latency * static_cast<std::int64_t>(row_count(*commit));
  if (const auto constant = settings_.commit_latency.constant_value()) {
    latency += to_duration(*constant);
  } else {
    latency += settings_.commit_latency.duration(
        random_.uniform(Purpose::kStoreLatency, settings_.shard, commit->fence, commit->sequence));
  }
  busy_until_ = saturating_add(std::max(busy_until_, clock_.now()), latency);
  if (busy_until_ == clock_.now() && under_way_.empty()) {
    finish(std::move(commit));
  } else {
    ask(std::move(commit), busy_until_);
  }
}

void SimStore::ask(Question question, Instant due) {
  if (due <= clock_.now() && under_way_.empty()) {
    answer(std::move(question));
    return;
  }
  under_way_.push_back({std::move(question), {}});
  under_way_.back().wake = clock_.call_at(due, *this, 0);
}

void SimStore::wake(std::uint64_t) {
  Question question = std::move(under_way_.front().question);
  under_way_.pop_front();
  answer(std::move(question));
}

void SimStore::answer(Question question) {
  if (auto* commit = std::get_if<CommitPtr>(&question)) {
    finish(std::move(*commit));
  } else if (const auto* fetch = std::get_if<Fetch>(&question)) {
    finish(*fetch);
  } else {
    finish(std::get<ReadEvents>(question));
  }
}

void SimStore::fetch(WorkflowId workflow, std::uint64_t ticket) {
  ask(Fetch{workflow, ticket}, std::max(busy_until_, clock_.now()));
}

void SimStore::read_events(std::uint64_t after, std::uint32_t limit) {
  ask(ReadEvents{after, limit}, std::max(busy_until_, clock_.now()));
}

void SimStore::finish(CommitPtr commit) {
  const std::uint64_t sequence = commit->sequence;
  if (auto error = refuse(*commit)) {
    inbox_.post(CommitDone{sequence, std::unexpected(std::move(*error)), std::move(commit)});
    return;
  }
  apply(*commit);
  ++commits_;
  inbox_.post(CommitDone{sequence, {}, std::move(commit)});
}

std::optional<Error> SimStore::refuse(const Commit& commit) const {
  if (commit.fence != image_.fence) {
    return Error{ErrorKind::kCannotHappen, "another host owns the shard"};
  }
  if (commit.sequence != image_.sequence + 1) {
    return Error{ErrorKind::kDidNotHappen, fmt::format("commit {} does not follow on commit {}",
                                                       commit.sequence, image_.sequence)};
  }
  std::set<std::uint64_t> answered;
  for (const AnsweredRow& row : commit.answered) {
    const auto command = disk_.commands.find(row.number);
    if (command == disk_.commands.end() || command->second || !answered.insert(row.number).second) {
      return Error{ErrorKind::kDidNotHappen,
                   fmt::format("command {} is not in the mailbox, or has its answer", row.number)};
    }
  }
  return std::nullopt;
}

void SimStore::apply(const Commit& commit) {
  for (CommitListener* listener : listeners_) listener->committed(commit);
  image_.sequence = commit.sequence;
  image_.next_workflow = std::max(image_.next_workflow, commit.next_workflow);
  if (!commit.events.empty()) image_.last_event = commit.events.back().sequence;
  for (const DefinitionRow& row : commit.definitions) image_.definitions[row.id] = row;
  for (const ScheduleRow& row : commit.schedules) {
    if (row.removed) {
      image_.schedules.erase(row.name);
    } else {
      image_.schedules[row.name] = row;
    }
  }
  for (const CursorRow& row : commit.cursors) image_.cursors[row.subscriber] = row;
  for (const AnsweredRow& row : commit.answered) disk_.commands[row.number] = row;
  if (settings_.keep_events)
    image_.events.insert(image_.events.end(), commit.events.begin(), commit.events.end());
  if (!settings_.keep_rows) return;
  for (const WorkflowRow& row : commit.workflows) {
    image_.workflows[row.id] = row;
    if (row.parent.workflow != WorkflowId::kNone) {
      image_.children.emplace(row.parent.workflow, row.id);
    }
  }
  for (const NodeRow& row : commit.nodes) image_.nodes[{row.workflow, row.node}] = row;
  for (const SignalRow& row : commit.signals) {
    if (row.removed) {
      image_.signals.erase({row.workflow, row.number});
    } else {
      image_.signals[{row.workflow, row.number}] = row;
    }
  }
}

StoredWorkflow SimStore::stored(const WorkflowRow& row) const {
  StoredWorkflow stored;
  stored.definition.id = row.definition;
  stored.workflow = row;
  for (auto at = image_.nodes.lower_bound({row.id, 0});
       at != image_.nodes.end() && at->first.first == row.id; ++at) {
    stored.nodes.push_back(at->second);
  }
  for (auto at = image_.signals.lower_bound({row.id, 0});
       at != image_.signals.end() && at->first.first == row.id; ++at) {
    stored.signals.push_back(at->second);
  }
  return stored;
}

Expected<StoredShard> SimStore::open() {
  // A new owner reads only what is settled: the database finishes what it was given before.
  while (!under_way_.empty()) {
    clock_.cancel(under_way_.front().wake);
    const auto* commit = std::get_if<CommitPtr>(&under_way_.front().question);
    if (commit != nullptr && !refuse(**commit)) apply(**commit);
    under_way_.pop_front();
  }
  StoredShard shard;
  shard.fence = ++image_.fence;
  image_.sequence = 0;
  shard.next_workflow = image_.next_workflow;
  shard.last_event = image_.last_event;
  for (const auto& [id, row] : image_.definitions) shard.definitions.push_back(row);
  for (const auto& [name, row] : image_.schedules) shard.schedules.push_back(row);
  for (const auto& [name, row] : image_.cursors) shard.cursors.push_back(row);
  std::set<WorkflowId> live;
  for (const auto& [id, row] : image_.workflows) {
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

void SimStore::finish(const Fetch& fetch) {
  WorkflowFetched answer{fetch.ticket, std::vector<StoredWorkflow>{}};
  std::set<WorkflowId> family;
  if (image_.workflows.contains(fetch.workflow)) family.insert(fetch.workflow);
  // Children have higher ids than their parents, so they join behind the place that is reached.
  for (const WorkflowId member : family) {
    for (auto at = image_.children.lower_bound({member, WorkflowId::kNone});
         at != image_.children.end() && at->first == member; ++at) {
      family.insert(at->second);
    }
    const WorkflowRow& row = image_.workflows.at(member);
    answer.result->push_back(stored(row));
    const auto definition = image_.definitions.find(row.definition);
    if (definition != image_.definitions.end())
      answer.result->back().definition = definition->second;
  }
  inbox_.post(std::move(answer));
}

void SimStore::finish(const ReadEvents& read) {
  const auto [after, limit] = read;
  EventsRead answer{after, std::vector<gnomon::Event>{}, {}};
  const auto first = std::upper_bound(
      image_.events.begin(), image_.events.end(), after,
      [](std::uint64_t number, const gnomon::Event& event) { return number < event.sequence; });
  std::set<WorkflowId> spoken_of;
  for (auto at = first; at != image_.events.end() && answer.result->size() < limit; ++at) {
    answer.result->push_back(*at);
    if (at->workflow != WorkflowId::kNone) spoken_of.insert(at->workflow);
  }
  for (const WorkflowId id : spoken_of) {
    const auto row = image_.workflows.find(id);
    if (row != image_.workflows.end()) answer.workflows.push_back(row->second);
  }
  inbox_.post(std::move(answer));
}

}  // namespace gnomon::sim
