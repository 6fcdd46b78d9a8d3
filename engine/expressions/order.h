#pragma once

#include <vector>

#include "engine/expressions/value.h"
#include "engine/expressions/work.h"

namespace gnomon {

/// jq's order of all values: null, false, true, numbers, strings, arrays, objects. libjq has it
/// too, but cannot stop: what a comparison takes shows only on the way. So these spend for what
/// they look at as they look; when the work runs out they end at once with any result.

/// Less than 0, 0, more than 0.
int compare(const Json& a, const Json& b, Work& work);
/// Whether `part` is in `whole`, as jq's `contains` has it.
bool contains(const Json& whole, const Json& part, Work& work);
/// The positions of an array's elements in their order; of equal ones as they came.
std::vector<int> sorted_positions(const Json& array, Work& work);
/// Spends for sorting the keys of an object.
bool spend_sorting_keys(const Json& object, Work& work);

}  // namespace gnomon
