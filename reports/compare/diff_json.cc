#include "reports/compare/diff_text.h"
#include "reports/text/json_writer.h"

namespace gnomon::reports {
namespace {

template <typename Item, typename Write>
void write_found(JsonWriter& json, std::string_view name, const Found<Item>& found, Write write) {
  json.key(name).begin_object().member("count", found.count).key("examples").begin_array();
  for (const Item& item : found.examples) {
    json.begin_object();
    write(item);
    json.end_object();
  }
  json.end_array().end_object();
}

void write_side(JsonWriter& json, std::string_view name, const Diff::Side& side) {
  json.key(name).begin_object().member("source", side.source).member("title", side.title);
  json.member("workflows", side.workflows).member("nodes", side.nodes).end_object();
}

std::string_view name_of(DiffOptions::Times times) {
  switch (times) {
    case DiffOptions::Times::kEach:
      return "each";
    case DiffOptions::Times::kDistributions:
      return "distributions";
    case DiffOptions::Times::kIgnored:
      return "ignored";
  }
  return "";
}

}  // namespace

std::string diff_json(const Diff& diff, const DiffOptions& options) {
  JsonWriter json(2);
  const auto workflow = [&](const Diff::Workflow& item) {
    json.member("workflow", value_of(item.id)).member("name", item.name);
  };
  const auto end = [&](const Diff::End& item) {
    json.member("a", value_of(item.a)).member("b", value_of(item.b)).member("name", item.name);
    json.member("from", item.from).member("to", item.to).member("reason", item.reason);
  };
  const auto time = [&](const Diff::Time& item) {
    json.member("a", value_of(item.a)).member("b", value_of(item.b)).member("name", item.name);
    json.seconds("from", item.from).seconds("to", item.to);
  };
  json.begin_object();
  json.member("format", "gnomon.diff").member("version", 1).member("equal", diff.equal());
  write_side(json, "a", diff.a);
  write_side(json, "b", diff.b);
  json.key("options").begin_object().member("times", name_of(options.times));
  json.member("relative_tolerance", options.relative_tolerance)
      .seconds("absolute_tolerance", options.absolute_tolerance)
      .end_object();
  json.member("matched_workflows", diff.matched_workflows)
      .member("matched_nodes", diff.matched_nodes);
  write_found(json, "definitions", diff.definitions, [&](const Diff::Definition& item) {
    json.member("name", item.name).member("what", item.what);
  });
  write_found(json, "only_a", diff.only_a, workflow);
  write_found(json, "only_b", diff.only_b, workflow);
  write_found(json, "workflow_ends", diff.workflow_ends, end);
  write_found(json, "node_ends", diff.node_ends, end);
  json.member("forced_pairs", diff.forced_pairs);
  write_found(json, "order", diff.order, [&](const Diff::Order& item) {
    const bool by_capacity = item.forced == Diff::Order::Forced::kByCapacity;
    json.member("a", value_of(item.a)).member("b", value_of(item.b));
    json.member("forced_by", by_capacity ? "capacity" : "dependency")
        .member("first", item.first)
        .member("second", item.second);
    if (by_capacity) {
      json.member("runtime", item.runtime);
    } else {
      json.member("broken_in", item.broken_in_a ? "a" : "b");
    }
  });
  json.member("compared_times", diff.compared_times);
  write_found(json, "makespans", diff.makespans, time);
  write_found(json, "node_times", diff.node_times, time);
  json.member("compared_distributions", diff.compared_distributions);
  write_found(json, "shifts", diff.shifts, [&](const Diff::Shift& item) {
    json.member("name", item.name).member("count_a", item.count_a).member("count_b", item.count_b);
    json.seconds("p50_a", item.median_a).seconds("p50_b", item.median_b);
    json.seconds("p95_a", item.p95_a)
        .seconds("p95_b", item.p95_b)
        .member("distance", item.distance);
  });
  json.seconds("run_a", diff.run_a).seconds("run_b", diff.run_b);
  json.seconds("queue_a", diff.queue_a).seconds("queue_b", diff.queue_b);
  json.end_object();
  return json.take();
}

}  // namespace gnomon::reports
