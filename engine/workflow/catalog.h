#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/actions/action_service.h"
#include "engine/base/error.h"
#include "engine/model/definition.h"
#include "engine/record/rows.h"

namespace gnomon {

/// Builds a definition from the text that Definition::source gave. Composition roots pass the
/// scenario language's.
using DefinitionDecoder = std::function<Expected<DefinitionPtr>(const DefinitionRow&)>;

/// The definitions of one shard: uploaded ones by name and version, ephemeral and inline ones by
/// number only.
class Catalog {
 public:
  struct Entry {
    DefinitionPtr definition;
    std::vector<RuntimeIndex> runtime_of_spec;  ///< for the specs that are tasks
    bool uploaded = false;
  };

  explicit Catalog(const ActionService& actions) : actions_(actions) {}

  /// The number of a definition; a new one is appended to `rows`. The same object, or the same
  /// content under the same name and version, keeps its number.
  Expected<DefinitionId> add(const DefinitionPtr& definition, bool uploaded,
                             std::vector<DefinitionRow>& rows);
  /// Resolves a target: defined in place, or uploaded (the newest version unless one is named).
  Expected<DefinitionId> resolve(const WorkflowTarget& target, std::vector<DefinitionRow>& rows);
  /// After a crash: the row with its number.
  Expected<void> restore(const DefinitionRow& row, const DefinitionDecoder& decode);

  const Entry& operator[](DefinitionId id) const { return entries_[id]; }
  bool contains(DefinitionId id) const {
    return id < entries_.size() && entries_[id].definition != nullptr;
  }

 private:
  struct Versions {
    std::map<std::string, DefinitionId, std::less<>> by_version;
    DefinitionId newest = 0;
  };
  void put(DefinitionId id, DefinitionPtr definition, bool uploaded);

  const ActionService& actions_;
  std::vector<Entry> entries_;
  std::map<std::string, Versions, std::less<>> uploaded_;
  std::map<std::pair<std::string, std::string>, std::vector<DefinitionId>> by_name_;
};

}  // namespace gnomon
