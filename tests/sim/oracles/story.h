#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "sim/oracles/oracles.h"
#include "sim/oracles/watch.h"

namespace gnomon::sim {

/// a -> b, both tasks.
inline DefinitionPtr two_tasks() {
  DefinitionBuilder builder("w");
  const NodeSpec task{.work = TaskSpec{.runtime = "r", .action = "x", .params = {}}};
  const NodeIndex a = builder.add_node("a", task);
  builder.add_edge(a, builder.add_node("b", task));
  return *builder.build();
}

/// Tells a watch of one workflow, an event a commit.
class Story {
 public:
  explicit Story(DefinitionPtr definition = two_tasks())
      : watch_([definition](ShardId, DefinitionId number) {
          return number == 0 ? definition : DefinitionPtr{};
        }) {
    event(EventKind::kWorkflowCreated, kNoNode);
    event(EventKind::kWorkflowStarted, kNoNode);
  }

  Story& event(EventKind kind, NodeIndex node, Outcome outcome = Outcome::kNone,
               std::uint32_t attempt = 0, std::int64_t detail = 0, WorkflowId of = id) {
    Event& event = begin().events.emplace_back();
    event.sequence = ++sequence_;
    event.at = from_ns(static_cast<std::int64_t>(sequence_) * 1000);
    event.workflow = of;
    event.kind = kind;
    event.node = node;
    event.outcome = static_cast<std::uint8_t>(outcome);
    event.attempt = attempt;
    event.detail = detail;
    return tell();
  }
  Story& ready(NodeIndex node, Outcome outcome = Outcome::kNone) {
    return event(EventKind::kNodeReady, node, outcome);
  }
  Story& started(NodeIndex node) { return event(EventKind::kNodeStarted, node); }
  Story& launched(NodeIndex node, std::uint32_t attempt) {
    return event(EventKind::kActionLaunched, node, Outcome::kNone, attempt);
  }
  Story& ended(NodeIndex node, Outcome outcome = Outcome::kSucceeded, std::uint32_t attempt = 1) {
    return event(EventKind::kActionEnded, node, outcome, attempt)
        .event(EventKind::kNodeFinishing, node, outcome)
        .event(EventKind::kNodeEnded, node, outcome);
  }
  Story& does(NodeIndex node, Outcome outcome = Outcome::kSucceeded) {
    return ready(node).started(node).launched(node, 1).ended(node, outcome);
  }
  Story& over(Outcome outcome = Outcome::kSucceeded) {
    return event(EventKind::kWorkflowEnded, kNoNode, outcome);
  }
  Story& published(std::string_view text) {
    Event& event = begin().events.emplace_back();
    event.sequence = ++sequence_;
    event.at = from_ns(static_cast<std::int64_t>(sequence_) * 1000);
    event.kind = EventKind::kExternal;
    event.text = Payload{text};
    return tell();
  }
  Story& row(NodeRow row) {
    row.workflow = id;
    begin().nodes.push_back(std::move(row));
    return tell();
  }

  Story& row(WorkflowRow row) {
    if (row.id == WorkflowId{}) row.id = id;
    commit.workflows.push_back(std::move(row));
    return tell();
  }
  Story& row(SignalRow row) {
    row.workflow = id;
    commit.signals.push_back(std::move(row));
    return tell();
  }
  /// Of another workflow, of which nobody knows the definition.
  Story& created(WorkflowId child, std::uint32_t slot = 0) {
    event(EventKind::kWorkflowCreated, kNoNode, Outcome::kNone, 0, 1, child);
    return row(WorkflowRow{.id = child, .parent = {id, 0}, .slot = slot});
  }
  Story& child_over(WorkflowId child, Outcome outcome, std::uint32_t slot = 0) {
    event(EventKind::kWorkflowEnded, kNoNode, outcome, 0, 0, child);
    return row(WorkflowRow{.id = child,
                           .parent = {id, 0},
                           .slot = slot,
                           .phase = WorkflowPhase::kFinished,
                           .outcome = static_cast<std::uint8_t>(outcome)});
  }

  /// The oracles that complain, in their order.
  std::vector<std::string> complaints(bool calm = true) {
    std::vector<std::string> names;
    for (const Violation& violation : watch_.end({from_ns(1'000'000), calm}))
      names.push_back(violation.oracle);
    return names;
  }

  Watch& watch() { return watch_; }
  std::uint64_t last_event() const { return sequence_; }

  Commit commit;
  static constexpr WorkflowId id = make_workflow_id(0, 1);
  static constexpr WorkflowId other = make_workflow_id(0, 2);

 private:
  Commit& begin() { return commit; }
  Story& tell() {
    commit.fence = 1;
    commit.sequence = ++commits_;
    watch_.committed(commit);
    commit.clear();
    return *this;
  }

  Watch watch_;
  std::uint64_t sequence_ = 0;
  std::uint64_t commits_ = 0;
};

using Names = std::vector<std::string>;

}  // namespace gnomon::sim
