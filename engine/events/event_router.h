#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/events/event_window.h"
#include "engine/events/route.h"
#include "engine/events/subscriber.h"
#include "engine/events/workflow_names.h"
#include "engine/ports/clock.h"
#include "engine/ports/commit_listener.h"
#include "engine/ports/inbox.h"
#include "engine/ports/store.h"

namespace gnomon {

/// What EventRouter needs of the shard whose events it routes.
class RouterServices : public Definitions {
 public:
  /// Makes durable, with the next commit, how far a subscriber has got. Asked while the shard is
  /// down, it may be forgotten: opened() tells.
  virtual void advance_cursor(CursorRow cursor) = 0;
  /// Carries out the commands and commits the cursor with them, in one transaction for each shard
  /// that they are for. Answered by Delivered, with the cursor's subscriber and sequence, once that
  /// is durable: kInvalid if a command was refused for good (the others count all the same),
  /// another error if nothing happened and it is to be asked again. Commands whose cursor has been
  /// reached already change nothing and are answered as done.
  virtual void execute(RoutedCommands commands) = 0;

 protected:
  ~RouterServices() = default;
};

struct RouterSettings {
  ShardId shard = 0;
  std::vector<Route> routes;  ///< as check_routes wants them
  /// Events in memory, shared by all subscribers. One that is further behind reads them back from
  /// the store.
  std::size_t window_events = 10'000;
  std::size_t window_bytes = 64 << 20;
  std::uint32_t read_events = 256;  ///< at once, by one that is behind
  /// How often cursors are made durable, at most. What was delivered since then comes again after a
  /// crash.
  Duration cursor_interval = 1s;
};

/// Brings the events of one shard, once they are durable, from their sources to their handlers
/// (article A, "Event Router": filtering, transformation, several subscribers). Sources are the
/// shard itself and whoever publishes CloudEvents to it; handlers are subscribers behind an
/// EventSink, and the shard's own commands.
///
/// Always holds, for every route by itself: each event that it selects is delivered at least once,
/// first deliveries come in the order of the events, and no event is delivered before it is
/// durable. A delivery that fails is made again, with the same events, for ever; meanwhile nothing
/// of any other route waits, and memory does not grow. An event for which a filter or transform
/// fails is passed over and counted.
///
/// Runs on the thread of its Clock and works only when woken by it, so that the host is not kept
/// from carrying out what it committed. Without routes, a commit costs one branch. The host
/// forwards Delivered and EventsRead to post(); sinks may be given the router as their Inbox right
/// away.
class EventRouter final : public CommitListener, public Inbox, private Wakeable {
 public:
  /// kInvalid if check_routes finds something.
  static Expected<std::unique_ptr<EventRouter>> create(RouterSettings settings, Clock& clock,
                                                       Store& store, RouterServices& services);
  ~EventRouter();
  EventRouter(const EventRouter&) = delete;
  EventRouter& operator=(const EventRouter&) = delete;

  void opened(const StoredShard& stored) override;
  void committed(const Commit& commit) override;
  /// Takes Delivered and EventsRead; the other answers are not for it.
  void post(Answer answer) override;
  /// Delivers no more. What is under way may still arrive.
  void stop();

  /// One for each route, in the order of the settings.
  std::vector<RouteStats> stats() const;
  /// Every event there is has been dealt with by every route.
  bool caught_up() const;
  /// The same, and the shard knows.
  bool idle() const;
  /// Makes cursors durable with the next commit, without waiting for the end of cursor_interval.
  void flush_cursors() { advance_cursors(); }

 private:
  enum Tag : std::uint64_t { kServe, kCursors, kFirstSubscriber };

  EventRouter(RouterSettings settings, Clock& clock, Store& store, RouterServices& services);
  void wake(std::uint64_t tag) override;
  void serve_soon();
  void serve(Subscriber& subscriber);
  void send(Subscriber& subscriber);
  void read(Subscriber& subscriber);
  void fail(Subscriber& subscriber, std::string why);
  void acknowledge(Subscriber& subscriber, std::uint64_t upto);
  void wake_at(Subscriber& subscriber, Instant at);
  void place(Subscriber& subscriber, const StoredShard& stored);
  void answer(const Delivered& answer);
  void answer(const EventsRead& answer);
  void cursors_soon();
  void advance_cursors();

  RouterSettings settings_;
  Clock& clock_;
  Store& store_;
  RouterServices& services_;
  WorkflowDirectory directory_;
  EventWindow window_;
  std::vector<std::unique_ptr<Subscriber>> subscribers_;
  std::map<std::string, Subscriber*, std::less<>> by_name_;
  std::array<bool, kEventKindCount> wanted_{};  // by EventKind: there is a route for it
  WakeToken serve_token_;
  WakeToken cursor_token_;
  bool serve_armed_ = false;
  bool cursor_armed_ = false;
  bool stopped_ = false;
};

}  // namespace gnomon
