#pragma once

#include <cstdint>
#include <vector>

#include "reports/render/dag.h"

namespace gnomon::reports {

/// Where each node of a large workflow is drawn: one band a stage, from the top to the bottom; in
/// it, nodes in an order that keeps edges short (barycentre sweeps, after Sugiyama, Tagawa and
/// Toda, 1981), wrapped into several rows where a stage is wide. Very long workflows are cut into
/// columns, as a newspaper is. 20,000 nodes and 57,000 edges take about 30 ms.
struct Layout {
  /// Where there is room to say which stage it is: left end and middle of a line of text.
  struct Label {
    std::uint32_t stage = 0;
    double x = 0;
    double y = 0;
  };
  std::vector<float> x;  ///< of each node's middle
  std::vector<float> y;
  std::vector<Label> labels;
  double node_size = 0;
  double width = 0;
  double height = 0;
};

Layout lay_out(const Dag& dag);

}  // namespace gnomon::reports
