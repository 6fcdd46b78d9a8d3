#include "engine/timers/recurrence.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <utility>

#include <fmt/format.h>

namespace gnomon {
namespace {

constexpr std::uint64_t kUncounted = ~std::uint64_t{0};

/// As Go writes durations: 1h30m, 90s.
Expected<Duration> parse_interval(std::string_view text) {
  constexpr std::pair<std::string_view, Duration> kUnits[] = {
      {"ms", 1ms}, {"s", 1s}, {"m", 1min}, {"h", 1h}, {"d", 24h}};
  const std::string_view whole = text;
  const auto wrong = [&] {
    return invalid(fmt::format("'{}' is no interval; write it like 1h30m or 90s", whole));
  };
  Duration sum{};
  if (text.empty()) return wrong();
  while (!text.empty()) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || count < 0) return wrong();
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const std::string_view letters = text.substr(0, text.find_first_of("0123456789"));
    const auto unit =
        std::ranges::find(kUnits, letters, &std::pair<std::string_view, Duration>::first);
    if (unit == std::end(kUnits)) return wrong();
    std::int64_t part = 0;
    if (__builtin_mul_overflow(count, unit->second.count(), &part)) return wrong();
    sum = saturating_add(Instant(sum), Duration(part)).time_since_epoch();
    text.remove_prefix(letters.size());
  }
  return sum;
}

}  // namespace

Expected<Recurrence> Recurrence::every(Duration interval, Instant first) {
  if (interval <= Duration::zero()) return invalid("an interval must be longer than nothing");
  Recurrence recurrence;
  recurrence.interval_ = interval;
  recurrence.first_ = first;
  return recurrence;
}

Expected<Recurrence> Recurrence::cron(std::string_view text, Zone zone) {
  constexpr std::string_view kEvery = "@every ";
  if (text.starts_with(kEvery)) {
    const Expected<Duration> interval = parse_interval(text.substr(kEvery.size()));
    if (!interval) return std::unexpected(interval.error());
    return every(*interval, Instant{});
  }
  const Expected<CronSchedule> schedule = CronSchedule::parse(text);
  if (!schedule) return std::unexpected(schedule.error());
  Recurrence recurrence;
  recurrence.cron_ = *schedule;
  recurrence.zone_ = std::move(zone);
  return recurrence;
}

Recurrence Recurrence::within(Instant begin, Instant end) const {
  Recurrence limited = *this;
  limited.begin_ = begin;
  limited.end_ = end;
  if (limited.first_ == Instant{}) limited.first_ = std::max(limited.first_, begin);
  return limited;
}

Instant Recurrence::next_after(Instant after) const {
  if (begin_ > Instant::min()) after = std::max(after, begin_ - Duration{1});
  Instant next = kNever;
  if (interval_ != Duration::zero()) {
    next = next_interval(after);
  } else if (cron_) {
    next = next_reading(after);
  }
  return next < end_ ? next : kNever;
}

Instant Recurrence::next_interval(Instant after) const {
  if (after < first_) return first_;
  return saturating_add(first_ + (after - first_) / interval_ * interval_, interval_);
}

// While the offset stays, readings and instants differ by a constant; so each period is searched by
// itself, and what the clock skips or repeats needs no rule of its own.
Instant Recurrence::next_reading(Instant after) const {
  using std::chrono::seconds;
  if (after >= kNever - 24h) return kNever;
  Instant from = after + Duration{1};
  for (;;) {
    const Zone::Period period = zone_.period_at(from);
    const auto to_wall = [&](Instant at) {
      return WallTime(std::chrono::ceil<seconds>(at.time_since_epoch()) + period.offset);
    };
    if (const auto wall = cron_->next(to_wall(from), to_wall(period.end))) {
      const seconds utc = wall->time_since_epoch() - period.offset;
      return utc < std::chrono::floor<seconds>(Duration::max()) ? Instant(utc) : kNever;
    }
    if (period.end == kNever) return kNever;
    from = period.end;
  }
}

namespace {

/// The last `limit` fires of (after, now], and how many there were; gives up beyond `most`.
struct Latest {
  std::deque<Instant> fires;
  std::uint64_t count = 0;
  bool complete = true;
};
Latest latest_between(const Recurrence& recurrence, Instant after, Instant now, std::size_t limit,
                      std::uint64_t most) {
  Latest latest;
  for (Instant at = recurrence.next_after(after); at <= now && at != kNever;
       at = recurrence.next_after(at)) {
    if (++latest.count > most) {
      latest.complete = false;
      break;
    }
    latest.fires.push_back(at);
    if (latest.fires.size() > limit) latest.fires.pop_front();
  }
  return latest;
}

}  // namespace

DueFires due_fires(const Recurrence& recurrence, const MissedFires& missed, Instant last,
                   Instant now) {
  last = std::max(last, Instant{});
  const std::size_t limit = std::max(missed.limit, 1U);
  Latest latest = latest_between(recurrence, last, now, limit, DueFires::kMaxCounted);
  if (!latest.complete) {
    // Far behind: the latest fires are found from now backwards, in ever wider spans.
    for (Duration back{1}; latest.fires.size() < limit || !latest.complete; back *= 2) {
      latest = latest_between(recurrence, now - std::min(back, now - last), now, limit, kUncounted);
    }
    latest.count = DueFires::kMaxCounted;
  }
  const auto on_time =
      std::ranges::find_if(latest.fires, [&](Instant at) { return now - at <= missed.tolerance; });
  auto first = on_time;
  if (missed.policy == MissedFires::Policy::kAll) {
    first = latest.fires.begin();
  } else if (missed.policy == MissedFires::Policy::kOnce && on_time == latest.fires.end() &&
             !latest.fires.empty()) {
    first = std::prev(on_time);
  }
  DueFires due;
  due.run.assign(first, latest.fires.end());
  due.missed = latest.count - due.run.size();
  return due;
}

Expected<std::vector<Instant>> fires_between(const Recurrence& recurrence, Instant from, Instant to,
                                             std::uint32_t limit) {
  std::vector<Instant> fires;
  from = std::max(from, Instant{});
  for (Instant at = recurrence.next_after(from - Duration{1}); at < to;
       at = recurrence.next_after(at)) {
    if (fires.size() == limit) {
      return invalid(fmt::format("more than {} fires lie between the two instants", limit));
    }
    fires.push_back(at);
  }
  return fires;
}

}  // namespace gnomon
