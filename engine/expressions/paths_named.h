#pragma once

#include <string>
#include <vector>

#include "engine/expressions/expression.h"

namespace gnomon {

/// From an expression's input inwards: {"nodes", "a", "output"} for `.nodes.a.output`.
using NamedPath = std::vector<std::string>;

/// The paths of constant keys that an expression reads of its input, each as far as it is constant,
/// ascending, each once: of `.a.b + (.c | .d) + .e[.f]`, {a, b}, {c}, {e} and {f}. Those are among
/// them that it guards (`.a // 1`): a key that its input never has is a mistake all the same.
///
/// Not among them is what it only writes to or deletes, and what it may look for elsewhere than in
/// its input: after a pipe, in what catches an error, and as the argument of a function.
std::vector<NamedPath> paths_named(const Expression& expression);

}  // namespace gnomon
