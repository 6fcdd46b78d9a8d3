#include "tests/engine/events/fakes.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace gnomon {

void FakeShard::commit(std::vector<Event> batch, std::vector<WorkflowRow> rows, bool told) {
  Commit commit;
  for (Event& event : batch) {
    event.sequence = events.size() + 1;
    event.at = clock_.now();
    events.push_back(event);
    commit.events.push_back(event);
  }
  for (WorkflowRow& row : rows) {
    workflows[row.id] = row;
    commit.workflows.push_back(row);
  }
  if (told && router_ != nullptr) router_->committed(commit);
}

StoredShard FakeShard::stored() const {
  StoredShard stored;
  stored.last_event = events.size();
  for (const auto& [id, row] : workflows) {
    if (row.phase != WorkflowPhase::kFinished) stored.live.push_back({.workflow = row});
  }
  for (const auto& [name, delivered] : cursors) stored.cursors.push_back({name, delivered});
  return stored;
}

void FakeShard::read_events(std::uint64_t after, std::uint32_t limit) {
  ++reads;
  EventsRead read{.after = after, .result = {}, .workflows = {}};
  if (read_error) {
    read.result = std::unexpected(*read_error);
  } else {
    std::vector<Event> found;
    for (const Event& event : events) {
      if (event.sequence > std::max(after, forgotten) && found.size() < limit) {
        found.push_back(event);
      }
    }
    for (const auto& [id, row] : workflows) {
      if (std::ranges::count(found, id, &Event::workflow) > 0) read.workflows.push_back(row);
    }
    read.result = std::move(found);
  }
  answer(std::move(read));
}

void FakeShard::answer(Answer answer) {
  clock_.after(latency, [this, answer = std::move(answer)]() mutable {
    if (router_ != nullptr) router_->post(std::move(answer));
  });
}

DefinitionPtr FakeShard::definition(DefinitionId id) const {
  const auto found = definitions.find(id);
  return found == definitions.end() ? nullptr : found->second;
}

void FakeShard::advance_cursor(CursorRow cursor) {
  ++cursor_commits;
  std::uint64_t& durable = cursors[cursor.subscriber];
  durable = std::max(durable, cursor.delivered);
}

void FakeShard::execute(RoutedCommands commands) {
  if (deaf) return;
  Delivered done{commands.cursor.subscriber, commands.cursor.delivered, {}};
  std::uint64_t& durable = cursors[commands.cursor.subscriber];
  if (execute_error) done.result = std::unexpected(*execute_error);
  const bool refused = execute_error && execute_error->kind == ErrorKind::kInvalid;
  if (durable < commands.cursor.delivered && (!execute_error || refused)) {
    durable = commands.cursor.delivered;
    executed.push_back(std::move(commands));
  }
  answer(std::move(done));
}

void FakeSink::deliver(Delivery delivery) {
  deliveries.push_back(delivery);
  switch (mood) {
    case Mood::kTakes:
      for (const Payload& event : delivery.events) taken.emplace_back(event.text());
      answer(delivery, {});
      return;
    case Mood::kFails:
      answer(delivery, fail(ErrorKind::kDidNotHappen, "the subscriber is down"));
      return;
    case Mood::kIsSilent:
      return;
    case Mood::kIsSlow:
      clock_.after(slowness, [this, delivery] {
        for (const Payload& event : delivery.events) taken.emplace_back(event.text());
        answer(delivery, {});
      });
      return;
  }
}

void FakeSink::answer(const Delivery& delivery, Expected<void> result) {
  Delivered done{delivery.subscriber, delivery.upto, std::move(result)};
  if (at_once) {
    if (EventRouter* router = router_()) router->post(std::move(done));
    return;
  }
  clock_.after({}, [this, done] {
    if (EventRouter* router = router_()) router->post(done);
  });
}

Event an_event(EventKind kind, std::string_view text) {
  Event event;
  event.kind = kind;
  event.text = Payload{text};
  return event;
}

Event external(std::string_view source, std::string_view type, std::string_view data) {
  return an_event(
      EventKind::kExternal,
      fmt::format(R"({{"specversion":"1.0","id":"1","source":"{}","type":"{}","data":{}}})", source,
                  type, data));
}

Expression jq(std::string_view text) {
  Expected<Expression> compiled = Expression::compile(text);
  if (!compiled) throw std::invalid_argument(compiled.error().message);
  return *compiled;
}

std::string field(std::string_view json, std::string_view jq_path) {
  const Expected<Payload> value = jq(jq_path).evaluate(Payload{json});
  return value ? plain_text(*value) : value.error().message;
}

}  // namespace gnomon
