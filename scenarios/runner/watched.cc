#include "scenarios/runner/watched.h"

#include <fmt/format.h>

#include <charconv>

#include "engine/expressions/json.h"

namespace gnomon::scenarios {
namespace {

/// The number of an event of this shard in its CloudEvent's id, "<shard>-<number>"; 0: an event
/// from outside, which has an id of its own.
std::uint64_t number_of(const Payload& event, ShardId shard) {
  const auto id = json_field(event, "id");
  const std::string prefix = fmt::format("\"{}-", shard);
  if (!id || !id->text().starts_with(prefix)) return 0;
  const std::string_view text = id->text();
  std::uint64_t number = 0;
  const auto parsed =
      std::from_chars(text.data() + prefix.size(), text.data() + text.size(), number);
  return parsed.ec == std::errc{} && *parsed.ptr == '"' ? number : 0;
}

}  // namespace

sim::Taken taken_of(const Route& route, ShardId shard, Instant at, const Delivery& delivery) {
  sim::Taken taken{.subscriber = delivery.subscriber, .shard = shard, .at = at};
  taken.takes_all = route.source == "*" && route.types.empty() && !route.filter;
  for (const Payload& event : delivery.events) {
    if (const std::uint64_t number = number_of(event, shard); number != 0)
      taken.events.push_back(number);
  }
  return taken;
}

}  // namespace gnomon::scenarios
