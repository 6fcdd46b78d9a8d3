#pragma once

#include <string>
#include <vector>

#include "reports/summary/summary.h"
#include "reports/text/style.h"

namespace gnomon::reports {

/// A promise that a scenario makes of its run, and what came of it: "makespan p(95) < 30s",
/// "21.4s".
struct ThresholdLine {
  std::string condition;
  std::string measured;
  bool passed = false;
};

/// For a terminal of 80 to 120 columns; the same text with and without colour.
std::string print_summary(const Summary& summary, const std::vector<ThresholdLine>& thresholds,
                          const Style& style);

/// "✓ makespan p(95) < 30s   21.4s", one a line, aligned; "" if there are none.
std::string print_thresholds(const std::vector<ThresholdLine>& thresholds, const Style& style);

/// The same as JSON of a stated form: {"format": "gnomon.summary", "version": 1, ...}. Durations in
/// seconds.
std::string summary_json(const Summary& summary, const std::vector<ThresholdLine>& thresholds);

/// The ink in which terminals show how far a node, or a workflow, has got.
Ink ink_of(NodeState state);

}  // namespace gnomon::reports
