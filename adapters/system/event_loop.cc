#include "adapters/system/event_loop.h"

#include <time.h>

#include <utility>  // before Boost.Asio 1.74, which forgets it

#include <algorithm>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cmath>
#include <compare>
#include <list>
#include <map>
#include <set>
#include <vector>

#include "engine/base/ensure.h"

namespace gnomon::adapters {
namespace {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

std::int64_t read_clock(clockid_t clock) {
  timespec time{};
  ENSURE(clock_gettime(clock, &time) == 0, "clock {}", clock);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// A pending call, held in a slot; the slot's number and generation make its WakeToken.
struct Call {
  Wakeable* who = nullptr;
  std::uint64_t tag = 0;
  Instant at{};
  std::uint64_t sequence = 0;
  std::uint32_t generation = 1;
};

struct Turn {
  Instant at{};
  std::uint64_t sequence = 0;
  std::uint32_t slot = 0;
  auto operator<=>(const Turn&) const = default;
};

struct Watch {
  Descriptor stream;
  Descriptor::wait_type readiness{};
  Wakeable* who = nullptr;
  std::uint64_t tag = 0;
};

struct SignalWatch {
  SignalWatch(asio::io_context& context, Wakeable& receiver) : set(context), who(receiver) {}
  asio::signal_set set;
  Wakeable& who;
};

}  // namespace

struct EventLoop::State {
  State(double scale, Instant not_before)
      : time_scale(scale),
        start(std::max(from_ns(read_clock(CLOCK_REALTIME)), not_before)),
        monotonic_start(read_clock(CLOCK_MONOTONIC)) {}
  ~State() {
    // The descriptors are their owners' to close.
    for (auto& [number, watch] : watches) watch.stream.release();
  }

  Instant now() const {
    const std::int64_t passed = read_clock(CLOCK_MONOTONIC) - monotonic_start;
    return saturating_add(start,
                          time_scale == 1.0 ? Duration{passed} : scaled(passed, 1.0 / time_scale));
  }

  static Duration scaled(std::int64_t ns, double by) {
    const double product = static_cast<double>(ns) * by;
    constexpr double kLimit = 9.2e18;
    return Duration{product >= kLimit ? Duration::max().count()
                                      : static_cast<std::int64_t>(std::ceil(product))};
  }

  /// Sees to it that fire() comes when the earliest call is due. A wake-up that is already set for
  /// an earlier moment is left: it will set the next one.
  void arm() {
    if (turns.empty() || firing) return;
    const Instant at = turns.begin()->at;
    const Instant present = now();
    if (at <= present) {
      if (!fire_posted) {
        fire_posted = true;
        asio::post(context, [this] {
          fire_posted = false;
          fire();
        });
      }
      return;
    }
    if (armed_for <= at) return;
    armed_for = at;
    // A year at a time: far instants overflow the timer's own clock.
    const Duration left = std::min<Duration>(wall(at - present), std::chrono::days{365});
    timer.expires_after(left);
    timer.async_wait([this](const boost::system::error_code& error) {
      if (error) return;  // set anew for an earlier moment
      armed_for = kNever;
      fire();
    });
  }

  /// Makes the calls that are due, but no more than were pending at the start, so that calls which
  /// ask for further calls cannot keep descriptors and tasks waiting.
  void fire() {
    const Instant present = now();
    firing = true;
    for (std::size_t left = turns.size(); left > 0 && !turns.empty(); --left) {
      const Turn turn = *turns.begin();
      if (turn.at > present) break;
      turns.erase(turns.begin());
      const Call call = calls[turn.slot];
      release(turn.slot);
      call.who->wake(call.tag);
      if (context.stopped()) break;
    }
    firing = false;
    arm();
  }

  void release(std::uint32_t slot) {
    if (++calls[slot].generation == 0) calls[slot].generation = 1;  // so that no token is 0
    free_slots.push_back(slot);
  }

  Duration wall(Duration engine_time) const {
    return time_scale == 1.0 ? engine_time : scaled(engine_time.count(), time_scale);
  }

  void wait(std::uint64_t number, Watch& watch) {
    watch.stream.async_wait(watch.readiness, [this, number](const boost::system::error_code&) {
      // Looked up again: the watch may have been taken back since the descriptor was found ready.
      auto found = watches.find(number);
      if (found == watches.end()) return;
      found->second.who->wake(found->second.tag);
      found = watches.find(number);
      if (found != watches.end()) wait(number, found->second);
    });
  }

