#pragma once

#include <span>
#include <string>
#include <string_view>

#include "reports/render/dag.h"

namespace gnomon::reports {

enum class Direction { kDown, kRight };
/// The one that makes the drawing come closest to the shape of a screen.
Direction direction_of(const Dag& dag);

struct DotOptions {
  Direction direction = Direction::kDown;
  bool title = true;  ///< title and legend as the graph's label
  /// For who imports the drawing (`gnomon import dot`): the attribute `definition` of each node of
  /// the workflow itself, in their order, and of the graph, as JSON. With them, nodes of
  /// sub-workflows have the attribute `inner`.
  std::span<const std::string> node_definitions = {};
  std::string_view graph_definition = {};
};

/// The whole workflow in Graphviz's language, whatever its size: shape by kind, colour and sign by
/// state, name, running time, attempts, and the reason of a failure; the critical path in bold;
/// sub-workflows as clusters. Any bytes in names are safe. The same Dag gives the same text.
std::string to_dot(const Dag& dag, const DotOptions& options);

}  // namespace gnomon::reports
