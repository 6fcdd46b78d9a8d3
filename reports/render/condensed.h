#pragma once

#include <string>

#include "reports/render/dag.h"

namespace gnomon::reports {

/// A large workflow in few strokes, in Graphviz's language: one node for all that share stage, kind
/// and state, with how many they are and how long they ran; edges as wide as they are many.
/// Neighbouring stages are taken together until at most `max_rows` are left.
std::string to_condensed_dot(const Dag& dag, std::uint32_t max_rows = 40);

}  // namespace gnomon::reports
