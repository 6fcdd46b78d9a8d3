#pragma once

#include <cstddef>
#include <string>

#include "reports/render/dag.h"
#include "reports/render/dot_program.h"

namespace gnomon::reports {

struct DagPictureOptions {
  /// dot takes about a second for the largest of these; much longer for more edges than nodes.
  std::size_t max_dot_nodes = 2000;
  std::size_t max_dot_edges = 2500;
  DotLimits limits = {};
};

/// The workflow as one SVG, whatever its size. Up to max_dot_nodes and max_dot_edges, dot draws it.
/// Above, or if dot gives up, the sheet holds: the condensed graph, every node on our own layout,
/// what surrounds the failures, and the critical path. What dot could not draw is named on the
/// sheet; a picture always comes.
std::string draw_dag(const Dag& dag, const DagPictureOptions& options = {});

}  // namespace gnomon::reports
