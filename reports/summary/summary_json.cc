#include "reports/summary/summary_text.h"
#include "reports/text/json_writer.h"
#include "reports/text/units.h"

namespace gnomon::reports {
namespace {

void write_states(JsonWriter& json, std::string_view name, const StateCounts& counts) {
  json.key(name).begin_object();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] != 0) json.member(to_string(static_cast<NodeState>(i)), counts[i]);
  }
  json.end_object();
}

void write_distribution(JsonWriter& json, std::string_view name, const Histogram& histogram) {
  json.key(name).begin_object();
  json.member("count", histogram.count());
  if (!histogram.empty()) {
    json.seconds("mean", Duration{histogram.mean()});
    json.seconds("min", Duration{histogram.min()});
    for (const auto& [key, percent] :
         {std::pair("p50", 50.0), {"p90", 90.0}, {"p95", 95.0}, {"p99", 99.0}, {"p99.9", 99.9}}) {
      json.seconds(key, Duration{histogram.percentile(percent)});
    }
    json.seconds("max", Duration{histogram.max()});
  }
  json.end_object();
}

/// Sums may be longer than a Duration: as a number with the precision of one.
double seconds(Int128 ns) {
  return static_cast<double>(ns) / 1e9;
}

void write_share(JsonWriter& json, std::string_view name, const Summary::Share& share) {
  json.key(name).begin_object();
  json.member("total", seconds(share.total));
  write_distribution(json, "of_a_node", share.histogram);
  json.end_object();
}

void write_nodes(JsonWriter& json, std::string_view name,
                 const std::vector<Summary::NodeTime>& nodes) {
  json.key(name).begin_array();
  for (const Summary::NodeTime& node : nodes) {
    json.begin_object();
    json.member("workflow", value_of(node.workflow)).member("workflow_name", node.workflow_name);
    json.member("node", node.name).member("depth", node.depth);
    json.member("state", to_string(node.state)).member("attempts", node.attempts);
    json.seconds("time", node.spans.total());
    json.seconds("queue", node.spans.queue).seconds("run", node.spans.run);
    json.seconds("backoff", node.spans.backoff).seconds("engine", node.spans.engine);
    json.end_object();
  }
  json.end_array();
}

void write_runtime(JsonWriter& json, const Summary::OfRuntime& of) {
  json.begin_object();
  json.member("name", of.name);
  if (of.slots) json.member("slots", *of.slots);
  if (of.utilisation) json.member("utilisation", *of.utilisation);
  json.member("busy_unit_seconds", seconds(of.busy));
  json.member("peak", of.peak).member("attempts", of.attempts).member("failed", of.failed);
  write_distribution(json, "queue", of.queue);
  write_distribution(json, "run", of.run);
  json.end_object();
}

}  // namespace

std::string summary_json(const Summary& summary, const std::vector<ThresholdLine>& thresholds) {
  JsonWriter json(2);
  json.begin_object();
  json.member("format", "gnomon.summary").member("version", 1);
  json.member("source", summary.source)
      .member("title", summary.title)
      .member("world", summary.world);
  if (summary.seed) json.member("seed", *summary.seed);
  json.member("digest", summary.digest);
  json.key("overrides").begin_array();
  for (const std::string& each : summary.overrides) json.value(each);
  json.end_array();
  json.member("interrupted", summary.interrupted);
  json.member("began", iso_time(summary.began)).member("ended", iso_time(summary.ended));
  write_states(json, "workflows", summary.workflows);
  write_states(json, "nodes", summary.nodes);
  write_distribution(json, "makespan", summary.makespan);
  json.key("by_workflow").begin_array();
  for (const Summary::OfWorkflow& of : summary.by_workflow) {
    json.begin_object();
    json.member("name", of.name);
    write_states(json, "states", of.states);
    write_distribution(json, "makespan", of.makespan);
    json.end_object();
  }
  json.end_array();
  json.key("by_runtime").begin_array();
  for (const Summary::OfRuntime& of : summary.by_runtime) write_runtime(json, of);
  json.end_array();
  json.key("time").begin_object();
  write_share(json, "pending", summary.pending);
  write_share(json, "queue", summary.queue);
  write_share(json, "run", summary.run);
  write_share(json, "backoff", summary.backoff);
  write_share(json, "engine", summary.engine);
  json.end_object();
  json.member("overhead", summary.overhead);
  json.key("reasons").begin_array();
  for (const Summary::Reason& reason : summary.reasons) {
    json.begin_object().member("reason", reason.text).member("count", reason.count).end_object();
  }
  json.end_array();
  json.member("other_reasons", summary.other_reasons);
  write_nodes(json, "slowest", summary.slowest);
  json.member("longest_workflow", value_of(summary.longest));
  write_nodes(json, "critical_path", summary.critical_path);
  json.key("figures").begin_array();
  for (const Figure& figure : summary.figures) {
    json.begin_object().member("name", figure.name).member("label", figure.label);
    json.member("statistic", figure.statistic).member("value", figure.value).end_object();
  }
  json.end_array();
  json.key("thresholds").begin_array();
  for (const ThresholdLine& line : thresholds) {
    json.begin_object().member("condition", line.condition).member("measured", line.measured);
    json.member("passed", line.passed).end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace gnomon::reports
