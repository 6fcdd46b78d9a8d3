#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/events/event_router.h"
#include "engine/shard/command_switch.h"
#include "engine/shard/gateway.h"
#include "engine/shard/host.h"
#include "scenarios/language/scenario.h"
#include "scenarios/runner/clients.h"
#include "scenarios/runner/digest_chain.h"
#include "scenarios/runner/metrics.h"
#include "scenarios/runner/run.h"
#include "sim/workload/behaviours.h"
#include "sim/world/network.h"

namespace gnomon::scenarios {

/// Takes the answers of runtimes, which serve all shards, to the shard of the workflow they are
/// about.
class AnswerSwitch final : public Inbox {
 public:
  void connect(Inbox& shard) { shards_.push_back(&shard); }
  void post(Answer answer) override;

 private:
  std::vector<Inbox*> shards_;
};

/// What a world lends to the engine: one store for each shard, runtimes in the order of the
/// scenario, and a way to make the sink of a subscriber.
struct Ports {
  Clock& clock;
  std::vector<Store*> stores;
  std::vector<sim::Network*> networks;
  std::vector<Runtime*> runtimes;
  std::vector<RuntimeEntry> runtime_entries;
  std::function<Expected<EventSink*>(const SubscriberSettings&, ShardId, Inbox& router)> sink;
  /// Makes somebody hear of what is durable from the stores themselves, where they can tell; else
  /// hosts do.
  std::function<void(CommitListener&)> hear_stores;
};

/// The engine as a scenario sets it up, the same in both worlds: hosts, routers, gateway, clients,
/// and those who listen.
class EngineParts {
 public:
  EngineParts(const Scenario& scenario, std::uint64_t seed, Ports ports, Instant start);
  EngineParts(const EngineParts&) = delete;
  EngineParts& operator=(const EngineParts&) = delete;

  /// Somebody who is to hear of everything that is durable, even if the answer to its host was
  /// lost.
  void add_witness(CommitListener& listener);
  /// Somebody who hears what hosts hear.
  void add_listener(CommitListener& listener);
  /// Opens every shard, uploads the definitions, sets the schedules and, unless the traffic is
  /// over, lets the clients begin.
  Expected<void> start(bool traffic = true);
  /// From the horizon on: schedules fire no more.
  void close();

  std::uint64_t live_workflows() const;
  /// No client has anything to do, no workflow lives, every event was delivered, and nothing waits
  /// to be committed. When only the cursors of routes are left to be made durable, asks for that at
  /// once: a run ends with its work, not with the next time that cursors are due.
  bool done();
  /// Why a shard is down that tries to come back; "" if none is.
  std::string failing_because() const;
  /// Why a shard is down for good; "" if none is.
  std::string down_because() const;
  /// Of all shards together, in the order of their names.
  std::vector<PassedOver> passed_over() const;
  /// Puts the figures that hosts and routers keep into the metrics.
  void finish();

  const Scenario& scenario;
  KeyedRandom random;
  Ports ports;
  DigestChain digest;
  Metrics metrics;
  NodeExecutors executors;
  std::vector<std::unique_ptr<Host>> hosts;
  std::unique_ptr<Gateway> gateway;
  std::vector<std::unique_ptr<CommandSwitch>> switches;
  std::vector<std::unique_ptr<EventRouter>> routers;
  std::unique_ptr<Clients> clients;
  /// The first thing that was refused while setting up: a definition that changed under its
  /// version.
  std::string refused;

 private:
  Expected<void> make_router(ShardId shard);
  HostSettings host_settings(ShardId shard) const;
};

/// Behaviours of the scenario in the form that pools look them up.
sim::Behaviours behaviours_of(const Scenario& scenario);

}  // namespace gnomon::scenarios
