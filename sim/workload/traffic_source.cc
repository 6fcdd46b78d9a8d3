#include "sim/workload/traffic_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "engine/base/digest.h"
#include "engine/expressions/json.h"
#include "sim/workload/portable_math.h"

namespace gnomon::sim {
namespace {

constexpr double kNsPerSecond = 1e9;
constexpr Duration kHour = 1h;

/// Arrivals per second at an instant of a day: straight lines between the hours.
double rate_at(const DailyArrivals& daily, Instant at) {
  const std::int64_t ns = at.time_since_epoch().count() % Duration{24h}.count();
  const auto hour = static_cast<std::size_t>(ns / kHour.count());
  const double part = static_cast<double>(ns % kHour.count()) / static_cast<double>(kHour.count());
  const double here = daily.per_second_at_hour[hour];
  return here + (daily.per_second_at_hour[(hour + 1) % 24] - here) * part;
}

}  // namespace

TrafficSource::TrafficSource(const Traffic& traffic, KeyedRandom random, Instant start,
                             Instant stop)
    : traffic_(traffic),
      random_(random),
      entity_(name_number(traffic.name)),
      start_(start),
      stop_(stop) {
  if (traffic.end) stop_ = std::min(stop_, saturating_add(start, *traffic.end));
  double sum = 0;
  for (std::size_t i = 0; i < traffic.tenants.size(); ++i) {
    sum += traffic.zipf == 0
               ? 1.0
               : portable_exp(-traffic.zipf * portable_log(static_cast<double>(i + 1)));
    cumulative_.push_back(sum);
  }
  plan(saturating_add(start, traffic.begin));
}

void TrafficSource::plan(Instant from) {
  next_at_ = traffic_.limit && number_ >= *traffic_.limit ? kNever : following(from);
  if (next_at_ >= stop_) next_at_ = kNever;
}

Instant TrafficSource::following(Instant from) {
  return std::visit(
      [&](const auto& process) -> Instant {
        using T = std::decay_t<decltype(process)>;
        const auto exponential = [&](double per_second) {
          const double u = random_.uniform(Purpose::kArrival, entity_, 0, draws_++);
          return to_duration(-portable_log(u) / per_second * kNsPerSecond);
        };
        if constexpr (std::is_same_v<T, PoissonArrivals>) {
          if (process.per_second <= 0) return kNever;
          return saturating_add(from, exponential(process.per_second));
        } else if constexpr (std::is_same_v<T, FixedArrivals>) {
          return saturating_add(from, process.interval);
        } else if constexpr (std::is_same_v<T, BurstArrivals>) {
          return number_ % process.size == 0 ? saturating_add(from, process.interval) : from;
        } else if constexpr (std::is_same_v<T, DailyArrivals>) {
          // Thinning (Lewis and Shedler, 1979): candidates at the highest rate, each kept with the
          // rate of its instant.
          const double highest = *std::max_element(process.per_second_at_hour.begin(),
                                                   process.per_second_at_hour.end());
          if (highest <= 0) return kNever;
          for (Instant at = from; at < stop_;) {
            at = saturating_add(at, exponential(highest));
            const double u = random_.uniform(Purpose::kArrival, entity_, 1, draws_);
            if (u * highest < rate_at(process, at)) return at;
          }
          return kNever;
        } else if constexpr (std::is_same_v<T, RecurringArrivals>) {
          return process.recurrence.next_after(from);
        } else if constexpr (std::is_same_v<T, TraceArrivals>) {
          if (number_ >= process.offsets.size()) return kNever;
          return saturating_add(saturating_add(start_, traffic_.begin), process.offsets[number_]);
        } else {
          static_assert(std::is_same_v<T, OnceArrivals>);
          return number_ < process.count ? from : kNever;
        }
      },
      traffic_.arrivals);
}

std::string TrafficSource::tenant_of(std::uint64_t number) const {
  const auto* trace = std::get_if<TraceArrivals>(&traffic_.arrivals);
  if (trace != nullptr && number < trace->tenants.size()) return trace->tenants[number];
  if (traffic_.tenants.empty()) return {};
  const double u =
      random_.uniform(Purpose::kWorkflowChoice, entity_, 0, number) * cumulative_.back();
  const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), u);
  const auto index = static_cast<std::size_t>(found - cumulative_.begin());
  return traffic_.tenants[std::min(index, traffic_.tenants.size() - 1)];
}

Expected<Arrival> TrafficSource::take() {
  Arrival arrival{next_at_, number_, tenant_of(number_), traffic_.input};
  ++number_;
  plan(arrival.at);
  if (traffic_.input_expression) {
    const double u = random_.uniform(Purpose::kWorkflowChoice, entity_, 1, arrival.number);
    const auto* trace = std::get_if<TraceArrivals>(&traffic_.arrivals);
    const bool recorded = trace != nullptr && arrival.number < trace->rows.size();
    auto input = traffic_.input_expression->evaluate(Payload{
        fmt::format(R"({{"n":{},"row":{},"tenant":{},"u":{}}})", arrival.number,
                    recorded ? trace->rows[arrival.number].json() : std::string_view("null"),
                    json_string(arrival.tenant), u)});
    if (!input) return std::unexpected(input.error());
    arrival.input = std::move(*input);
  }
  return arrival;
}

}  // namespace gnomon::sim
