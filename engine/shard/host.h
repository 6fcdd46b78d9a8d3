#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/events/event_router.h"
#include "engine/ports/clock.h"
#include "engine/ports/commit_listener.h"
#include "engine/ports/inbox.h"
#include "engine/ports/runtime.h"
#include "engine/ports/store.h"
#include "engine/shard/shard.h"

namespace gnomon {

/// Hears the answers to commands.
class Client {
 public:
  virtual void reply(const Reply& reply) = 0;

 protected:
  ~Client() = default;
};

/// Where commands for one shard are put. A host is one; a simulated network in front of it is
/// another.
class CommandInbox {
 public:
  virtual void submit(Command command) = 0;

 protected:
  ~CommandInbox() = default;
};

struct HostSettings {
  ShardSettings shard;
  /// Commits that may be on their way to the store at once: with 2, a batch is decided while the
  /// one before commits.
  std::uint32_t commits_in_flight = 2;
  /// How long to wait before the shard is opened again after its store failed, doubled each time up
  /// to 1 min.
  Duration reopen_delay = 100ms;
};

/// Drives one shard: collects its inputs into batches, has each batch decided, committed, and only
/// then carried out (law 2: decide, commit, act). Runs on the thread of its Clock.
///
/// Always holds: no effect and no reply goes out before the commit that holds its cause is durable,
/// and they go out in the order of the decisions; after a failure of the store, nothing that was
/// not durable is remembered, and the shard is opened again; a host that lost its shard to another
/// one (kCannotHappen) stays down.
class Host final : public Inbox, public CommandInbox, public RouterServices, private Wakeable {
 public:
  Host(HostSettings settings, const NodeExecutors& executors, Clock& clock, Store& store,
       std::vector<Runtime*> runtimes, Decoders decoders);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  void add_listener(CommitListener& listener) { listeners_.push_back(&listener); }
  void set_client(Client& client) { client_ = &client; }
  /// Hears of commits, like a listener, and gets the answers that are for it.
  void set_router(EventRouter& router) {
    router_ = &router;
    add_listener(router);
  }

  /// Takes the shard over, rebuilds it and goes on where it was.
  Expected<void> start();
  /// Takes no further input and wakes no more. What is not durable yet may become so.
  void stop();
  /// Forgets everything that is not durable, as if the process had died, and opens the shard again
  /// after `delay`.
  void crash(Duration delay);

  void submit(Command command) override;
  void post(Answer answer) override;

  // What EventRouter needs of the shard.
  void advance_cursor(CursorRow cursor) override;
  void execute(RoutedCommands commands) override;
  DefinitionPtr definition(DefinitionId id) const override;

  bool up() const { return shard_ != nullptr; }
  /// Set while the host is down and tries to come back: why.
  const std::string& failing_because() const { return failing_because_; }
  /// Set when the host stays down: why.
  const std::string& down_because() const { return down_because_; }
  /// The shard's state; null while the host is down.
  const Shard* shard() const { return shard_.get(); }
  /// Nothing waits to be decided, committed or carried out.
  bool idle() const { return inbox_.empty() && pending_.empty() && !pump_armed_; }
  std::uint64_t commits() const { return commits_; }
  std::uint64_t inputs() const { return inputs_; }

 private:
  enum Tag : std::uint64_t { kPump = 1, kTimer = 2, kReopen = 3 };
  /// What waits for one commit.
  struct Pending {
    std::uint64_t sequence = 0;
    std::vector<RuntimeCall> calls;
    std::vector<Reply> replies;
    std::vector<FetchWorkflow> fetches;
    std::vector<Delivered> routed;
  };

  void wake(std::uint64_t tag) override;
  void receive(Input input);
  void pump();
  void conclude();
  void arm_pump();
  void arm_timer();
  void committed(CommitDone& done);
  void act(Pending& pending);
  void go_down(const Error& error);

  HostSettings settings_;
  const NodeExecutors& executors_;
  Clock& clock_;
  Store& store_;
  std::vector<Runtime*> runtimes_;
  Decoders decoders_;
  std::vector<CommitListener*> listeners_;
  Client* client_ = nullptr;
  EventRouter* router_ = nullptr;

  std::unique_ptr<Shard> shard_;
  std::string failing_because_;
  std::string down_because_;
  std::vector<Input> inbox_;
  std::vector<Input> batch_;
  std::deque<Pending> pending_;
  std::vector<Pending> spare_;
  std::uint64_t fence_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t in_flight_ = 0;
  std::uint64_t commits_ = 0;
  std::uint64_t inputs_ = 0;
  CommitPtr spare_commit_ = std::make_unique<Commit>();
  Duration reopen_after_{};
  Instant timer_at_ = kNever;
  WakeToken timer_;
  WakeToken pump_token_;
  WakeToken reopen_token_;
  bool pump_armed_ = false;
  bool stopped_ = false;
};

}  // namespace gnomon
