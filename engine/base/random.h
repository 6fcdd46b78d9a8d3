#pragma once

#include <cstdint>

namespace gnomon {

/// What a random number is for. Numbers for different purposes are independent of each other.
/// The values are part of every run's outcome: append, never renumber.
enum class Purpose : std::uint64_t {
  kArrival = 1,            ///< when the next workflow starts
  kWorkflowChoice = 2,     ///< which workflow, tenant or input an arrival brings
  kServiceTime = 3,        ///< how long a worker needs
  kLaunchLatency = 4,      ///< from the request to the runtime's having it
  kCompletionLatency = 5,  ///< from the end of the work to the news of it
  kColdStart = 6,          ///< preparing a container or a machine
  kFailure = 7,            ///< whether an attempt fails, and how far into its work
  kErrorClass = 8,         ///< which kind of failure
  kRetryJitter = 9,        ///< how much earlier than its full delay a retry comes
  kPlacement = 10,         ///< which shard, host or worker among equals
  kStoreLatency = 11,      ///< how long a commit takes
  kQueueLatency = 12,      ///< how long a message between components takes
  kFault = 13,             ///< whether and when a fault of the plan strikes
  kOutput = 14,            ///< what a mocked action answers
  kSampling = 15,          ///< which of many things are looked at
};

/// Random numbers that are looked up, not drawn in sequence: the number for (seed, purpose, a, b,
/// n) is the same whatever else a run does, in every compiler, at every optimisation level, on
/// every machine. So a what-if compares like with like (common random numbers), and a
/// counterexample survives an edit of the scenario around it.
///
/// By convention `a` names the entity (value_of a workflow id, an arrival stream, a host), `b` a
/// part of it (a node), and `n` counts (the attempt, the arrival). A key asked for twice gives the
/// same number twice: whoever needs several numbers for one thing counts them in `n`.
///
/// Philox4x64-10 with key (seed, purpose) and counter (a, b, n, 0), first word of the result.
/// Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
struct KeyedRandom {
  std::uint64_t seed = 0;

  /// 64 uniform bits.
  std::uint64_t draw(Purpose purpose, std::uint64_t a, std::uint64_t b = 0,
                     std::uint64_t n = 0) const;

  /// Uniform in the open interval (0, 1): an odd multiple of 2^-53, exact, symmetric around 1/2.
  double uniform(Purpose purpose, std::uint64_t a, std::uint64_t b = 0, std::uint64_t n = 0) const;

  /// Uniform in [0, m), for m > 0. Some values are more likely than others by a share of at most m
  /// / 2^64.
  std::uint64_t below(std::uint64_t m, Purpose purpose, std::uint64_t a, std::uint64_t b = 0,
                      std::uint64_t n = 0) const;

  /// True with probability p; never for p <= 0, always for p >= 1. For one key, what is true for p
  /// stays true for every greater p.
  bool chance(double p, Purpose purpose, std::uint64_t a, std::uint64_t b = 0,
              std::uint64_t n = 0) const;
};

}  // namespace gnomon
