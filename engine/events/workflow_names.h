#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>

#include "engine/base/ids.h"
#include "engine/base/payload.h"
#include "engine/model/definition.h"
#include "engine/record/rows.h"

namespace gnomon {

/// Whatever an event's workflow id stands for. Immutable, shared by the events of the workflow.
struct WorkflowNames {
  DefinitionPtr definition;  ///< null if the shard does not know it
  std::string tenant;
  std::string key;
  Payload labels;
  NodeRef parent;
  /// How many routes, one after the other, led to this workflow: 0 for one that a client started.
  std::uint32_t hops = 0;
};
using WorkflowNamesPtr = std::shared_ptr<const WorkflowNames>;

/// The labels that a route gives to a workflow it starts: that many routes led to it, the last one
/// being `route`. Children have the hops of their parents.
Payload route_labels(std::uint32_t hops, std::string_view route);

/// The definitions of a shard.
class Definitions {
 public:
  /// Null if there is none of that number.
  virtual DefinitionPtr definition(DefinitionId id) const = 0;

 protected:
  ~Definitions() = default;
};

/// The names of the workflows of one shard that are not over. Kept apart from the shard's own
/// state, which has already forgotten a workflow when the commit that ended it becomes durable.
class WorkflowDirectory {
 public:
  explicit WorkflowDirectory(const Definitions& definitions) : definitions_(definitions) {}

  void clear() { names_.clear(); }
  /// Notes a workflow, or finds it noted: names never change.
  WorkflowNamesPtr note(const WorkflowRow& row);
  /// The names of a workflow that may be over, without noting it.
  WorkflowNamesPtr read(const WorkflowRow& row) const;
  void forget(WorkflowId id) { names_.erase(id); }
  /// Null if it is not noted.
  WorkflowNamesPtr find(WorkflowId id) const;
  std::size_t size() const { return names_.size(); }

 private:
  const Definitions& definitions_;
  std::unordered_map<WorkflowId, WorkflowNamesPtr> names_;  // never iterated
};

}  // namespace gnomon
