#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "engine/record/rows.h"

/// Rows with every field set, rows with none set that need not be, and rows as text, so that tests
/// compare whole rows and print what differs.

namespace gnomon::contract {

inline Instant sample_instant(std::int64_t i) {
  return from_ns(1'760'000'000'123'456'789 + i * 1'000'003);
}

inline DefinitionRow sample_definition(DefinitionId id) {
  return {id, fmt::format("train-{}", id), "2",
          Payload{R"({"nodes": {"a": {}, "b": {"after": ["a"]}}})"}, true};
}
inline DefinitionRow bare_definition(DefinitionId id) {
  return {id, "x", "1", {}, false};
}

inline WorkflowRow sample_workflow(WorkflowId id, DefinitionId definition) {
  WorkflowRow row;
  row.id = id;
  row.definition = definition;
  row.tenant = "research";
  row.labels = Payload{R"({"team": "ads"})"};
  row.parent = NodeRef{make_workflow_id(shard_of(id), 77), 5};
  row.slot = 3;
  row.run = 2;
  row.phase = WorkflowPhase::kPaused;
  row.cancel_requested = true;
  row.outcome = 3;
  row.error_class = 7;
  row.priority = -12;
  row.input = Payload{R"({"rows": 12})"};
  row.output = Payload{"[1, 2]"};
  row.reason = Payload{"node 'b' failed: it's \xc3\xbc"};
  row.created_at = sample_instant(1);
  row.finished_at = sample_instant(2);
  row.deadline = sample_instant(3);
  return row;
}
inline WorkflowRow bare_workflow(WorkflowId id, DefinitionId definition) {
  WorkflowRow row;
  row.id = id;
  row.definition = definition;
  return row;
}

inline NodeRow sample_node(WorkflowId workflow, NodeIndex node) {
  NodeRow row;
  row.workflow = workflow;
  row.node = node;
  row.phase = NodePhase::kFinished;
  row.outcome = 4;
  row.error_class = 3;
  row.attempt = 9;
  row.attempts_before = 4;
  Instant* const instants[] = {&row.ready_at,    &row.running_at,  &row.finishing_at,
                               &row.finished_at, &row.launched_at, &row.started_at,
                               &row.ended_at,    &row.due_at};
  for (std::int64_t i = 0; i < 8; ++i) *instants[i] = sample_instant(node + i);
  row.output = Payload{R"({"loss": 0.5})"};
  row.reason = Payload{"too slow"};
  return row;
}
inline NodeRow bare_node(WorkflowId workflow, NodeIndex node) {
  NodeRow row;
  row.workflow = workflow;
  row.node = node;
  return row;
}

inline SignalRow sample_signal(WorkflowId workflow, std::uint64_t number) {
  return {workflow,
          number,
          fmt::format("approve-{}", number),
          Payload{"true"},
          fmt::format("key-{}", number),
          false,
          false};
}
inline ScheduleRow sample_schedule(const std::string& name) {
  return {
      name, Payload{R"({"cron": "0 3 * * *"})"}, sample_instant(8), sample_instant(7), 6, 5, true,
      false};
}
inline ScheduleRow bare_schedule(const std::string& name) {
  ScheduleRow row;
  row.name = name;
  return row;
}

inline std::string shown(const DefinitionRow& row) {
  return fmt::format("{} {} {} {} {}", row.id, row.name, row.version, row.source.text(),
                     row.uploaded);
}
inline std::string shown(const WorkflowRow& row) {
  return fmt::format(
      "{} d{} {} '{}' {} p{}/{} s{} r{} {} c{} o{} e{} p{} in {} out {} why {} at {} {} {}",
      value_of(row.id), row.definition, row.tenant, row.key, row.labels.text(),
      value_of(row.parent.workflow), row.parent.node, row.slot, row.run, to_string(row.phase),
      row.cancel_requested, row.outcome, row.error_class, row.priority, row.input.text(),
      row.output.text(), row.reason.text(), to_ns(row.created_at), to_ns(row.finished_at),
      to_ns(row.deadline));
}
inline std::string shown(const NodeRow& row) {
  return fmt::format("{}/{} {} o{} e{} a{}-{} at {} {} {} {} {} {} {} {} out {} why {}",
                     value_of(row.workflow), row.node, to_string(row.phase), row.outcome,
                     row.error_class, row.attempt, row.attempts_before, to_ns(row.ready_at),
                     to_ns(row.running_at), to_ns(row.finishing_at), to_ns(row.finished_at),
                     to_ns(row.launched_at), to_ns(row.started_at), to_ns(row.ended_at),
                     to_ns(row.due_at), row.output.text(), row.reason.text());
}
inline std::string shown(const AttemptRow& row) {
  return fmt::format("{}/{}/{} o{} e{} at {} {} {} why {}", value_of(row.key.workflow),
                     row.key.node, row.key.attempt, row.outcome, row.error_class,
                     to_ns(row.launched_at), to_ns(row.started_at), to_ns(row.ended_at),
                     row.reason.text());
}
inline std::string shown(const SignalRow& row) {
  return fmt::format("{} {} {} {} {} {}", value_of(row.workflow), row.number, row.name,
                     row.payload.text(), row.key, row.taken);
}
inline std::string shown(const ScheduleRow& row) {
  return fmt::format("{} {} {} {} {} {} {}", row.name, row.definition.text(), to_ns(row.next_at),
                     to_ns(row.last_at), row.fired, row.missed, row.paused);
}
inline std::string shown(const CursorRow& row) {
  return fmt::format("{} {}", row.subscriber, row.delivered);
}
inline std::string shown(const AnsweredRow& row) {
  return fmt::format("{} at {}: {} {}", row.number, to_ns(row.at), value_of(row.result), row.error);
}
inline std::string shown(const Event& event) {
  return fmt::format("{}:{} at {} {} {}/{} a{} o{} e{} d{} '{}'", event.shard, event.sequence,
                     to_ns(event.at), to_string(event.kind), value_of(event.workflow), event.node,
                     event.attempt, event.outcome, event.error_class, event.detail,
                     event.text.text());
}
template <typename Row>
std::vector<std::string> shown(const std::vector<Row>& rows) {
  std::vector<std::string> lines;
  for (const Row& row : rows) lines.push_back(shown(row));
  return lines;
}

}  // namespace gnomon::contract
