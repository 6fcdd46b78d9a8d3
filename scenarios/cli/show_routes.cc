#include <algorithm>

#include "adapters/sqlite/record_reader.h"
#include "engine/events/route.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/listing.h"
#include "scenarios/cli/show.h"

namespace gnomon::cli {

/// How far routes and subscribers have got, and how many events of each source were taken in.
void show_routes(const ShowArguments& arguments) {
  auto reader = must(adapters::RecordReader::open(arguments.record));
  const auto cursors = must(reader.cursors());
  const auto metrics = must(reader.metrics());
  const auto figure = [&](std::string_view metric, std::string_view label) {
    const auto found = std::ranges::find_if(metrics, [&](const adapters::MetricRow& row) {
      return row.name == metric && row.label == label;
    });
    return found == metrics.end() ? Cell{} : Cell{found->value};
  };
  using Align = Column::Align;
  Listing listing(arguments, "gnomon.routes/1");
  if (cursors.empty()) listing.line("  no routes and no subscribers");
  listing.begin_rows("routes", {{"route", "name"},
                                {"shard", "shard", Align::kRight},
                                {"up to event", "up_to_event", Align::kRight},
                                {"behind", "behind", Align::kRight},
                                {"delivered", "delivered", Align::kRight},
                                {"redelivered", "redelivered", Align::kRight},
                                {"passed over", "passed_over", Align::kRight}});
  std::size_t rows = 0;
  for (const adapters::ShardCursor& cursor : cursors) {
    const std::string& name = cursor.row.subscriber;
    const std::uint64_t delivered = cursor.row.delivered;
    // What a route has asked of another shard stands in the line of the route.
    if (name.starts_with(kFromShardPrefix)) continue;
    const bool is_source = name.starts_with(kPublisherPrefix);
    ++rows;
    listing.row(
        {Cell{name}, Cell{cursor.shard}, is_source ? Cell{} : Cell{delivered},
         is_source ? Cell{} : Cell{cursor.last_event - std::min(cursor.last_event, delivered)},
         is_source ? Cell{delivered} : figure("delivered", name), figure("redelivered", name),
         figure("passed_over", name)});
  }
  listing.end(rows);
}

}  // namespace gnomon::cli
