#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <utility>

#include "engine/record/event_node.h"
#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Timers final : public Oracle {
 public:
  Timers() : Oracle("timers") {}

  void event(const History& history, const Event& event) override {
    if (event.kind == EventKind::kScheduleFired && event.at < from_ns(event.detail)) {
      violated(event, fmt::format("a schedule fires {} ns before its instant",
                                  (from_ns(event.detail) - event.at).count()));
    }
    if (event.kind != EventKind::kTimerFired) return;
    const NodeHistory* node = history.find(NodeRef{event.workflow, node_of(event)});
    if (node == nullptr) {
      violated(event, "a timer fires for a node that is not there");
    } else if (node->due_at != kUnset && event.at < node->due_at) {
      violated(event, fmt::format("a wait ends {} ns before it is due",
                                  (node->due_at - event.at).count()));
    }
  }

  /// A shard that decides at an instant has first done all that was due until then.
  void commit(const History& history, const Commit& commit) override {
    Shard& shard = shards_[commit.shard];
    for (const NodeRow& row : commit.nodes) {
      const bool waits = row.phase == NodePhase::kRunning && row.due_at != kUnset;
      shard.set({row.workflow, row.node}, waits ? row.due_at : kNever);
    }
    for (const WorkflowRow& row : commit.workflows) {
      const bool waits = row.phase != WorkflowPhase::kFinished && !row.cancel_requested;
      shard.set({row.id, kNoNode}, waits ? row.deadline : kNever);
    }
    for (const ScheduleRow& row : commit.schedules) {
      const bool waits = !row.removed && !row.paused;
      if (waits && row.next_at != kNever) {
        shard.schedules[row.name] = row.next_at;
      } else {
        shard.schedules.erase(row.name);
      }
    }
    // The first commit of an owner holds what recovery decided, before any timer.
    const bool goes_on = commit.fence == std::exchange(shard.fence, commit.fence);
    if (!goes_on || commit.events.empty()) return;
    const Instant now = commit.events.back().at;
    for (const auto& [schedule, due] : shard.schedules) {
      if (due > now) continue;
      add({.oracle = std::string(name()),
           .what = fmt::format("schedule '{}' was due {} ns ago, and its shard has gone on since",
                               schedule, (now - due).count()),
           .at = now});
    }
    if (shard.due.empty()) return;
    const auto& [due, ref] = *shard.due.begin();
    if (due > now) return;
    const WorkflowHistory* workflow = history.find(ref.workflow);
    if (workflow == nullptr || workflow->over || workflow->cancelled) return;
    add({.oracle = std::string(name()),
         .what = fmt::format("{} {} ns ago, and its shard has gone on since",
                             ref.node == kNoNode ? "its deadline was" : "it was due",
                             (now - due).count()),
         .at = now,
         .workflow = ref.workflow,
         .node = ref.node});
  }

 private:
  struct Shard {
    std::uint64_t fence = 0;
    std::set<std::pair<Instant, NodeRef>> due;
    std::map<NodeRef, Instant> due_of;
    std::map<std::string, Instant> schedules;  ///< when each is due next

    void set(NodeRef ref, Instant at) {
      const auto known = due_of.find(ref);
      if (known != due_of.end()) {
        due.erase({known->second, ref});
        due_of.erase(known);
      }
      if (at == kNever) return;
      due.emplace(at, ref);
      due_of.emplace(ref, at);
    }
  };
  std::map<ShardId, Shard> shards_;
};

}  // namespace

std::unique_ptr<Oracle> timers() {
  return std::make_unique<Timers>();
}

}  // namespace gnomon::sim
