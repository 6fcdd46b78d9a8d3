#include "reports/view/lanes.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>

namespace gnomon::reports {

std::vector<std::uint32_t> assign_lanes(std::span<const Interval> intervals) {
  std::vector<std::uint32_t> order(intervals.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return intervals[a].first < intervals[b].first; });

  using Busy = std::pair<Instant, std::uint32_t>;  // until when, lane
  std::priority_queue<Busy, std::vector<Busy>, std::greater<>> busy;
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> free;
  std::uint32_t lanes = 0;
  std::vector<std::uint32_t> result(intervals.size());
  for (const std::uint32_t i : order) {
    while (!busy.empty() && busy.top().first <= intervals[i].first) {
      free.push(busy.top().second);
      busy.pop();
    }
    if (free.empty()) {
      result[i] = lanes++;
    } else {
      result[i] = free.top();
      free.pop();
    }
    busy.emplace(std::max(intervals[i].first + Duration{1}, intervals[i].second), result[i]);
  }
  return result;
}

}  // namespace gnomon::reports
