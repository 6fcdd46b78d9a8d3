#pragma once

#include <cstddef>

#include "engine/base/payload.h"

namespace gnomon {

/// A condition node's output says which of its branches was taken: {"branch":0}, counted in the
/// order of its cases; `otherwise` comes last. It is all that a decision needs to be made again
/// after a crash.
Payload branch_output(std::size_t branch);
std::size_t taken_branch(const Payload& output);

}  // namespace gnomon
