#include "sim/faults/fault_plan.h"

#include <algorithm>
#include <utility>

#include "engine/events/route.h"

namespace gnomon::sim {

FaultPlan::FaultPlan(std::vector<FaultRule> rules, KeyedRandom random, Clock& clock, Instant start)
    : rules_(std::move(rules)),
      struck_(rules_.size()),
      random_(random),
      clock_(clock),
      start_(start) {}

bool FaultPlan::mentions(FaultKind kind) const {
  return std::any_of(rules_.begin(), rules_.end(),
                     [kind](const FaultRule& rule) { return rule.what == kind; });
}

bool FaultPlan::strikes(std::size_t index, std::string_view name, std::uint64_t entity,
                        std::uint64_t number, const ActionKey* action) {
  const FaultRule& rule = rules_[index];
  const Instant now = clock_.now();
  const Instant begin = saturating_add(start_, rule.at);
  if (now < begin || (rule.lasting && now >= saturating_add(begin, *rule.lasting))) return false;
  if (rule.times && struck_[index] >= *rule.times) return false;
  if (!glob_matches(rule.where, name)) return false;
  if (!random_.chance(rule.probability, Purpose::kFault, entity, index, number)) return false;
  return happens({index, entity, number}, name, action);
}

bool FaultPlan::happens(const Strike& strike, std::string_view name, const ActionKey* action) {
  if (spared_.contains(strike)) return false;
  ++struck_[strike.rule];
  if (heard_) {
    heard_({strike, rules_[strike.rule].what, std::string{name}, clock_.now(),
            action == nullptr ? std::nullopt : std::optional(*action)});
  }
  return true;
}

bool FaultPlan::strikes_host(std::size_t index, ShardId shard) {
  const FaultRule& rule = rules_[index];
  const std::string name = std::to_string(shard);
  if (!glob_matches(rule.where, name)) return false;
  if (!random_.chance(rule.probability, Purpose::kFault, index, shard)) return false;
  return happens({index, shard, 0}, name, nullptr);
}

bool FaultPlan::strikes(FaultKind kind, std::string_view name, std::uint64_t entity,
                        std::uint64_t number, const ActionKey* action) {
  bool any = false;
  for (std::size_t i = 0; i < rules_.size(); ++i)
    any |= rules_[i].what == kind && strikes(i, name, entity, number, action);
  return any;
}

Duration FaultPlan::delay(FaultKind kind, std::string_view name, std::uint64_t entity,
                          std::uint64_t number, const ActionKey* action) {
  Duration sum{};
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i].what != kind || !strikes(i, name, entity, number, action)) continue;
    // The draw of the delay stands beside the draw of whether there is one.
    sum +=
        rules_[i].by.duration(random_.uniform(Purpose::kFault, entity, ~std::uint64_t{i}, number));
  }
  return sum;
}

}  // namespace gnomon::sim
