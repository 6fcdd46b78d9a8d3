// Routes that ask something of workflows which live in other shards.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "engine/events/event_router.h"
#include "engine/shard/command_switch.h"
#include "tests/engine/small_world.h"

namespace gnomon::testing {
namespace {

/// Three shards with the same routes in virtual time.
class ThreeShards {
 public:
  static constexpr std::size_t kShards = 3;

  explicit ThreeShards(const std::vector<Route>& routes, DefinitionPtr definition)
      : definition_(std::move(definition)) {
    std::vector<Host*> all;
    std::vector<CommandInbox*> inboxes;
    for (ShardId shard = 0; shard < kShards; ++shard) {
      networks_.emplace_back(shard, *sim::Distribution::constant(1e6), random_, kernel);
      stores_.emplace_back(
          sim::SimStoreSettings{.shard = shard,
                                .commit_latency = *sim::Distribution::constant(2e6)},
          disk, random_, kernel, networks_.back());
      HostSettings settings;
      settings.shard.workflow.shard = shard;
      settings.shard.workflow.random = random_;
      settings.shard.workflow.runtimes = {{"polled", Duration{1h}}};
      pools_.emplace_back(pool_settings(), behaviours_, random_, kernel, networks_.back());
      hosts.push_back(std::make_unique<Host>(settings, executors_, kernel, stores_.back(),
                                             std::vector<Runtime*>{&pools_.back()}, decoders()));
      networks_.back().connect(*hosts.back());
      all.push_back(hosts.back().get());
      inboxes.push_back(&networks_.back());
    }
    gateway = std::make_unique<Gateway>(GatewaySettings{.placement = PlacementPolicy::kLeastLoaded},
                                        all, inboxes);
    for (ShardId shard = 0; shard < kShards; ++shard) {
      switches_.push_back(std::make_unique<CommandSwitch>(shard, *hosts[shard], *gateway));
      std::vector<Route> own = routes;
      for (Route& route : own) route.answer_timeout = 50ms;
      routers.push_back(*EventRouter::create({.shard = shard, .routes = std::move(own)}, kernel,
                                             stores_[shard], *switches_.back()));
      hosts[shard]->set_router(*routers.back());
      ENSURE(hosts[shard]->start().has_value(), "the host does not start");
    }
    gateway->send(UploadDefinition{0, definition_});
    for (std::size_t i = 0; i < kShards; ++i) {
      gateway->send(StartWorkflow{.workflow = {.name = definition_->name()}});
      kernel.run_until(kernel.now() + 20ms);
    }
  }

  void publish(std::uint64_t number, std::string_view data) {
    gateway->send(PublishEvent{
        0, Payload{fmt::format(
               R"({{"specversion":"1.0","id":"{}","source":"/lab","type":"x","data":{}}})", number,
               data)}});
  }
  std::size_t count(ShardId shard, EventKind kind) {
    std::size_t n = 0;
    for (const Event& event : disk.of(shard).events) n += event.kind == kind;
    return n;
  }
  static WorkflowId workflow_of(ShardId shard) { return make_workflow_id(shard, 1); }

  sim::Kernel kernel;
  sim::SimDisk disk;
  std::vector<std::unique_ptr<Host>> hosts;
  std::unique_ptr<Gateway> gateway;
  std::vector<std::unique_ptr<EventRouter>> routers;

 private:
  static sim::PoolSettings pool_settings() {
    sim::PoolSettings settings;
    settings.name = "polled";
    settings.workers = 10;
    settings.poll_interval = Duration{1h};
    settings.otherwise.duration = *sim::Distribution::constant(1e9);
    return settings;
  }
  Decoders decoders() {
    return {[this](const DefinitionRow&) -> Expected<DefinitionPtr> { return definition_; },
            [](const ScheduleRow&) -> Expected<Schedule> { return invalid("none"); }};
  }

