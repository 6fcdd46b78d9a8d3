#include "engine/shard/placement.h"

#include <algorithm>
#include <string>

#include "engine/base/digest.h"
#include "engine/base/ensure.h"

namespace gnomon {

ShardId place(PlacementPolicy policy, std::string_view tenant, std::string_view key,
              std::uint64_t number, std::span<const std::uint64_t> loads) {
  ENSURE(!loads.empty(), "there is no shard to place a workflow in");
  const std::size_t shards = loads.size();
  if (shards == 1) return 0;
  Digest digest;
  if (policy == PlacementPolicy::kTenant) {
    digest.add(tenant);
  } else if (!key.empty()) {
    digest.add(key);
  } else {
    digest.add(&number, sizeof number);
  }
  const auto first = static_cast<ShardId>(digest.low() % shards);
  switch (policy) {
    case PlacementPolicy::kTenant:
    case PlacementPolicy::kKey:
      return first;
    case PlacementPolicy::kTwoChoices: {
      const auto other = static_cast<ShardId>((first + 1 + digest.high() % (shards - 1)) % shards);
      return loads[other] < loads[first] ? other : first;
    }
    case PlacementPolicy::kLeastLoaded:
      return static_cast<ShardId>(std::min_element(loads.begin(), loads.end()) - loads.begin());
  }
  return first;
}

std::uint64_t relative_load(std::span<const std::uint64_t> loads, ShardId shard) {
  std::uint64_t sum = 0;
  for (const std::uint64_t load : loads) sum += load;
  return sum == 0 ? 100 : loads[shard] * 100 * loads.size() / sum;
}

}  // namespace gnomon
