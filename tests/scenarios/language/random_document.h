#pragma once

#include <cstdint>

#include "scenarios/language/value.h"

namespace gnomon::scenarios {

/// A document as a JSON Schema has it, of at most some hundred values and some levels, however the
/// schema refers to itself. Now and then something in it is wrong: a kind, a bound, a key too many
/// or too few.
Value random_document(const Value& schema, std::uint64_t seed);

}  // namespace gnomon::scenarios
