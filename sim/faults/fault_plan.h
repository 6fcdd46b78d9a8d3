#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/random.h"
#include "engine/ports/clock.h"
#include "sim/faults/fault_rule.h"

namespace gnomon::sim {

/// One time that a rule struck: which operation of which entity. Named by what it struck, it is the
/// same in every run of the seed that comes to that operation, whatever else is changed.
struct Strike {
  std::size_t rule = 0;
  std::uint64_t entity = 0;
  std::uint64_t number = 0;
  auto operator<=>(const Strike&) const = default;
};

/// The same for people.
struct StrikeNote {
  Strike strike;
  FaultKind what{};
  std::string place;  ///< name of the runtime, shard or subscriber
  Instant at{};
  std::optional<ActionKey> action;  ///< which attempt it was about, if it was one
};

/// The faults of a run: decorators around ports ask it, operation by operation, what goes wrong.
/// Draws are keyed by (rule, entity, number), so that the same operation suffers alike in every run
/// of a seed.
class FaultPlan {
 public:
  FaultPlan(std::vector<FaultRule> rules, KeyedRandom random, Clock& clock, Instant start);

  /// Whether a fault of that kind strikes this operation at `name`. Counts against the rule's
  /// `times`.
  bool strikes(FaultKind kind, std::string_view name, std::uint64_t entity, std::uint64_t number,
               const ActionKey* action = nullptr);
  /// By how much: the sum of what all rules that strike say; zero if none does.
  Duration delay(FaultKind kind, std::string_view name, std::uint64_t entity, std::uint64_t number,
                 const ActionKey* action = nullptr);
  /// Whether that rule, a crash, strikes the host of a shard.
  bool strikes_host(std::size_t rule, ShardId shard);
  /// Whether any rule speaks of it: what no rule can hurt needs no decorator.
  bool mentions(FaultKind kind) const;

  const std::vector<FaultRule>& rules() const { return rules_; }
  /// How often each rule has struck, in the order of the rules.
  const std::vector<std::uint64_t>& struck() const { return struck_; }

  /// `heard` is told of each strike; those in `spared` do not happen.
  void observe(std::function<void(const StrikeNote&)> heard, std::set<Strike> spared) {
    heard_ = std::move(heard);
    spared_ = std::move(spared);
  }

 private:
  bool strikes(std::size_t rule, std::string_view name, std::uint64_t entity, std::uint64_t number,
               const ActionKey* action);
  bool happens(const Strike& strike, std::string_view name, const ActionKey* action);

  std::vector<FaultRule> rules_;
  std::vector<std::uint64_t> struck_;
  KeyedRandom random_;
  Clock& clock_;
  Instant start_;
  std::function<void(const StrikeNote&)> heard_;
  std::set<Strike> spared_;
};

}  // namespace gnomon::sim
