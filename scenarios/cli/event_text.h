#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "engine/model/definition.h"
#include "engine/record/event.h"
#include "engine/record/rows.h"

namespace gnomon::cli {

/// What the numbers in a run's events stand for.
class EventNames {
 public:
  void add(ShardId shard, const DefinitionRow& row);
  void add(const WorkflowRow& row);
  bool knows(WorkflowId workflow) const { return definition_of_.contains(workflow); }

  /// The name of the node that an event tells of; "" if it tells of none, or nothing is known of
  /// the workflow.
  std::string node(const Event& event);
  std::optional<NodeIndex> find_node(WorkflowId workflow, std::string_view name);
  /// The runtime that an attempt was handed to; "" for other events, or if it is not known.
  std::string_view runtime(const Event& event);

 private:
  struct Known {
    std::string name;
    Payload source;
    DefinitionPtr decoded;  ///< once it was asked for
  };
  const Definition* definition(WorkflowId workflow);

  std::map<std::pair<ShardId, DefinitionId>, Known> definitions_;
  std::unordered_map<WorkflowId, DefinitionId> definition_of_;  // never iterated
};

/// An event as people read it, one line without its end. Most events have few of the fields, so
/// that a line says them by name instead of in columns.
std::string to_line(const Event& event, EventNames& names);

}  // namespace gnomon::cli
