#include "scenarios/checker/definitions.h"

#include "scenarios/language/workflow.h"

namespace gnomon::scenarios {

DefinitionPtr Definitions::find(ShardId shard, DefinitionId id) {
  DefinitionPtr& definition = known_[{shard, id}];
  if (definition != nullptr) return definition;
  const auto row = rows_.find({shard, id});
  if (row == rows_.end() || row->second.source.empty()) return nullptr;
  DefinitionPtr& same = by_text_[row->second.name + '\n' + std::string{row->second.source.text()}];
  if (same == nullptr) {
    auto decoded = decode_workflow(row->second.name, row->second.source.json());
    if (!decoded) return nullptr;
    same = *decoded;
  }
  return definition = same;
}

}  // namespace gnomon::scenarios
