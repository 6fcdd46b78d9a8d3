#pragma once

#include <cstdint>
#include <deque>

#include "engine/base/random.h"
#include "engine/ports/clock.h"
#include "engine/shard/host.h"
#include "sim/workload/distribution.h"

namespace gnomon::sim {

/// The way to one shard: the queue hop between services. Everything that is put in comes out after
/// the drawn latency, in the order in which it was put in; answers of the store, which is the
/// host's own, come at once.
class Network final : public Inbox, public CommandInbox, private Wakeable {
 public:
  Network(ShardId shard, Distribution latency, KeyedRandom random, Clock& clock)
      : shard_(shard), latency_(std::move(latency)), random_(random), clock_(clock) {}

  /// To be called once, before anything is put in.
  void connect(Host& host) { host_ = &host; }

  void post(Answer answer) override;
  void submit(Command command) override;

 private:
  void wake(std::uint64_t tag) override;
  void send(Input input);
  void deliver(Input input);

  ShardId shard_;
  Distribution latency_;
  KeyedRandom random_;
  Clock& clock_;
  Host* host_ = nullptr;
  std::deque<Input> under_way_;
  Instant latest_arrival_{};
  std::uint64_t sent_ = 0;
};

}  // namespace gnomon::sim
