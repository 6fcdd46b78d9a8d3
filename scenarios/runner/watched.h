#pragma once

#include "engine/events/route.h"
#include "engine/ports/clock.h"
#include "engine/ports/runtime.h"
#include "engine/shard/host.h"
#include "sim/oracles/watch.h"

namespace gnomon::scenarios {

/// Tells a watch of what a runtime is given.
class WatchedRuntime final : public Runtime {
 public:
  WatchedRuntime(Runtime& runtime, sim::Watch& watch, const Clock& clock)
      : runtime_(runtime), watch_(watch), clock_(clock) {}

  void launch(const Launch& launch) override {
    watch_.launched(launch.key, clock_.now());
    runtime_.launch(launch);
  }
  void poll(const ActionKey& key) override { runtime_.poll(key); }
  void cancel(const ActionKey& key) override { runtime_.cancel(key); }

 private:
  Runtime& runtime_;
  sim::Watch& watch_;
  const Clock& clock_;
};

/// Tells a watch of what clients are told.
class WatchedClient final : public Client {
 public:
  WatchedClient(Client& client, sim::Watch& watch, const Clock& clock)
      : client_(client), watch_(watch), clock_(clock) {}

  void reply(const Reply& reply) override {
    if (reply.result && *reply.result != WorkflowId::kNone)
      watch_.answered(*reply.result, clock_.now());
    client_.reply(reply);
  }

 private:
  Client& client_;
  sim::Watch& watch_;
  const Clock& clock_;
};

/// What a subscriber has taken, by the numbers of the events, if no transform has changed them.
sim::Taken taken_of(const Route& route, ShardId shard, Instant at, const Delivery& delivery);

}  // namespace gnomon::scenarios
