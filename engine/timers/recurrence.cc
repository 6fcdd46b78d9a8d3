#include "engine/timers/recurrence.h"

#include <fmt/format.h>

#include <algorithm>

namespace gnomon {

Expected<Recurrence> Recurrence::every(Duration interval, Instant first) {
  if (interval <= Duration::zero()) return invalid("an interval must be longer than nothing");
  Recurrence recurrence;
  recurrence.interval_ = interval;
  recurrence.first_ = first;
  return recurrence;
}

Instant Recurrence::next_after(Instant after) const {
  if (interval_ == Duration::zero()) return kNever;
  if (after < first_) return first_;
  const std::int64_t passed = (after - first_) / interval_;
  return saturating_add(first_, interval_ * (passed + 1));
}

DueFires due_fires(const Recurrence& recurrence, const MissedFires& missed, Instant last, Instant now) {
  DueFires due;
  const std::size_t keep = missed.policy == MissedFires::Policy::kAll ? std::max(missed.limit, 1u) : 1;
  for (Instant at = recurrence.next_after(last); at <= now; at = recurrence.next_after(at)) {
    due.run.push_back(at);
    if (due.run.size() > keep) {
      due.run.erase(due.run.begin());
      ++due.missed;
    }
  }
  if (missed.policy == MissedFires::Policy::kSkip && !due.run.empty() && now - due.run.back() > missed.tolerance) {
    due.missed += due.run.size();
    due.run.clear();
  }
  return due;
}

Expected<std::vector<Instant>> fires_between(const Recurrence& recurrence, Instant from, Instant to,
                                             std::uint32_t limit) {
  std::vector<Instant> fires;
  for (Instant at = recurrence.next_after(from - Duration{1}); at < to; at = recurrence.next_after(at)) {
    if (fires.size() == limit) return invalid(fmt::format("more than {} fires lie between the two instants", limit));
    fires.push_back(at);
  }
  return fires;
}

}  // namespace gnomon
