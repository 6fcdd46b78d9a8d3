#include <map>
#include <memory>

#include "sim/kernel/kernel.h"
#include "sim/world/pool.h"
#include "sim/world/sim_store.h"
#include "tests/contract/runtime_contract.h"
#include "tests/contract/store_contract.h"

namespace gnomon::contract {
namespace {

/// A disk and virtual time; commits take two milliseconds.
class SimStorePlace {
 public:
  std::unique_ptr<Store> make(ShardId shard, Inbox& inbox) {
    sim::SimStoreSettings settings;
    settings.shard = shard;
    settings.commit_latency = *sim::Distribution::constant(2e6);
    return std::make_unique<sim::SimStore>(settings, disk_, KeyedRandom{1}, kernel_, inbox);
  }
  void run_until(const std::function<bool()>& done) {
    while (!done() && kernel_.run_one()) {
    }
  }
  std::uint64_t put_command() {
    const std::uint64_t number = disk_.commands.size() + 1;
    disk_.commands[number] = std::nullopt;
    return number;
  }
  std::optional<AnsweredRow> answer(std::uint64_t number) { return disk_.commands.at(number); }

 private:
  sim::Kernel kernel_;
  sim::SimDisk disk_;
};

/// A pool of workers with one unit each whose actions do what the test says.
class PoolWorld {
 public:
  PoolWorld(std::uint32_t slots, Inbox& inbox)
      : pool_(settings(slots), behaviours_, KeyedRandom{1}, kernel_, inbox) {}
  Runtime& runtime() { return pool_; }

  Launch launch(const ActionKey& key, const Work& work) {
    const std::string action = std::to_string(actions_++);
    sim::Behaviour& behaviour = behaviours_.of_action[action];
    sim::Behaviour::Ending ending;
    ending.duration = work.lasts;
    if (work.error != ErrorClass::kNone) ending.outcome = Outcome::kFailed;
    ending.error = work.error;
    behaviour.endings = {ending};
    DefinitionBuilder builder(action);
    const std::uint32_t spec =
        builder.add_spec({.work = TaskSpec{.runtime = "pool", .action = action, .params = {}}});
    // Pools look behaviours up by node number, so the node of the key must be there.
    for (NodeIndex node = 0; node <= key.node; ++node) builder.add_node(std::to_string(node), spec);
    definitions_.push_back(*builder.build());
    Launch launch;
    launch.key = key;
    launch.definition = definitions_.back().get();
    launch.definition_id = static_cast<DefinitionId>(definitions_.size());
    launch.task = &std::get<TaskSpec>(definitions_.back()->spec(0).work);
    launch.units = work.units;
    return launch;
  }
  bool run_until(const std::function<bool()>& done) {
    while (!done()) {
      if (!kernel_.run_one()) return done();
    }
    return true;
  }

 private:
  static sim::PoolSettings settings(std::uint32_t slots) {
    sim::PoolSettings settings;
    settings.name = "pool";
    settings.workers = 1;
    settings.units_per_worker = slots;
    return settings;
  }

  sim::Kernel kernel_;
  sim::Behaviours behaviours_;
  sim::Pool pool_;
  std::vector<DefinitionPtr> definitions_;
  int actions_ = 0;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Sim, StoreContract, SimStorePlace);
INSTANTIATE_TYPED_TEST_SUITE_P(SimPool, RuntimeContract, PoolWorld);

}  // namespace
}  // namespace gnomon::contract
