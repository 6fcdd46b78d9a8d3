#include "scenarios/checker/swarm.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/base/digest.h"
#include "engine/base/random.h"
#include "scenarios/language/units.h"

namespace gnomon::scenarios {
namespace {

using sim::FaultKind;

enum class Place : std::uint8_t { kShard, kRuntime, kSubscriber };

struct Kind {
  FaultKind what;
  std::string_view name;
  Place place;
  bool delays = false;   ///< says by how much
  bool at_once = false;  ///< strikes at an instant, not for a while
};

constexpr std::array kKinds = {
    Kind{FaultKind::kCrash, "crash", Place::kShard, false, true},
    Kind{FaultKind::kStoreDown, "store_down", Place::kShard},
    Kind{FaultKind::kStoreSlow, "store_slow", Place::kShard, true},
    Kind{FaultKind::kStoreAnswerLost, "store_answer_lost", Place::kShard},
    Kind{FaultKind::kRuntimeDown, "runtime_down", Place::kRuntime},
    Kind{FaultKind::kRuntimeSlow, "runtime_slow", Place::kRuntime, true},
    Kind{FaultKind::kLaunchAnswerLost, "launch_answer_lost", Place::kRuntime},
    Kind{FaultKind::kWorkerLost, "worker_lost", Place::kRuntime},
    Kind{FaultKind::kCompletionLost, "completion_lost", Place::kRuntime},
    Kind{FaultKind::kCompletionLate, "completion_late", Place::kRuntime, true},
    Kind{FaultKind::kCompletionTwice, "completion_twice", Place::kRuntime},
    Kind{FaultKind::kSinkDown, "sink_down", Place::kSubscriber},
    Kind{FaultKind::kSinkAnswerLost, "sink_answer_lost", Place::kSubscriber},
};

/// The draws of one seed, one after the other.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : random_{seed} {}

  bool coin() { return below(2) == 0; }
  std::uint64_t below(std::uint64_t count) {
    return random_.below(count, Purpose::kFault, name_number("swarm"), 0, next_++);
  }
  /// One of a scale on which each step is as far from the next: small numbers as often as great
  /// ones.
  template <typename T, std::size_t N>
  T one_of(const std::array<T, N>& scale) {
    return scale[below(N)];
  }

 private:
  KeyedRandom random_;
  std::uint64_t next_ = 0;
};

std::vector<std::string> places(const Scenario& scenario, Place place) {
  std::vector<std::string> names;
  switch (place) {
    case Place::kShard:
      for (std::uint32_t shard = 0; shard < scenario.engine.shards; ++shard)
        names.push_back(std::to_string(shard));
      break;
    case Place::kRuntime:
      for (const RuntimeSettings& runtime : scenario.runtimes) names.push_back(runtime.pool.name);
      break;
    case Place::kSubscriber:
      for (const SubscriberSettings& subscriber : scenario.subscribers)
        names.push_back(subscriber.route.name);
      break;
  }
  return names;
}

DrawnFault draw(const Kind& kind, const std::vector<std::string>& names, Duration stormy,
                Draws& draws) {
  constexpr std::array<double, 7> kLikely = {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1};
  constexpr std::array<Duration, 7> kLengths = {10ms, 100ms, 1s, 10s, 1min, 10min, 1h};
  constexpr std::uint64_t kMoments = 1000;
  DrawnFault fault;
  FaultRule& rule = fault.rule;
  rule.what = kind.what;
  rule.at = stormy / static_cast<std::int64_t>(kMoments) *
            static_cast<std::int64_t>(draws.below(kMoments));
  const Duration longest = stormy - rule.at;
  rule.lasting = std::min(kind.at_once   ? draws.one_of(kLengths)
                          : draws.coin() ? draws.one_of(kLengths)
                                         : longest,
                          longest);
  // A name, more often than all of them.
  if (names.size() > 1 && draws.below(3) != 0) {
    const std::string& name = names[draws.below(names.size())];
    if (name.find_first_of("\"\\*?") == std::string::npos) rule.where = name;
  }
  rule.probability = kind.at_once ? 1 : draws.one_of(kLikely);
  if (kind.delays) {
    const Duration by = draws.one_of(kLengths);
    rule.by = *sim::Distribution::exponential(static_cast<double>(by.count()));
  }
  fault.text = text_of(rule);
  return fault;
}

}  // namespace

std::string_view name_of(sim::FaultKind what) {
  return std::ranges::find(kKinds, what, &Kind::what)->name;
}

std::string text_of(const FaultRule& rule) {
  const auto kind = std::ranges::find(kKinds, rule.what, &Kind::what);
  std::string text = fmt::format("{{what: {}, at: {}", kind->name, to_text(rule.at));
  if (rule.lasting) text += fmt::format(", for: {}", to_text(*rule.lasting));
  if (rule.where != "*") text += fmt::format(", where: \"{}\"", rule.where);
  if (rule.probability < 1) text += fmt::format(", probability: {}", rule.probability);
  if (rule.times) text += fmt::format(", times: {}", *rule.times);
  if (kind->delays) {
    const Duration by = sim::to_duration(rule.by.mean().value_or(0));
    text += fmt::format(", by: {{exponential: {}}}", to_text(by));
  }
  return text + '}';
}

std::vector<DrawnFault> draw_faults(const Scenario& scenario, std::uint64_t seed) {
  constexpr std::uint64_t kMostOfAKind = 4;
  const auto stormy =
      Duration{static_cast<std::int64_t>(static_cast<double>(scenario.horizon.count()) * kStormy)};
  Draws draws(seed);
  std::vector<DrawnFault> faults;
  for (const Kind& kind : kKinds) {
    const auto names = places(scenario, kind.place);
    if (names.empty() || draws.coin()) continue;
    const std::uint64_t count = 1 + draws.below(kMostOfAKind);
    for (std::uint64_t i = 0; i < count; ++i) faults.push_back(draw(kind, names, stormy, draws));
  }
  return faults;
}

}  // namespace gnomon::scenarios
