#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/time.h"

namespace gnomon::sim {

/// Finds room on the workers of a pool. A task that fits into one worker gets all its units on one,
/// on the fullest that has room (best fit); a larger one gets whole workers, all at once (gang
/// allocation). Containers that were used for an action stay warm on their worker for a while, and
/// their worker is taken first.
class PlacementByUnits {
 public:
  struct Part {
    std::uint32_t worker = 0;
    std::uint32_t units = 0;
  };
  struct Place {
    Part first;
    std::vector<Part> more;  ///< of a gang over several workers
    bool cold = false;       ///< a container must be started
  };

  /// `keep_alive` < 0: there are no containers, nothing is ever cold.
  PlacementByUnits(std::uint32_t workers, std::uint32_t units_per_worker, Duration keep_alive);

  /// False: no room now.
  bool place(std::uint32_t units, std::uint32_t action, Instant now, Place& place);
  void release(const Place& place, std::uint32_t action, Instant now);
  /// Whether a task of so many units could ever be placed.
  bool fits(std::uint32_t units) const;

 private:
  struct Container {
    std::uint32_t action = 0;
    Instant until{};
  };
  struct Worker {
    std::uint32_t free = 0;
    std::uint32_t position = 0;         // in its bucket
    std::vector<Container> containers;  // idle ones, oldest first
  };
  void take(std::uint32_t worker, std::uint32_t units);
  void give(std::uint32_t worker, std::uint32_t units);
  void move(std::uint32_t worker, std::uint32_t free);
  bool take_warm(std::uint32_t units, std::uint32_t action, Instant now, Place& place);
  bool has_container(Worker& worker, std::uint32_t action, Instant now, bool take);

  std::uint32_t units_per_worker_;
  Duration keep_alive_;
  std::vector<Worker> workers_;
  std::vector<std::vector<std::uint32_t>> by_free_;  // workers by number of free units
  std::vector<std::vector<std::uint32_t>> warm_;     // by action, latest last; may be outdated
};

}  // namespace gnomon::sim
