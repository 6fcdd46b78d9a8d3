#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/expressions/expression.h"

namespace gnomon::scenarios {

/// What an expression is given, as paths from its input inwards: "input", "nodes.*.output". What
/// lies beyond the end of a path may be anything, * stands for any key. Of nothing, nothing is
/// known.
using Sees = std::vector<std::string_view>;

/// Where a node's expressions stand: its input, its conditions, the items of a map.
const Sees& node_sees();
/// An event of the engine, as CloudEvents 1.0 (engine/events/cloud_event.h).
const Sees& engine_event_sees();

/// What the expression reads that is never there, each with what was probably meant, or else with
/// what there is: "'.inptu' is always null (did you mean 'input'?)".
std::vector<std::string> never_seen(const Expression& expression, const Sees& sees);
/// The same over an event that comes from outside, whose attributes are the business of whoever
/// publishes it, but for how they are written.
std::vector<std::string> never_seen_of_event(const Expression& expression);

}  // namespace gnomon::scenarios
