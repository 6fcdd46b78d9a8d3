// The Kernel beside bare queues that do the same work in the same run. The hold model and its
// random numbers are those of the README.md here, so the figures compare with other simulators'.
// What to read: `Mops` is million calls a second of the Kernel, `bare_Mops` that of the bare queue,
// `cost_ratio` the first's time over the second's.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <queue>
#include <vector>

#include "engine/base/time.h"
#include "engine/ports/clock.h"
#include "sim/kernel/kernel.h"
#include "tests/bench/bare_ladder.h"

namespace gnomon::bench {
namespace {

using sim::Kernel;

constexpr std::int64_t kCalls = 3'000'000;

class Lcg {
 public:
  explicit Lcg(std::uint64_t seed) : x_(seed) {}
  std::uint64_t step() { return x_ = x_ * 6364136223846793005u + 1442695040888963407u; }
  double uniform() { return (static_cast<double>(step() >> 11) + 0.5) * 0x1p-53; }
  double exp1() { return -std::log(uniform()); }

 private:
  std::uint64_t x_;
};

template <typename Work>
double seconds_of(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

// ---- Queues ----

/// A Clock over std::priority_queue: what everybody writes first. Cannot cancel.
class PriorityQueueClock final : public Clock {
 public:
  Instant now() const override { return now_; }
  WakeToken call_at(Instant at, Wakeable& who, std::uint64_t tag) override {
    queue_.push({at, ++sequence_, &who, tag});
    return WakeToken{sequence_};
  }
  void cancel(WakeToken) override { std::abort(); }
  bool run_one() {
    if (queue_.empty()) return false;
    const sim::Event event = queue_.top();
    queue_.pop();
    now_ = event.instant;
    event.who->wake(event.tag);
    return true;
  }

 private:
  struct Later {
    bool operator()(const sim::Event& a, const sim::Event& b) const {
      return a.instant > b.instant || (a.instant == b.instant && a.sequence > b.sequence);
    }
  };
  std::priority_queue<sim::Event, std::vector<sim::Event>, Later> queue_;
  std::uint64_t sequence_ = 0;
  Instant now_{};
};

// ---- Models: each wakes, and asks for its next call ----

constexpr std::uint64_t kHoldSeed = 12345;

class BareHold {
 public:
  explicit BareHold(std::size_t pending) : ladder_(pending) {
    for (std::size_t i = 0; i < pending; ++i) schedule(0);
  }
  double run(std::int64_t calls) {
    for (; calls > 0; --calls) ladder_.run_one();
    return now_;
  }

 private:
  void schedule(double now) {
    ladder_.schedule(
        now + random_.exp1(),
        [](void* hold, double at) {
          auto* const self = static_cast<BareHold*>(hold);
          self->now_ = at;
          self->schedule(at);
        },
        this);
  }
  BareLadder ladder_;
  Lcg random_{kHoldSeed};
  double now_ = 0;
};

/// The hold model on a Clock: `delay` makes the next instant from now(), the random numbers, and
/// how many calls were asked for before.
using Delay = Instant (*)(Instant now, Lcg& random, std::uint64_t asked);

template <typename AnyClock, Delay delay>
class Hold final : public Wakeable {
 public:
  explicit Hold(std::size_t pending) {
    for (std::size_t i = 0; i < pending; ++i) wake(i);
  }
  void wake(std::uint64_t tag) override {
    clock.call_at(delay(clock.now(), random_, asked_++), *this, tag);
  }
  void run(std::int64_t calls) {
    for (; calls > 0; --calls) clock.run_one();
  }
  AnyClock clock;

 private:
  Lcg random_{kHoldSeed};
  std::uint64_t asked_ = 0;
};

/// Exp(1) seconds in whole nanoseconds.
Instant after_exp1(Instant now, Lcg& random, std::uint64_t) {
  return now + Duration{static_cast<std::int64_t>(random.exp1() * 1e9)};
}
/// Exp(1) without rounding: the bits of doubles that are not negative are ordered as the doubles
/// are.
Instant after_exact_exp1(Instant now, Lcg& random, std::uint64_t) {
  return from_ns(std::bit_cast<std::int64_t>(std::bit_cast<double>(to_ns(now)) + random.exp1()));
}
/// Pareto of shape 1.1 from a microsecond on: most are near, some are years away.
Instant after_pareto(Instant now, Lcg& random, std::uint64_t) {
  return now + Duration{static_cast<std::int64_t>(
                   std::min(1e3 * std::pow(random.uniform(), -1 / 1.1), 1e17))};
}
/// All that wait meet at one instant, and a second later again.
Instant after_a_second(Instant now, Lcg&, std::uint64_t) {
  return now + 1s;
}
/// The scale of the delays jumps by factors of up to ten million, every 50,000 calls.
Instant after_jumping(Instant now, Lcg& random, std::uint64_t asked) {
  static constexpr std::array kScales{1e3, 1e9, 1e2, 1e7};
  return now + Duration{static_cast<std::int64_t>(random.exp1() * kScales[asked / 50'000 % 4])};
}
/// Nine of ten calls are for the present.
Instant after_nothing(Instant now, Lcg& random, std::uint64_t asked) {
  return asked % 10 != 0 ? now : after_exp1(now, random, asked);
}

/// A worker that takes a lease of half a minute every 10 microseconds and gives it back a
/// millisecond later, but for one in a hundred, which runs out.
class Leases final : public Wakeable {
 public:
  explicit Leases(std::uint64_t leases) : left_(leases) { wake(kTake); }
  void wake(std::uint64_t tag) override {
    if (tag == kExpired || left_ == 0) return;
    --left_;
    WakeToken& oldest = held_[left_ % held_.size()];
    if (left_ % 100 != 0) kernel.cancel(oldest);
    oldest = kernel.call_at(kernel.now() + 30s, *this, kExpired);
    kernel.call_at(kernel.now() + 10us, *this, kTake);
  }
  Kernel kernel;

 private:
  static constexpr std::uint64_t kTake = 0;
  static constexpr std::uint64_t kExpired = 1;
  std::uint64_t left_;
  std::array<WakeToken, 100> held_{};
};

// ---- Benchmarks ----

constexpr double kMiB = 1 << 20;

/// Takes the same work done barely and by the Kernel, and says what the Kernel costs more.
struct Comparison {
  std::vector<double> bare;
  std::vector<double> kernel;
  void report(benchmark::State& state, double calls) const {
    state.counters["Mops"] = calls / median(kernel) / 1e6;
    state.counters["bare_Mops"] = calls / median(bare) / 1e6;
    state.counters["cost_ratio"] = median(kernel) / median(bare);
  }
};

/// The model's published answer: N = 1000, M = 300,000 ends at 299.790862162.
bool holds_exactly() {
  constexpr std::int64_t kModelCalls = 300'000;
  BareHold bare(1000);
  Hold<Kernel, after_exact_exp1> hold(1000);
  hold.run(kModelCalls);
  const double bare_end = bare.run(kModelCalls);
  const auto kernel_end = std::bit_cast<double>(to_ns(hold.clock.now()));
  return std::abs(bare_end - 299.790862162) < 1e-9 && kernel_end == bare_end;
}

/// The hold model against the bare ladder with widths given by hand.
void BM_Hold(benchmark::State& state) {
  if (!holds_exactly()) return state.SkipWithError("the hold model does not end at 299.790862162");
  const auto pending = static_cast<std::size_t>(state.range(0));
  Comparison comparison;
  for (auto _ : state) {
    {
      BareHold bare(pending);
      comparison.bare.push_back(seconds_of([&] { bare.run(kCalls); }));
    }
    Hold<Kernel, after_exp1> hold(pending);
    comparison.kernel.push_back(seconds_of([&] { hold.run(kCalls); }));
    state.SetIterationTime(comparison.kernel.back());
    state.counters["MiB"] = static_cast<double>(hold.clock.memory()) / kMiB;
  }
  comparison.report(state, kCalls);
}
BENCHMARK(BM_Hold)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->Iterations(5)->UseManualTime();

/// Other delays, against the same events in a std::priority_queue.
template <Delay delay>
void BM_Delays(benchmark::State& state) {
  const auto pending = static_cast<std::size_t>(state.range(0));
  Comparison comparison;
  for (auto _ : state) {
    {
      Hold<PriorityQueueClock, delay> bare(pending);
      comparison.bare.push_back(seconds_of([&] { bare.run(kCalls); }));
    }
    Hold<Kernel, delay> hold(pending);
    comparison.kernel.push_back(seconds_of([&] { hold.run(kCalls); }));
    state.SetIterationTime(comparison.kernel.back());
    state.counters["MiB"] = static_cast<double>(hold.clock.memory()) / kMiB;
  }
  comparison.report(state, kCalls);
}
#define DELAYS(delay) BENCHMARK_TEMPLATE(BM_Delays, delay)->Iterations(3)->UseManualTime()
DELAYS(after_exp1)
    ->Arg(1)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Arg(1'000'000);
DELAYS(after_pareto)->Arg(100)->Arg(10'000)->Arg(1'000'000);
DELAYS(after_a_second)->Arg(10'000);
DELAYS(after_jumping)->Arg(100)->Arg(10'000)->Arg(1'000'000);
DELAYS(after_nothing)->Arg(100)->Arg(10'000);

void BM_Leases(benchmark::State& state) {
  constexpr std::uint64_t kLeases = 5'000'000;
  std::vector<double> seconds;
  for (auto _ : state) {
    Leases leases(kLeases);
    seconds.push_back(seconds_of([&] { leases.kernel.run(); }));
    state.SetIterationTime(seconds.back());
    state.counters["MiB"] = static_cast<double>(leases.kernel.memory()) / kMiB;
  }
  state.counters["Mleases"] = static_cast<double>(kLeases) / median(seconds) / 1e6;
}
BENCHMARK(BM_Leases)->Iterations(3)->UseManualTime();

}  // namespace
}  // namespace gnomon::bench