  static void wait(SignalWatch& watch) {
    watch.set.async_wait([&watch](const boost::system::error_code& error, int signal) {
      if (error) return;
      watch.who.wake(static_cast<std::uint64_t>(signal));
      wait(watch);
    });
  }

  const double time_scale;
  const Instant start;
  const std::int64_t monotonic_start;

  std::atomic<bool> stop_asked = false;
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  asio::steady_timer timer{context};
  Instant armed_for = kNever;
  bool fire_posted = false;
  bool firing = false;

  std::vector<Call> calls;
  std::vector<std::uint32_t> free_slots;
  std::set<Turn> turns;
  std::uint64_t calls_made = 0;

  std::map<std::uint64_t, Watch> watches;
  std::uint64_t watches_made = 0;
  std::list<SignalWatch> signals;
};

EventLoop::EventLoop(double time_scale, Instant not_before) {
  ENSURE(time_scale > 0 && std::isfinite(time_scale), "a time scale of {}", time_scale);
  state_ = std::make_unique<State>(time_scale, not_before);
}
EventLoop::~EventLoop() = default;

Instant EventLoop::now() const {
  return state_->now();
}

Duration EventLoop::wall_time(Duration engine_time) const {
  return state_->wall(engine_time);
}

WakeToken EventLoop::call_at(Instant at, Wakeable& who, std::uint64_t tag) {
  State& s = *state_;
  if (s.free_slots.empty()) {
    s.free_slots.push_back(static_cast<std::uint32_t>(s.calls.size()));
    s.calls.emplace_back();
  }
  const std::uint32_t slot = s.free_slots.back();
  s.free_slots.pop_back();
  Call& call = s.calls[slot];
  call.who = &who;
  call.tag = tag;
  call.at = at;
  call.sequence = ++s.calls_made;
  s.turns.insert(Turn{at, call.sequence, slot});
  if (s.turns.begin()->slot == slot) s.arm();
  return WakeToken{(std::uint64_t{call.generation} << 32) | slot};
}

void EventLoop::cancel(WakeToken token) {
  State& s = *state_;
  const auto slot = static_cast<std::uint32_t>(token.value);
  const auto generation = static_cast<std::uint32_t>(token.value >> 32);
  if (slot >= s.calls.size() || s.calls[slot].generation != generation) return;
  s.turns.erase(Turn{s.calls[slot].at, s.calls[slot].sequence, slot});
  s.release(slot);
}

void EventLoop::post(Task task) {
  asio::post(state_->context, std::move(task));
}

WatchToken EventLoop::watch(int descriptor, Readiness readiness, Wakeable& who, std::uint64_t tag) {
  State& s = *state_;
  const std::uint64_t number = ++s.watches_made;
  const auto wait =
      readiness == Readiness::kReadable ? Descriptor::wait_read : Descriptor::wait_write;
  Watch& watch =
      s.watches.try_emplace(number, Watch{Descriptor{s.context}, wait, &who, tag}).first->second;
  boost::system::error_code error;
  watch.stream.assign(descriptor, error);
  ENSURE(!error, "cannot watch descriptor {}: {}", descriptor, error.message());
  s.wait(number, watch);
  return WatchToken{number};
}

void EventLoop::unwatch(WatchToken token) {
  const auto found = state_->watches.find(token.value);
  if (found == state_->watches.end()) return;
  found->second.stream.release();
  state_->watches.erase(found);
}

void EventLoop::watch_signal(int signal, Wakeable& who) {
  SignalWatch& watch = state_->signals.emplace_back(state_->context, who);
  boost::system::error_code error;
  watch.set.add(signal, error);
  ENSURE(!error, "cannot watch signal {}: {}", signal, error.message());
  State::wait(watch);
}

void EventLoop::run() {
  State& s = *state_;
  s.context.restart();
  s.arm();
  if (!s.stop_asked.exchange(false)) s.context.run();
  s.stop_asked = false;
}

void EventLoop::stop() {
  state_->stop_asked = true;
  state_->context.stop();
}

}  // namespace gnomon::adapters
