#include <algorithm>
#include <string>
#include <vector>

#include "adapters/sqlite/record_reader.h"
#include "engine/events/route.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/listing.h"
#include "scenarios/cli/show.h"

namespace gnomon::cli {
namespace {

/// A route, subscriber or source, in all shards together.
struct Sum {
  std::string name;
  adapters::ShardCursor first;
  std::size_t shards = 0;
  std::uint64_t delivered = 0;
  std::uint64_t behind = 0;
};

std::vector<Sum> sums_of(const std::vector<adapters::ShardCursor>& cursors) {
  std::vector<Sum> sums;
  for (const adapters::ShardCursor& cursor : cursors) {
    const std::string& name = cursor.row.subscriber;
    // What a route has asked of another shard stands in the line of the route.
    if (name.starts_with(kFromShardPrefix)) continue;
    if (sums.empty() || sums.back().name != name) sums.push_back({name, cursor});
    Sum& sum = sums.back();
    ++sum.shards;
    sum.delivered += cursor.row.delivered;
    sum.behind += cursor.last_event - std::min(cursor.last_event, cursor.row.delivered);
  }
  return sums;
}

}  // namespace

/// How far routes and subscribers have got, and how many events of each source were taken in. The
/// figures are those that the run has left, when it ended or was interrupted.
void show_routes(const ShowArguments& arguments) {
  auto reader = must(adapters::RecordReader::open(arguments.record));
  const std::vector<Sum> sums = sums_of(must(reader.cursors()));
  const auto metrics = must(reader.metrics());
  const auto reasons = must(reader.facts()).passed_over;
  const auto figure = [&](std::string_view metric, std::string_view label) {
    const auto found = std::ranges::find_if(metrics, [&](const adapters::MetricRow& row) {
      return row.name == metric && row.label == label;
    });
    return found == metrics.end() ? Cell{} : Cell{found->value};
  };
  using Align = Column::Align;
  Listing listing(arguments, "gnomon.routes/1");
  if (sums.empty()) listing.line("  no routes and no subscribers");
  listing.begin_rows("routes", {{"route", "name"},
                                {"shards", "shards", Align::kRight},
                                {"", "shard"},
                                {"up to event", "up_to_event", Align::kRight},
                                {"behind", "behind", Align::kRight},
                                {"delivered", "delivered", Align::kRight},
                                {"redelivered", "redelivered", Align::kRight},
                                {"passed over", "passed_over", Align::kRight},
                                {"the last because", "reason"}});
  for (const Sum& sum : sums) {
    const bool is_source = sum.name.starts_with(kPublisherPrefix);
    // Each shard numbers its events.
    const bool is_one = sum.shards == 1;
    const auto reason = reasons.find(sum.name);
    listing.row({Cell{sum.name}, Cell{sum.shards}, is_one ? Cell{sum.first.shard} : Cell{},
                 is_one && !is_source ? Cell{sum.delivered} : Cell{},
                 is_source ? Cell{} : Cell{sum.behind},
                 is_source ? Cell{sum.delivered} : figure("delivered", sum.name),
                 figure("redelivered", sum.name), figure("passed_over", sum.name),
                 reason == reasons.end() ? Cell{} : Cell{reason->second}});
  }
  listing.end(sums.size());
}

}  // namespace gnomon::cli
