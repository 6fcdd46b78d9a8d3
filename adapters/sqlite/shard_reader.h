#pragma once

#include "adapters/sqlite/database.h"
#include "engine/ports/inbox.h"
#include "engine/ports/store.h"

/// What a store reads back for its shard.

namespace gnomon::adapters {

/// Everything in a StoredShard but the fence.
Expected<StoredShard> read_shard(Database& database, ShardId shard);

/// A workflow and all that descends from it, parents first; none if the store never had it.
Expected<std::vector<StoredWorkflow>> read_family(Database& database, WorkflowId workflow);

/// At most `limit` events after number `after` with the workflows that they speak of.
EventsRead read_events(Database& database, ShardId shard, std::uint64_t after, std::uint32_t limit);

}  // namespace gnomon::adapters
