#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "engine/record/event.h"

/// Events as the record holds them: consecutive ones in one row, whose body is a JSON array of
/// arrays
///
///     [[at, kind, workflow, node, attempt, outcome, error_class, detail, "text"], ...]
///
/// with `at` in nanoseconds since the row's, `kind`, `outcome` and `error_class` by their codes,
/// `workflow` by its number in the shard, null for no workflow or node, and what is zero or empty
/// at an array's end left out. So an event takes some 15 bytes, and SQL reads it through
/// the view `events`.

namespace gnomon::adapters {

/// SQLite's integers are signed, and ids carry the shard in their upper 16 bits.
inline constexpr ShardId kMaxShard = 0x7fff;

/// The columns of `event_batch` beside the body.
struct EventBatch {
  std::int64_t id = 0;     ///< event_id of the first event
  std::uint64_t last = 0;  ///< sequence of the last event
  Instant at{};            ///< of the earliest event
  Instant until{};         ///< of the latest event
};

/// The shard in the upper 16 bits, the event's sequence in the lower 48.
constexpr std::int64_t event_id(ShardId shard, std::uint64_t sequence) {
  return static_cast<std::int64_t>((std::uint64_t{shard} << 48) | sequence);
}

/// How many events from the first on can stand in one row: those of one shard that are numbered
/// without a gap.
std::size_t batch_length(std::span<const Event> events);

/// Writes the body of `events` (as many as batch_length allows, at least one) into `body`,
/// replacing what it holds.
EventBatch write_batch(std::span<const Event> events, std::string& body);

/// Reads a body back, event by event, until `take` returns false. False: the body is not as
/// write_batch makes it.
bool read_batch(const EventBatch& batch, std::string_view body,
                const std::function<bool(Event&&)>& take);

}  // namespace gnomon::adapters