  DefinitionPtr definition_;
  KeyedRandom random_{1};
  sim::Behaviours behaviours_;
  NodeExecutors executors_;
  std::deque<sim::Network> networks_;
  std::deque<sim::SimStore> stores_;
  std::deque<sim::Pool> pools_;
  std::vector<std::unique_ptr<CommandSwitch>> switches_;
};

Route signals() {
  Route route;
  route.name = "signals";
  route.source = "/lab";
  route.handler = SignalOnEvent{.workflow = jq(".data.run"), .signal = "go"};
  return route;
}

/// Waits for a signal that never comes, so that all others are counted.
DefinitionPtr waits() {
  return define("waits", "w", {{"w", {.work = WaitSpec{.signal = "never"}}}});
}

std::string run_is(ShardId shard) {
  return fmt::format(R"({{"run":"{}"}})", value_of(ThreeShards::workflow_of(shard)));
}

TEST(CommandSwitch, BringsASignalToTheShardOfItsWorkflow) {
  ThreeShards world({signals()}, waits());
  for (ShardId shard = 0; shard < 3; ++shard) world.publish(shard, run_is(shard));
  world.kernel.run();
  for (ShardId shard = 0; shard < 3; ++shard) {
    EXPECT_EQ(world.count(shard, EventKind::kSignalReceived), 1u) << shard;
  }
  EXPECT_EQ(world.routers[0]->stats()[0].delivered, 3u);
  EXPECT_EQ(world.routers[0]->stats()[0].refused, 0u);
  EXPECT_EQ(world.routers[0]->stats()[0].retries, 0u);
}

TEST(CommandSwitch, BringsACallbackToTheShardOfItsWorkflow) {
  Route callback;
  callback.name = "callback";
  callback.source = "/lab";
  callback.transform = jq(".data");
  callback.handler = CallbackOnEvent{};
  ThreeShards world({callback}, define("job", "j", {{"j", SmallWorld::task("j", "polled")}}));
  const Instant before = world.kernel.now();
  world.publish(1, fmt::format(R"({{"workflow":"{}","node":0,"attempt":1,"outcome":"succeeded"}})",
                               value_of(ThreeShards::workflow_of(2))));
  world.kernel.run_until(before + 2s);
  EXPECT_EQ(world.count(2, EventKind::kWorkflowEnded), 1u) << "long before it is polled";
  EXPECT_EQ(world.count(1, EventKind::kWorkflowEnded), 0u);
}

TEST(CommandSwitch, CountsWhatAnotherShardRefusesAsRefused) {
  ThreeShards world({signals()}, waits());
  const WorkflowId nowhere = make_workflow_id(2, 99);
  world.publish(0, fmt::format(R"({{"run":"{}"}})", value_of(nowhere)));
  world.publish(1, run_is(1));
  world.kernel.run();
  EXPECT_EQ(world.count(1, EventKind::kSignalReceived), 1u);
  EXPECT_EQ(world.routers[0]->stats()[0].refused, 1u);
  EXPECT_EQ(world.routers[0]->stats()[0].last_problem,
            fmt::format("workflow {} is not running", value_of(nowhere)));
  EXPECT_TRUE(world.routers[0]->idle());
}

TEST(CommandSwitch, CountsWhatIsForAShardThatIsNotThereAsRefused) {
  ThreeShards world({signals()}, waits());
  world.publish(0, fmt::format(R"({{"run":"{}"}})", value_of(make_workflow_id(7, 1))));
  world.kernel.run();
  EXPECT_EQ(world.routers[0]->stats()[0].refused, 1u);
  EXPECT_TRUE(world.routers[0]->idle());
}

// Events come in other portions after a crash than before it.
TEST(CommandSwitch, HasEachEffectOnceWhicheverHostIsKilledAndWhen) {
  for (ShardId victim = 0; victim < 3; ++victim) {
    for (Duration crash{}; crash <= 40ms; crash += 1ms) {
      SCOPED_TRACE(fmt::format("shard {} crashes after {} ms", victim, crash / 1ms));
      ThreeShards world({signals()}, waits());
      const Instant crash_at = world.kernel.now() + crash;
      for (std::uint64_t event = 0; event < 12; ++event) {
        world.publish(event, run_is(static_cast<ShardId>(event % 3)));
        const Instant next = world.kernel.now() + 2ms;
        if (event == 11 || (world.kernel.now() <= crash_at && crash_at < next)) {
          world.kernel.run_until(std::max(crash_at, world.kernel.now()));
          world.hosts[victim]->crash(3ms);
        }
        world.kernel.run_until(next);
      }
      world.kernel.run();
      std::size_t published = 0;
      std::size_t received = 0;
      for (ShardId shard = 0; shard < 3; ++shard) {
        published += world.count(shard, EventKind::kExternal);
        received += world.count(shard, EventKind::kSignalReceived);
      }
      EXPECT_GE(published, 6u) << "others were lost with the host, unanswered";
      EXPECT_EQ(received, published);
      EXPECT_TRUE(world.routers[0]->idle());
    }
  }
}

// A route that got another name while a shard had done, and its own had not noted, what it asked.
TEST(CommandSwitch, KnowsWhatWasDoneUnderTheNameBefore) {
  ThreeShards world({}, waits());
  const auto ask = [&](std::string name, std::string was, std::uint64_t upto) {
    RoutedFromShard command{.ticket = 0, .to = 1, .routed = {}};
    command.routed.cursor = {std::move(name), upto};
    command.routed.was = std::move(was);
    for (std::uint64_t event = 1; event <= upto; ++event) {
      command.routed.commands.push_back(
          {event, SignalByEvent{ThreeShards::workflow_of(1), "go", {}}});
    }
    world.gateway->send(std::move(command));
    world.kernel.run_until(world.kernel.now() + 1s);
  };
  ask("from/0/old", "", 2);
  ask("from/0/new", "from/0/old", 3);
  ask("from/0/new", "from/0/old", 3);
  EXPECT_EQ(world.count(1, EventKind::kSignalReceived), 3u);
}

}  // namespace
}  // namespace gnomon::testing
