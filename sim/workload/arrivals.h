#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/payload.h"
#include "engine/expressions/expression.h"
#include "engine/timers/recurrence.h"
#include "sim/workload/distribution.h"

namespace gnomon::sim {

/// Memoryless arrivals at a constant mean rate.
struct PoissonArrivals {
  double per_second = 0;
};
/// One arrival every `interval`, the first after one interval.
struct FixedArrivals {
  Duration interval{};
};
/// `size` arrivals at the same instant, every `interval`.
struct BurstArrivals {
  std::uint32_t size = 1;
  Duration interval{};
};
/// Poisson arrivals whose rate follows the time of day (UTC): a rate for each hour, joined by
/// straight lines.
struct DailyArrivals {
  std::array<double, 24> per_second_at_hour{};
};
/// Arrivals at the fires of a recurrence (cron with a zone).
struct RecurringArrivals {
  Recurrence recurrence;
};
/// Arrivals at recorded offsets from the start of the run, ascending.
struct TraceArrivals {
  std::vector<Duration> offsets;
  std::vector<Payload> rows;         ///< what was recorded of each, JSON objects; or empty
  std::vector<std::string> tenants;  ///< of each, instead of the stream's; or empty
};
/// `count` arrivals at the start of the run.
struct OnceArrivals {
  std::uint64_t count = 1;
};

using ArrivalProcess = std::variant<PoissonArrivals, FixedArrivals, BurstArrivals, DailyArrivals,
                                    RecurringArrivals, TraceArrivals, OnceArrivals>;

/// What a client does to the workflow it started, `after` its start (in virtual or scaled time).
struct FollowUp {
  enum class Kind : std::uint8_t { kSignal, kCancel, kPause, kResume, kRetry };
  Kind kind = Kind::kSignal;
  Distribution after;
  std::string signal;  ///< of kSignal
  Payload payload;
  double probability = 1.0;
  bool when_failed = false;  ///< of kRetry: `after` counts from an end that was no success
};

/// One stream of requests to start a workflow.
struct Traffic {
  std::string name;  ///< names its random draws, so that adding another stream changes nothing here
  std::string workflow;
  ArrivalProcess arrivals = OnceArrivals{};
  Duration begin{};             ///< from the start of the run
  std::optional<Duration> end;  ///< no arrivals from here on; absent: until the horizon
  std::optional<std::uint64_t> limit;
  std::vector<std::string> tenants;  ///< empty: the default tenant
  double zipf = 0;                   ///< weight of tenant i (from 1) is i^-zipf; 0: all alike
  std::int16_t priority = 0;
  Payload labels;
  Payload input;  ///< JSON
  std::optional<Expression>
      input_expression;  ///< instead: jq over {"n": number from 0, "u": uniform draw, "tenant",
                         ///< "row": of a trace that keeps them}
  std::vector<FollowUp> follow_ups;
};

}  // namespace gnomon::sim
