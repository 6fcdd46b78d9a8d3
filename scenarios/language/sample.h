#pragma once

#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "scenarios/language/csv.h"
#include "sim/workload/distribution.h"

namespace gnomon::scenarios {

/// Where in a CSV file a sample stands.
struct SampleFormat {
  std::string column;
  RowFilter rows;      ///< only these
  std::string weight;  ///< column that says how often each value came; "": once each
  double unit = 1;     ///< values are multiplied by it
  sim::Interpolation interpolation = sim::Interpolation::kLinear;  ///< of values without weights
};

/// The distribution of the values. With weights, only values of the sample are drawn.
Expected<sim::Distribution> read_sample(std::string_view csv, const SampleFormat& format);

}  // namespace gnomon::scenarios
