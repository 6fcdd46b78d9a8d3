#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reports/render/sheet.h"
#include "reports/render/time_axis.h"

namespace gnomon::reports {

/// How many are at work and how many wait, over time: one row of a chart.
struct Load {
  /// Each: from when until when, and how many units.
  struct Hold {
    Instant from;
    Instant until;
    std::int64_t units = 1;
  };
  std::string name;
  std::vector<Hold> running;
  std::vector<Hold> waiting;
  std::optional<std::uint64_t> slots;  ///< drawn as a line
};

/// The mean over each pixel's time: running as a full area, waiting on top of it as a pale one.
Drawing draw_loads(const std::vector<Load>& loads, const TimeAxis& axis, double row_height);

/// The most units held at once; what is given back comes before what is taken at the same instant.
std::int64_t most_at_once(const std::vector<Load::Hold>& holds);

/// Mean units held in each of `columns` equal parts of the axis.
std::vector<double> mean_levels(const std::vector<Load::Hold>& holds, const TimeAxis& axis,
                                std::size_t columns);

}  // namespace gnomon::reports
