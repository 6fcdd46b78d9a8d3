#include "engine/events/event_router.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include <fmt/format.h>

namespace gnomon {

using State = Subscriber::State;

Expected<std::unique_ptr<EventRouter>> EventRouter::create(RouterSettings settings, Clock& clock,
                                                           Store& store, RouterServices& services) {
  if (auto checked = check_routes(settings.routes); !checked) {
    return std::unexpected(checked.error());
  }
  return std::unique_ptr<EventRouter>(new EventRouter(std::move(settings), clock, store, services));
}

EventRouter::EventRouter(RouterSettings settings, Clock& clock, Store& store,
                         RouterServices& services)
    : settings_(std::move(settings)),
      clock_(clock),
      store_(store),
      services_(services),
      directory_(services),
      window_(settings_.window_events, settings_.window_bytes) {
  for (Route& route : settings_.routes) {
    auto& subscriber =
        subscribers_.emplace_back(std::make_unique<Subscriber>(std::move(route), settings_.shard));
    by_name_.emplace(subscriber->route.name, subscriber.get());
    for (std::size_t kind = 0; kind < kEventKindCount; ++kind) {
      wanted_[kind] |= subscriber->selection.may_accept(static_cast<EventKind>(kind));
    }
  }
  settings_.routes.clear();
}

EventRouter::~EventRouter() {
  stop();
}

void EventRouter::stop() {
  stopped_ = true;
  clock_.cancel(serve_token_);
  clock_.cancel(cursor_token_);
  for (const auto& subscriber : subscribers_) clock_.cancel(subscriber->wake);
}

// --- what the shard tells
// ---------------------------------------------------------------------------------------

void EventRouter::opened(const StoredShard& stored) {
  if (subscribers_.empty() || stopped_) return;
  directory_.clear();
  for (const StoredWorkflow& live : stored.live) directory_.note(live.workflow);
  // There may be durable events of which nobody has heard: then the window has a hole at its end.
  window_.restart(stored.last_event);
  for (const auto& subscriber : subscribers_) place(*subscriber, stored);
  serve_soon();
}

void EventRouter::place(Subscriber& subscriber, const StoredShard& stored) {
  const auto cursor_of = [&](const std::string& name) {
    return std::ranges::find(stored.cursors, name, &CursorRow::subscriber);
  };
  const auto row = cursor_of(subscriber.route.name);
  // Both count: a route that got its old name back goes on from where the other one was.
  const auto before = cursor_of(subscriber.route.was);
  if (before != stored.cursors.end()) {
    subscriber.acked = std::max(subscriber.acked, before->delivered);
  }
  if (row != stored.cursors.end()) {
    subscriber.acked = std::max(subscriber.acked, row->delivered);
    subscriber.cursor = row->delivered;
  } else {
    const bool is_new = before == stored.cursors.end() && !subscriber.placed;
    if (is_new && !subscriber.route.from_first_event) subscriber.acked = stored.last_event;
    // Durable with the first commit, or else a crash would move the beginning behind events that
    // were not delivered.
    subscriber.cursor = subscriber.acked;
    if (subscriber.acked > 0 || !subscriber.route.from_first_event) {
      services_.advance_cursor({subscriber.route.name, subscriber.cursor});
    }
  }
  if (!subscriber.placed) subscriber.waiting_since = clock_.now();
  subscriber.placed = true;
  subscriber.page.clear();
  if (!subscriber.delivery) {
    clock_.cancel(subscriber.wake);
    subscriber.state = State::kIdle;
    subscriber.considered = subscriber.acked;
  } else if (!std::holds_alternative<DeliverTo>(subscriber.route.handler)) {
    // The shard has forgotten what it had not made durable.
    subscriber.state = State::kBackingOff;
    wake_at(subscriber, clock_.now());
  }
  if (subscriber.acked > subscriber.cursor) cursors_soon();
}

void EventRouter::committed(const Commit& commit) {
  if (subscribers_.empty() || stopped_) return;
  for (const WorkflowRow& row : commit.workflows) directory_.note(row);
  for (const Event& event : commit.events) {
    const bool wanted = wanted_[static_cast<std::size_t>(event.kind)];
    window_.push(OfferedEvent(event, wanted ? directory_.find(event.workflow) : nullptr));
  }
  for (const WorkflowRow& row : commit.workflows) {
    if (row.phase == WorkflowPhase::kFinished) directory_.forget(row.id);
  }
  if (!commit.events.empty()) serve_soon();
}

// --- deliveries
// -------------------------------------------------------------------------------------------------

void EventRouter::serve_soon() {
  if (serve_armed_ || stopped_) return;
  serve_armed_ = true;
  serve_token_ = clock_.call_at(clock_.now(), *this, kServe);
}

void EventRouter::wake_at(Subscriber& subscriber, Instant at) {
  clock_.cancel(subscriber.wake);
  subscriber.due = at;
  const auto index =
      std::ranges::find(subscribers_, &subscriber, &std::unique_ptr<Subscriber>::get) -
      subscribers_.begin();
  subscriber.wake = clock_.call_at(at, *this, kFirstSubscriber + static_cast<std::uint64_t>(index));
}

void EventRouter::wake(std::uint64_t tag) {
  if (stopped_) return;
  if (tag == kCursors) {
    cursor_armed_ = false;
    advance_cursors();
  } else if (tag == kServe) {
    serve_armed_ = false;
    for (const auto& subscriber : subscribers_) serve(*subscriber);
  } else {
    serve(*subscribers_[tag - kFirstSubscriber]);
  }
}

void EventRouter::serve(Subscriber& subscriber) {
  const bool is_due = clock_.now() >= subscriber.due;
  if (subscriber.state == State::kDelivering && is_due) {
    fail(subscriber, "was not answered in time");
  } else if (subscriber.state == State::kBackingOff && is_due) {
    subscriber.state = State::kIdle;
    if (subscriber.delivery) return send(subscriber);
  }
  if (subscriber.state != State::kIdle) return;
  subscriber.gather(window_, clock_.now());
  if (subscriber.delivery) return send(subscriber);
  if (subscriber.considered > subscriber.acked) acknowledge(subscriber, subscriber.considered);
  if (subscriber.next(window_) != nullptr) {
    serve_soon();
  } else if (subscriber.considered < window_.last()) {
    read(subscriber);
  }
}

// A sink may answer before deliver() returns: nothing may follow the call.
void EventRouter::send(Subscriber& subscriber) {
  subscriber.state = State::kDelivering;
  wake_at(subscriber, saturating_add(clock_.now(), subscriber.route.answer_timeout));
  const Subscriber::Batch& batch = *subscriber.delivery;
  if (const auto* deliver = std::get_if<DeliverTo>(&subscriber.route.handler)) {
    deliver->sink->deliver({subscriber.route.name, batch.upto, batch.events});
  } else {
    services_.execute({.cursor = {subscriber.route.name, batch.upto},
                       .commands = batch.commands,
                       .was = subscriber.route.was,
                       .elsewhere = {}});
  }
}

void EventRouter::fail(Subscriber& subscriber, std::string why) {
  ++subscriber.stats.retries;
  subscriber.stats.last_problem = std::move(why);
  subscriber.state = State::kBackingOff;
  Duration delay = subscriber.route.retry_delay;
  for (std::uint32_t i = 0; i < subscriber.failures && delay < subscriber.route.max_retry_delay;
       ++i) {
    delay *= 2;
  }
  ++subscriber.failures;
  wake_at(subscriber,
          saturating_add(clock_.now(), std::min(delay, subscriber.route.max_retry_delay)));
}

// Whatever is not done with comes again after a crash: the durable cursor may lag behind.
void EventRouter::acknowledge(Subscriber& subscriber, std::uint64_t upto) {
  subscriber.acked = upto;
  cursors_soon();
}

void EventRouter::post(Answer given) {
  if (stopped_) return;
  if (const auto* delivered = std::get_if<Delivered>(&given)) answer(*delivered);
  if (const auto* read = std::get_if<EventsRead>(&given)) answer(*read);
}

void EventRouter::answer(const Delivered& answer) {
  const auto found = by_name_.find(answer.subscriber);
  if (found == by_name_.end()) return;
  Subscriber& subscriber = *found->second;
  // Answers to an earlier attempt count too: it had the same events.
  if (!subscriber.delivery || subscriber.delivery->upto != answer.upto) return;
  const bool delivers = std::holds_alternative<DeliverTo>(subscriber.route.handler);
  if (!answer.result) {
    if (delivers || answer.result.error().kind != ErrorKind::kInvalid) {
      if (subscriber.state == State::kDelivering) fail(subscriber, answer.result.error().message);
      return;
    }
    subscriber.pass_over(&RouteStats::refused, {answer.result.error().message, clock_.now()});
  }
  subscriber.stats.delivered += subscriber.delivery->size();
  subscriber.delivery.reset();
  subscriber.state = State::kIdle;
  subscriber.failures = 0;
  clock_.cancel(subscriber.wake);
  if (!delivers) subscriber.cursor = answer.upto;  // committed with the commands
  acknowledge(subscriber, answer.upto);
  serve_soon();
}

// --- those that are behind
// --------------------------------------------------------------------------------------

void EventRouter::read(Subscriber& subscriber) {
  ++subscriber.stats.reads;
  subscriber.state = State::kReading;
  const auto asked = [&](const auto& other) {
    return other.get() != &subscriber && other->state == State::kReading &&
           other->considered == subscriber.considered;
  };
  if (std::ranges::any_of(subscribers_, asked)) return;  // one answer serves them all
  store_.read_events(subscriber.considered, settings_.read_events);
}

void EventRouter::answer(const EventsRead& answer) {
  std::vector<OfferedEvent> page;
  if (answer.result) {
    std::map<WorkflowId, WorkflowNamesPtr> names;
    for (const WorkflowRow& row : answer.workflows) names.emplace(row.id, directory_.read(row));
    for (const Event& event : *answer.result) {
      if (event.sequence > window_.last()) break;  // durable, but its commit has not been told yet
      const auto found = names.find(event.workflow);
      page.emplace_back(event, found == names.end() ? nullptr : found->second);
    }
  }
  for (const auto& subscriber : subscribers_) {
    if (subscriber->state != State::kReading || subscriber->considered != answer.after) continue;
    if (!answer.result) {
      fail(*subscriber, answer.result.error().message);
      continue;
    }
    subscriber->state = State::kIdle;
    subscriber->failures = 0;
    subscriber->page.assign(page.begin(), page.end());
    const std::uint64_t before_window = window_.last() - window_.size();
    if (page.empty() && subscriber->considered < before_window) {
      subscriber->stats.lost += before_window - subscriber->considered;
      subscriber->considered = before_window;
      acknowledge(*subscriber, before_window);
    }
  }
  serve_soon();
}

// --- cursors
// ----------------------------------------------------------------------------------------------------

void EventRouter::cursors_soon() {
  if (cursor_armed_ || stopped_) return;
  cursor_armed_ = true;
  cursor_token_ =
      clock_.call_at(saturating_add(clock_.now(), settings_.cursor_interval), *this, kCursors);
}

void EventRouter::advance_cursors() {
  for (const auto& subscriber : subscribers_) {
    if (subscriber->acked == subscriber->cursor) continue;
    subscriber->cursor = subscriber->acked;
    services_.advance_cursor({subscriber->route.name, subscriber->cursor});
  }
}

// --- how it is doing
// --------------------------------------------------------------------------------------------

bool EventRouter::caught_up() const {
  return std::ranges::all_of(
      subscribers_, [&](const auto& subscriber) { return subscriber->acked == window_.last(); });
}

bool EventRouter::idle() const {
  return caught_up() && std::ranges::all_of(subscribers_, [](const auto& subscriber) {
           return subscriber->cursor == subscriber->acked;
         });
}

std::vector<RouteStats> EventRouter::stats() const {
  std::vector<RouteStats> all;
  for (const auto& subscriber : subscribers_) {
    RouteStats& stats = all.emplace_back(subscriber->stats);
    if (subscriber->acked >= window_.last()) continue;
    stats.behind = window_.last() - subscriber->acked;
    const OfferedEvent* oldest = window_.find(subscriber->acked + 1);
    stats.oldest =
        clock_.now() - (oldest == nullptr ? subscriber->waiting_since : oldest->event().at);
  }
  return all;
}

}  // namespace gnomon
