#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/base/time.h"
#include "sim/workload/arrivals.h"

namespace gnomon::sim {

/// One request to start a workflow.
struct Arrival {
  Instant at = kNever;
  std::uint64_t number = 0;  ///< in its stream, from 0
  std::string tenant;
  Payload input;
};

/// The arrivals of one stream of traffic, one after the other, ascending in time. All draws are
/// keyed by the stream's name and the arrival's number.
class TrafficSource {
 public:
  /// `start` is the beginning of the run; no arrival comes at or after `stop`.
  TrafficSource(const Traffic& traffic, KeyedRandom random, Instant start, Instant stop);

  /// When the next arrival comes; kNever when there is none any more.
  Instant next_at() const { return next_at_; }
  /// The arrival that is next; the one after it becomes the next. The error is that of its input
  /// expression.
  Expected<Arrival> take();

 private:
  void plan(Instant from);
  Instant following(Instant from);
  std::string tenant_of(std::uint64_t number) const;

  const Traffic& traffic_;
  KeyedRandom random_;
  std::uint64_t entity_;
  Instant start_;
  Instant stop_;
  Instant next_at_ = kNever;
  std::uint64_t number_ = 0;
  std::uint64_t draws_ = 0;
  std::vector<double> cumulative_;  ///< weight of the tenants up to each
};

}  // namespace gnomon::sim
