#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/language/scenario.h"

namespace gnomon::scenarios {

/// A fault that was drawn: the rule, and the same in the scenario language.
struct DrawnFault {
  FaultRule rule;
  std::string text;  ///< "{what: crash, at: 3h, for: 20s, where: \"0\"}"
};

/// Draws the faults of one seed (swarm testing: each seed leaves out many kinds of fault, so that
/// those that are left can show what the others would hide; Groce et al., ISSTA 2012). Which kinds,
/// where, when, how likely and how often all follow from `seed`, and from nothing else but the
/// names of what there is to hurt. All faults are over after `kStormy` of the horizon: what is left
/// is calm, for everything to come to its end.
std::vector<DrawnFault> draw_faults(const Scenario& scenario, std::uint64_t seed);

/// A rule of the kinds that are drawn, in the scenario language: delays are exponential.
std::string text_of(const FaultRule& rule);
/// As it stands in a scenario: "store_slow".
std::string_view name_of(sim::FaultKind kind);

/// The share of the horizon in which faults may strike.
inline constexpr double kStormy = 0.7;

}  // namespace gnomon::scenarios
