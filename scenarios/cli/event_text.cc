#include "scenarios/cli/event_text.h"

#include <fmt/format.h>

#include "engine/events/cloud_event.h"
#include "engine/model/policy.h"
#include "engine/record/event_node.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/language/workflow.h"

namespace gnomon::cli {
namespace {

std::string runtime_text(const Event& event, EventNames& names) {
  const std::string_view name = names.runtime(event);
  return name.empty() ? fmt::format("runtime {}", event.detail) : reports::clean(name);
}

/// What Event::detail says, for the kinds in which people read it (engine/record/event.h).
std::string detail_text(const Event& event, EventNames& names) {
  switch (event.kind) {
    case EventKind::kActionLaunched:
      return fmt::format("on {}", runtime_text(event, names));
    case EventKind::kActionRetryScheduled:
      return fmt::format("in {}", reports::human(Duration{event.detail}));
    case EventKind::kWorkflowRetried:
      return fmt::format("run {}", event.detail);
    case EventKind::kScheduleFired:
      return fmt::format("due {}", reports::iso_time(Instant{Duration{event.detail}}));
    case EventKind::kScheduleMissed:
      return reports::counted(static_cast<std::uint64_t>(event.detail), "fire");
    case EventKind::kNodeDelayed:
      return fmt::format("by {}", reports::human(Duration{event.detail}));
    case EventKind::kWorkflowStuck:
      return fmt::format("nothing for {}", reports::human(Duration{event.detail}));
    case EventKind::kShardHot:
      return fmt::format("{} % of the mean", event.detail);
    default:
      return {};
  }
}

std::string outcome_text(const Event& event) {
  const Outcome outcome{event.outcome};
  if (outcome == Outcome::kNone) return {};
  const ErrorClass error{event.error_class};
  return error == ErrorClass::kNone || to_string(error) == to_string(outcome)
             ? std::string{to_string(outcome)}
             : fmt::format("{} ({})", to_string(outcome), to_string(error));
}

}  // namespace

void EventNames::add(ShardId shard, const DefinitionRow& row) {
  definitions_[{shard, row.id}] = {row.name, row.source, nullptr};
}

void EventNames::add(const WorkflowRow& row) {
  definition_of_[row.id] = row.definition;
}

const Definition* EventNames::definition(WorkflowId workflow) {
  const auto number = definition_of_.find(workflow);
  if (number == definition_of_.end()) return nullptr;
  const auto known = definitions_.find({shard_of(workflow), number->second});
  if (known == definitions_.end()) return nullptr;
  Known& of = known->second;
  if (of.decoded == nullptr && !of.source.empty()) {
    if (auto decoded = scenarios::decode_workflow(of.name, of.source.text())) {
      of.decoded = std::move(*decoded);
    } else {
      of.source = {};  // its nodes have their numbers only
    }
  }
  return of.decoded.get();
}

std::string EventNames::node(const Event& event) {
  const NodeIndex node = node_of(event);
  if (node == kNoNode) return {};
  const Definition* of = definition(event.workflow);
  if (of == nullptr || node >= of->node_count()) return {};
  return std::string{of->node_name(node)};
}

std::optional<NodeIndex> EventNames::find_node(WorkflowId workflow, std::string_view name) {
  const Definition* of = definition(workflow);
  return of == nullptr ? std::nullopt : of->find(name);
}

std::string_view EventNames::runtime(const Event& event) {
  return runtime_of(event, definition(event.workflow));
}

std::string to_line(const Event& event, EventNames& names) {
  std::string line = fmt::format("{:>8}  {:<30}  {:<22}", event.sequence,
                                 reports::iso_time(event.at), to_string(event.kind));
  const auto say = [&](const std::string& words) {
    if (!words.empty()) line += ' ' + words;
  };
  if (event.workflow != WorkflowId::kNone)
    say(fmt::format("workflow {}", workflow_label(event.workflow)));
  if (const NodeIndex node = node_of(event); node != kNoNode) {
    const std::string name = names.node(event);
    say(name.empty() ? fmt::format("node {}", node) : fmt::format("node {}", reports::clean(name)));
  }
  if (event.attempt != 0) say(fmt::format("attempt {}", event.attempt));
  say(detail_text(event, names));
  say(outcome_text(event));
  if (!event.text.empty()) line += "  " + reports::clean(event.text.text());
  return line;
}

}  // namespace gnomon::cli
