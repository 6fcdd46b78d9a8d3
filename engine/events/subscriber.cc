#include "engine/events/subscriber.h"

#include <utility>

#include <fmt/format.h>

namespace gnomon {

Subscriber::Subscriber(Route its_route, ShardId shard)
    : route(std::move(its_route)), selection(route, shard) {
  stats.name = route.name;
}

const OfferedEvent* Subscriber::next(const EventWindow& window) {
  if (const OfferedEvent* event = window.find(considered + 1)) {
    page.clear();
    return event;
  }
  while (!page.empty() && page.front().sequence() <= considered) page.pop_front();
  return page.empty() ? nullptr : &page.front();
}

void Subscriber::gather(const EventWindow& window, Instant now) {
  Batch batch;
  std::size_t bytes = 0;
  for (std::uint32_t turn = 0; turn < kEventsPerTurn; ++turn) {
    if (batch.size() >= route.batch || bytes >= kDeliveryBytes) break;
    const OfferedEvent* event = next(window);
    if (event == nullptr) break;
    stats.lost += event->sequence() - considered - 1;
    if (considered == acked) waiting_since = event->event().at;
    considered = event->sequence();
    const std::size_t size = batch.size();
    consider(*event, batch, now);
    if (batch.size() > size) bytes += event->text().text().size();
  }
  if (batch.size() == 0) return;
  batch.upto = considered;
  delivery = std::move(batch);
}

void Subscriber::pass_over(std::uint64_t RouteStats::* kind, RouteStats::Reason reason) {
  ++(stats.*kind);
  stats.last_problem = reason.why;
  if (stats.first_passed_over.why.empty()) stats.first_passed_over = reason;
  stats.last_passed_over = std::move(reason);
}

void Subscriber::consider(const OfferedEvent& event, Batch& batch, Instant now) {
  const auto fails = [&](const Error& error) {
    pass_over(&RouteStats::failed,
              {fmt::format("event {}-{}: {}", event.event().shard, event.sequence(), error.message),
               now});
  };
  const Expected<bool> accepted = selection.accepts(event);
  if (!accepted) return fails(accepted.error());
  if (!*accepted) {
    ++stats.filtered;
    return;
  }
  if (std::holds_alternative<DeliverTo>(route.handler)) {
    Expected<Payload> text = selection.transformed(event);
    if (!text) return fails(text.error());
    batch.events.push_back(std::move(*text));
  } else {
    Expected<RoutedCommand::What> command = selection.command(event);
    if (!command) return fails(command.error());
    batch.commands.push_back({event.sequence(), std::move(*command)});
  }
}

}  // namespace gnomon
