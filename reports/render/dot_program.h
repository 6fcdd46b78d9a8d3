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

/// What the text of a graph says, as the JSON of `dot -Tdot_json`, read by the same program under
/// the same limits. What is wrong with the text is an error of kInvalid, with its line:
///
///     3: syntax error near '->'
Expected<std::string> read_dot(std::string_view graph, const DotLimits& limits = {});

}  // namespace gnomon::reports
