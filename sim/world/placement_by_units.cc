#include "sim/world/placement_by_units.h"

#include <algorithm>

#include "engine/base/ensure.h"

namespace gnomon::sim {

PlacementByUnits::PlacementByUnits(std::uint32_t workers, std::uint32_t units_per_worker,
                                   Duration keep_alive)
    : units_per_worker_(units_per_worker),
      keep_alive_(keep_alive),
      workers_(workers),
      by_free_(units_per_worker + 1) {
  auto& idle = by_free_[units_per_worker];
  idle.resize(workers);
  for (std::uint32_t i = 0; i < workers; ++i) {
    // The last of a bucket is taken first: worker 0 before worker 1.
    idle[i] = workers - 1 - i;
    workers_[idle[i]] = {.free = units_per_worker, .position = i};
  }
}

bool PlacementByUnits::fits(std::uint32_t units) const {
  return units <= std::uint64_t{units_per_worker_} * workers_.size();
}

void PlacementByUnits::move(std::uint32_t worker, std::uint32_t free) {
  Worker& state = workers_[worker];
  auto& from = by_free_[state.free];
  from[state.position] = from.back();
  workers_[from.back()].position = state.position;
  from.pop_back();
  state.free = free;
  state.position = static_cast<std::uint32_t>(by_free_[free].size());
  by_free_[free].push_back(worker);
}

void PlacementByUnits::take(std::uint32_t worker, std::uint32_t units) {
  Worker& state = workers_[worker];
  move(worker, state.free - units);
  // An idle container holds a unit that is free: what is taken evicts the oldest.
  if (state.containers.size() > state.free) {
    state.containers.erase(state.containers.begin(),
                           state.containers.end() - static_cast<std::ptrdiff_t>(state.free));
  }
}

void PlacementByUnits::give(std::uint32_t worker, std::uint32_t units) {
  ENSURE(workers_[worker].free + units <= units_per_worker_,
         "worker {} has {} units, {} free, and gets {} back", worker, units_per_worker_,
         workers_[worker].free, units);
  move(worker, workers_[worker].free + units);
}

bool PlacementByUnits::has_container(Worker& worker, std::uint32_t action, Instant now,
                                     bool remove) {
  for (std::size_t i = worker.containers.size(); i-- > 0;) {
    if (worker.containers[i].action != action || worker.containers[i].until < now) continue;
    if (remove) worker.containers.erase(worker.containers.begin() + static_cast<std::ptrdiff_t>(i));
    return true;
  }
  return false;
}

bool PlacementByUnits::take_warm(std::uint32_t units, std::uint32_t action, Instant now,
                                 Place& place) {
  if (action >= warm_.size()) return false;
  auto& candidates = warm_[action];
  while (!candidates.empty()) {
    const std::uint32_t worker = candidates.back();
    candidates.pop_back();
    if (workers_[worker].free < units || !has_container(workers_[worker], action, now, true))
      continue;
    place.first = {worker, units};
    place.cold = false;
    take(worker, units);
    return true;
  }
  return false;
}

bool PlacementByUnits::place(std::uint32_t units, std::uint32_t action, Instant now, Place& place) {
  place.more.clear();
  place.cold = keep_alive_ >= Duration::zero();
  if (units <= units_per_worker_) {
    if (place.cold && take_warm(units, action, now, place)) return true;
    for (std::uint32_t free = units; free <= units_per_worker_; ++free) {
      if (by_free_[free].empty()) continue;
      // Without containers the latest used is as good as any; with them the one that was idle
      // longest has least to lose.
      const std::uint32_t worker = place.cold ? by_free_[free].front() : by_free_[free].back();
      place.first = {worker, units};
      take(worker, units);
      return true;
    }
    return false;
  }
  auto& idle = by_free_[units_per_worker_];
  const std::uint32_t needed = (units + units_per_worker_ - 1) / units_per_worker_;
  if (idle.size() < needed) return false;
  std::uint32_t left = units;
  for (std::uint32_t i = 0; i < needed; ++i) {
    const Part part{idle.back(), std::min(left, units_per_worker_)};
    left -= part.units;
    take(part.worker, part.units);
    if (i == 0) {
      place.first = part;
    } else {
      place.more.push_back(part);
    }
  }
  return true;
}

void PlacementByUnits::release(const Place& place, std::uint32_t action, Instant now) {
  give(place.first.worker, place.first.units);
  for (const Part& part : place.more) give(part.worker, part.units);
  if (keep_alive_ < Duration::zero() || !place.more.empty()) return;
  if (action >= warm_.size()) warm_.resize(action + 1);
  workers_[place.first.worker].containers.push_back({action, saturating_add(now, keep_alive_)});
  warm_[action].push_back(place.first.worker);
}

}  // namespace gnomon::sim
