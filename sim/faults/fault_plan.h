#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/random.h"
#include "engine/ports/clock.h"
#include "sim/faults/fault_rule.h"

namespace gnomon::sim {

/// The faults of a run: decorators around ports ask it, operation by operation, what goes wrong.
/// Draws are keyed by (rule, entity, number), so that the same operation suffers alike in every run
/// of a seed.
class FaultPlan {
 public:
  FaultPlan(std::vector<FaultRule> rules, KeyedRandom random, Clock& clock, Instant start);

  /// Whether a fault of that kind strikes this operation at `name`. Counts against the rule's
  /// `times`.
  bool strikes(FaultKind kind, std::string_view name, std::uint64_t entity, std::uint64_t number);
  /// By how much: the sum of what all rules that strike say; zero if none does.
  Duration delay(FaultKind kind, std::string_view name, std::uint64_t entity, std::uint64_t number);
  /// Whether any rule speaks of it: what no rule can hurt needs no decorator.
  bool mentions(FaultKind kind) const;

  const std::vector<FaultRule>& rules() const { return rules_; }
  /// How often each rule has struck, in the order of the rules.
  const std::vector<std::uint64_t>& struck() const { return struck_; }
  /// Counts a strike that somebody else carried out.
  void count(std::size_t rule) { ++struck_[rule]; }

 private:
  bool strikes(std::size_t rule, std::string_view name, std::uint64_t entity, std::uint64_t number);

  std::vector<FaultRule> rules_;
  std::vector<std::uint64_t> struck_;
  KeyedRandom random_;
  Clock& clock_;
  Instant start_;
};

}  // namespace gnomon::sim
