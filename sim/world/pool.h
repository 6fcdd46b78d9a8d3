#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

#include "engine/base/random.h"
#include "engine/ports/clock.h"
#include "engine/ports/inbox.h"
#include "engine/ports/runtime.h"
#include "sim/workload/behaviours.h"
#include "sim/world/key_table.h"
#include "sim/world/placement_by_units.h"
#include "sim/world/pool_settings.h"

namespace gnomon::sim {

/// What a pool has done so far, as integrals over time.
struct PoolUsage {
  std::uint64_t launched = 0;
  std::uint64_t refused = 0;  ///< the queue was full
  std::uint64_t started = 0;
  std::uint64_t cold_starts = 0;
  std::uint64_t polls = 0;
  std::uint64_t capacity_units = 0;
  double busy_unit_seconds = 0;  ///< units held, from start to end
  /// The same by Launch::tenant.
  std::map<std::uint64_t, double> busy_unit_seconds_of_tenant;
  double queued_seconds = 0;  ///< attempts waiting for a worker
  std::uint64_t longest_queue = 0;
};

/// A runtime of simulated workers. It needs only a Clock, so it runs in both worlds: on virtual
/// time, and on the wall clock as a stand-in that holds a slot for the drawn time.
///
/// All draws are keyed by (entity of the workflow, node, attempt), so the same attempt takes as
/// long and fails alike in every run of a seed, whatever else changes.
class Pool final : public Runtime, private Wakeable {
 public:
  Pool(PoolSettings settings, const Behaviours& behaviours, KeyedRandom random, Clock& clock,
       Inbox& inbox);
  ~Pool() override;

  void launch(const Launch& launch) override;
  void poll(const ActionKey& key) override;
  void cancel(const ActionKey& key) override;

  /// The usage up to now.
  PoolUsage usage() const;
  std::size_t queued() const { return queued_; }
  const PoolSettings& settings() const { return settings_; }

 private:
  enum class Stage : std::uint8_t { kFree, kArriving, kQueued, kRunning, kEnded };
  struct Job {
    ActionKey key;
    const Behaviour* behaviour = nullptr;
    std::uint64_t entity = 0;
    std::uint64_t tenant = 0;
    std::uint64_t sequence = 0;
    std::uint32_t units = 1;
    std::int32_t priority = 0;
    std::uint32_t action = 0;  ///< number of the action's name in this pool
    Stage stage = Stage::kFree;
    ActionEnded end;
    Instant queued_at{};
    Payload input;
    Payload params;
    WakeToken wake;
    PlacementByUnits::Place place;
  };
  using Slot = std::uint32_t;
  void wake(std::uint64_t tag) override;
  void enqueue(Slot slot);
  void start_waiting();
  bool start(Slot slot);
  void end(Slot slot);
  void answer(Slot slot);
  void forget(Slot slot);
  void plan(Job& job, bool cold);
  /// What the input of the behaviour's expressions is for this attempt.
  Payload facts_of(const Job& job) const;
  /// How long the work takes, but for factor and failure; the error is that of an expression.
  Expected<Duration> length_of(const Job& job) const;
  Duration draw(const Distribution& distribution, Purpose purpose, const Job& job) const;
  std::uint32_t action_number(const std::string& action);
  void account();
  static void charge(const Job& job, Instant until, PoolUsage& usage);

  PoolSettings settings_;
  const Behaviours& behaviours_;
  KeyedRandom random_;
  Clock& clock_;
  Inbox& inbox_;

  std::deque<Job> jobs_;  // addresses stay
  std::vector<Slot> free_;
  KeyTable by_key_;
  std::map<std::int32_t, std::deque<Slot>, std::greater<>> queue_;  // by priority, highest first
  std::map<std::string, std::uint32_t, std::less<>> actions_;
  const std::string* latest_action_ = nullptr;
  std::uint32_t latest_action_number_ = 0;
  PlacementByUnits placement_;
  std::uint64_t queued_ = 0;
  std::uint64_t running_units_ = 0;
  PoolUsage usage_;
  Instant accounted_at_{};
};

}  // namespace gnomon::sim
