#pragma once

#include <map>
#include <string>
#include <utility>

#include "engine/model/definition.h"
#include "engine/record/rows.h"

namespace gnomon::scenarios {

/// Gives oracles the definitions that commits tell of.
class Definitions {
 public:
  void hear(ShardId shard, const DefinitionRow& row) { rows_[{shard, row.id}] = row; }
  /// Null if nobody has told of it, or it was built by a program.
  DefinitionPtr find(ShardId shard, DefinitionId id);

 private:
  std::map<std::pair<ShardId, DefinitionId>, DefinitionRow> rows_;
  std::map<std::pair<ShardId, DefinitionId>, DefinitionPtr> known_;
  std::map<std::string, DefinitionPtr> by_text_;
};

}  // namespace gnomon::scenarios
