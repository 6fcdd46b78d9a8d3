#include "reports/exports/openmetrics.h"

#include <fmt/format.h>

#include <cmath>
#include <initializer_list>
#include <utility>

#include "reports/text/escape.h"
#include "reports/text/json_writer.h"

namespace gnomon::reports {
namespace {

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// A metric family after the other, each with its samples together, as the format demands.
class Families {
 public:
  void begin(std::string_view name, std::string_view type, std::string_view unit,
             std::string_view help) {
    out_ += fmt::format("# TYPE {} {}\n", name, type);
    if (!unit.empty()) out_ += fmt::format("# UNIT {} {}\n", name, unit);
    out_ += fmt::format("# HELP {} {}\n", name, help);
  }
  void sample(std::string_view name, Labels labels, std::string_view value) {
    out_ += name;
    char before = '{';
    for (const auto& [key, content] : labels) {
      if (content.empty()) continue;
      out_ += before;
      out_ += fmt::format("{}=\"{}\"", key, escaped(content));
      before = ',';
    }
    if (before == ',') out_ += '}';
    out_ += fmt::format(" {}\n", value);
  }
  void sample(std::string_view name, Labels labels, std::uint64_t value) {
    sample(name, labels, fmt::to_string(value));
  }
  void sample(std::string_view name, Labels labels, double value) {
    sample(name, labels,
           std::isnan(value)   ? "NaN"
           : std::isinf(value) ? (value > 0 ? "+Inf" : "-Inf")
                               : fmt::format("{}", value));
  }
  void summary(std::string_view name, std::string_view key, std::string_view label,
               const Histogram& histogram) {
    if (histogram.empty()) return;
    for (const auto& [quantile, percent] :
         {std::pair("0.5", 50.0), {"0.9", 90.0}, {"0.95", 95.0}, {"0.99", 99.0}, {"1", 100.0}}) {
      sample(name, {{key, label}, {"quantile", quantile}},
             decimal_seconds(Duration{histogram.percentile(percent)}));
    }
    sample(fmt::format("{}_count", name), {{key, label}}, histogram.count());
    sample(fmt::format("{}_sum", name), {{key, label}}, static_cast<double>(histogram.sum()) / 1e9);
  }
  std::string finish() { return std::move(out_) + "# EOF\n"; }

 private:
  static std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : clean(text)) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    return out;
  }
  std::string out_;
};

}  // namespace

std::string to_openmetrics(const Summary& summary) {
  Families families;
  families.begin("gnomon_workflows", "counter", "", "Workflows, by definition and state.");
  for (const Summary::OfWorkflow& of : summary.by_workflow) {
    for (std::size_t i = 0; i < of.states.size(); ++i) {
      if (of.states[i] == 0) continue;
      families.sample("gnomon_workflows_total",
                      {{"workflow", of.name}, {"state", to_string(static_cast<NodeState>(i))}},
                      of.states[i]);
    }
  }
  families.begin("gnomon_nodes", "counter", "", "Nodes, by state.");
  for (std::size_t i = 0; i < summary.nodes.size(); ++i) {
    if (summary.nodes[i] == 0) continue;
    families.sample("gnomon_nodes_total", {{"state", to_string(static_cast<NodeState>(i))}},
                    summary.nodes[i]);
  }
  families.begin("gnomon_makespan_seconds", "summary", "seconds", "Creation to end of a workflow.");
  for (const Summary::OfWorkflow& of : summary.by_workflow)
    families.summary("gnomon_makespan_seconds", "workflow", of.name, of.makespan);
  families.begin("gnomon_attempts", "counter", "", "Attempts at actions, by runtime.");
  for (const Summary::OfRuntime& of : summary.by_runtime)
    families.sample("gnomon_attempts_total", {{"runtime", of.name}}, of.attempts);
  families.begin("gnomon_failed_attempts", "counter", "",
                 "Attempts that did not succeed, by runtime.");
  for (const Summary::OfRuntime& of : summary.by_runtime)
    families.sample("gnomon_failed_attempts_total", {{"runtime", of.name}}, of.failed);
  families.begin("gnomon_queue_wait_seconds", "summary", "seconds",
                 "Handed to a runtime until a worker took it.");
  for (const Summary::OfRuntime& of : summary.by_runtime)
    families.summary("gnomon_queue_wait_seconds", "runtime", of.name, of.queue);
  families.begin("gnomon_run_time_seconds", "summary", "seconds", "On a worker.");
  for (const Summary::OfRuntime& of : summary.by_runtime)
    families.summary("gnomon_run_time_seconds", "runtime", of.name, of.run);
  families.begin("gnomon_utilisation_ratio", "gauge", "ratio",
                 "Units held over units there are, over the run.");
  for (const Summary::OfRuntime& of : summary.by_runtime) {
    if (of.utilisation)
      families.sample("gnomon_utilisation_ratio", {{"runtime", of.name}}, *of.utilisation);
  }
  families.begin("gnomon_overhead_ratio", "gauge", "ratio",
                 "The engine's share of the time from READY to FINISHED.");
  families.sample("gnomon_overhead_ratio", {}, summary.overhead);
  families.begin("gnomon_figure", "gauge", "", "What the run measured of itself.");
  for (const Figure& figure : summary.figures) {
    families.sample(
        "gnomon_figure",
        {{"name", figure.name}, {"label", figure.label}, {"statistic", figure.statistic}},
        figure.value);
  }
  return families.finish();
}

}  // namespace gnomon::reports
