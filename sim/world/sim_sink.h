#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/random.h"
#include "engine/ports/clock.h"
#include "engine/ports/event_sink.h"
#include "engine/ports/inbox.h"
#include "sim/faults/fault_plan.h"
#include "sim/workload/distribution.h"

namespace gnomon::sim {

struct SimSinkSettings {
  std::string name;
  Distribution latency;  ///< until it answers a delivery
  double failure_rate = 0;
  std::vector<std::pair<Instant, Instant>> down;  ///< from, to: takes nothing
  FaultPlan* faults = nullptr;                    ///< hurts it under `fault_name`
  std::string fault_name;
  /// Hears of each delivery that it takes, whether or not it is heard itself.
  std::function<void(const Delivery&)> taken;
};

/// A simulated subscriber: takes deliveries after a while, fails some, and is down at times.
class SimSink final : public EventSink, private Wakeable {
 public:
  SimSink(SimSinkSettings settings, KeyedRandom random, Clock& clock, Inbox& router);
  ~SimSink();

  void deliver(Delivery delivery) override;

  std::uint64_t taken() const { return taken_; }
  std::uint64_t deliveries() const { return deliveries_; }

 private:
  struct UnderWay {
    Delivered answer;
    WakeToken wake;
  };
  void take(const Delivery& delivery);
  void wake(std::uint64_t tag) override;

  SimSinkSettings settings_;
  KeyedRandom random_;
  std::uint64_t entity_;
  Clock& clock_;
  Inbox& router_;
  std::map<std::uint64_t, UnderWay> under_way_;
  std::uint64_t deliveries_ = 0;
  std::uint64_t taken_ = 0;
};

}  // namespace gnomon::sim
