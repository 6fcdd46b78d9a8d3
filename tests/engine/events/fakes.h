#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/events/event_router.h"
#include "tests/engine/events/manual_clock.h"

namespace gnomon {

/// A shard as EventRouter sees it: what is durable, and who carries out commands. Everything it is
/// asked is answered a moment later, by the clock.
class FakeShard final : public Store, public RouterServices {
 public:
  explicit FakeShard(ManualClock& clock) : clock_(clock) {}

  // What tests do to it.
  void connect(EventRouter* router) { router_ = router; }
  /// Makes events durable and tells the router, unless the answer to the commit is lost.
  void commit(std::vector<Event> batch, std::vector<WorkflowRow> rows = {}, bool told = true);
  /// What the store gives to a host that takes the shard over.
  StoredShard stored() const;

  std::vector<Event> events;
  std::map<WorkflowId, WorkflowRow> workflows;
  std::map<DefinitionId, DefinitionPtr> definitions;
  std::map<std::string, std::uint64_t> cursors;
  std::vector<RoutedCommands> executed;  ///< what had an effect
  std::uint64_t forgotten = 0;           ///< events up to here are no longer stored
  std::uint64_t reads = 0;
  std::uint64_t cursor_commits = 0;
  std::optional<Error> read_error;
  std::optional<Error> execute_error;
  bool deaf = false;  ///< commands get lost
  Duration latency{};

  // Store
  Expected<StoredShard> open() override { return stored(); }
  void commit(CommitPtr) override {}
  void fetch(WorkflowId, std::uint64_t) override {}
  void read_events(std::uint64_t after, std::uint32_t limit) override;

  // RouterServices
  DefinitionPtr definition(DefinitionId id) const override;
  void advance_cursor(CursorRow cursor) override;
  void execute(RoutedCommands commands) override;

 private:
  void answer(Answer answer);

  ManualClock& clock_;
  EventRouter* router_ = nullptr;
};

/// A subscriber that keeps what it was given.
class FakeSink final : public EventSink {
 public:
  enum class Mood { kTakes, kFails, kIsSilent, kIsSlow };

  FakeSink(ManualClock& clock, std::function<EventRouter*()> router)
      : clock_(clock), router_(std::move(router)) {}

  void deliver(Delivery delivery) override;

  std::vector<Delivery> deliveries;  ///< all that came, taken or not
  std::vector<std::string> taken;    ///< the events of those that it took
  Mood mood = Mood::kTakes;
  Duration slowness = 1s;
  bool at_once = true;  ///< answers before deliver() returns

 private:
  void answer(const Delivery& delivery, Expected<void> result);

  ManualClock& clock_;
  std::function<EventRouter*()> router_;
};

/// A plain event of that kind, about no workflow.
Event an_event(EventKind kind, std::string_view text = {});
/// What a client would publish.
Event external(std::string_view source, std::string_view type, std::string_view data = "{}");
Expression jq(std::string_view text);
/// The field of a JSON text, as plain text.
std::string field(std::string_view json, std::string_view jq_path);

}  // namespace gnomon
