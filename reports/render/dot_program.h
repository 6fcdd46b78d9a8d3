#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "engine/base/time.h"

namespace gnomon::reports {

struct DotLimits {
  Duration time = 20s;
  std::size_t memory_bytes = std::size_t{2} << 30;
  std::size_t output_bytes = std::size_t{256} << 20;
};

/// Runs Graphviz's `dot` on `graph` and returns the SVG. A process of its own, without a shell and
/// with limits: a graph that is too much for it costs at most the time given, and a crash of it
/// nothing (libgvc in process has been seen to use freed memory). Fails with kCannotHappen if there
/// is no such program, with kDidNotHappen otherwise.
///
/// `program` is looked for along PATH.
Expected<std::string> run_dot(std::string_view graph, const DotLimits& limits = {},
                              const char* program = "dot");

}  // namespace gnomon::reports
