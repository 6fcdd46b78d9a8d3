#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/ids.h"

namespace gnomon {

/// How a new workflow is given a shard, in which it stays.
enum class PlacementPolicy : std::uint8_t {
  kTenant,       ///< by the tenant's name: a busy tenant makes a hot shard
  kKey,          ///< by the workflow's key: even, whatever the workflows weigh
  kTwoChoices,   ///< of two shards that the key names, the one that carries less (Mitzenmacher,
                 ///< 2001)
  kLeastLoaded,  ///< the one that carries least
};

/// Chooses a shard. `loads` is what each carries now, in live nodes; `number` tells apart workflows
/// without a key.
ShardId place(PlacementPolicy policy, std::string_view tenant, std::string_view key,
              std::uint64_t number, std::span<const std::uint64_t> loads);

/// Load of a shard in percent of the mean of all; 100 when nothing is loaded.
std::uint64_t relative_load(std::span<const std::uint64_t> loads, ShardId shard);

}  // namespace gnomon
