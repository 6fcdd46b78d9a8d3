#pragma once

#include <string>

#include "reports/summary/summary.h"

namespace gnomon::reports {

/// A run's figures as OpenMetrics 1.0 text: counters of workflows, nodes and attempts, summaries of
/// makespan, queue wait and run time, gauges of utilisation and overhead; then what the run
/// measured itself, as gnomon_figure.
/// https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md
std::string to_openmetrics(const Summary& summary);

}  // namespace gnomon::reports
