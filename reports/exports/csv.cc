#include "reports/exports/csv.h"

#include <fmt/format.h>

#include "reports/text/escape.h"
#include "reports/text/json_writer.h"
#include "reports/text/units.h"
#include "reports/view/node_state.h"
#include "reports/view/spans.h"

namespace gnomon::reports {
namespace {

class Line {
 public:
  explicit Line(std::string& out) : out_(out) {}
  ~Line() { out_ += "\r\n"; }
  Line& text(std::string_view field) { return raw(csv_field(field)); }
  Line& number(std::uint64_t value) { return raw(fmt::to_string(value)); }
  Line& seconds(Duration time) { return raw(decimal_seconds(time)); }
  Line& instant(Instant at) { return raw(at == kUnset ? "" : iso_time(at)); }

 private:
  Line& raw(std::string_view field) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += field;
    return *this;
  }
  std::string& out_;
  bool first_ = true;
};

std::string_view error_of(std::uint8_t error) {
  return ErrorClass{error} == ErrorClass::kNone ? "" : to_string(ErrorClass{error});
}

}  // namespace

std::string nodes_csv(const RunView& run) {
  std::string out =
      "workflow,definition,tenant,node,name,kind,runtime,units,state,error,attempts,ready_at,"
      "launched_at,started_at,"
      "ended_at,finished_at,queue_s,run_s,backoff_s,engine_s,reason\r\n";
  for (const WorkflowView& workflow : run.workflows()) {
    const Graph& graph = run.graph_of(workflow);
    for (const NodeRow& node : run.nodes_of(workflow)) {
      const Graph::Node& definition = graph.node(node.node);
      const Spans spans = spans_of(node, run.earlier_attempts(node), run.ended());
      Line line(out);
      line.number(value_of(workflow.row.id)).text(graph.name()).text(workflow.row.tenant);
      line.number(node.node).text(definition.name).text(to_string(definition.kind));
      line.text(definition.runtime == kNoRuntime ? "" : run.runtimes()[definition.runtime].name);
      line.number(definition.units).text(word_of(node)).text(error_of(node.error_class));
      line.number(node.attempt)
          .instant(node.ready_at)
          .instant(node.launched_at)
          .instant(node.started_at);
      line.instant(node.ended_at).instant(node.finished_at);
      line.seconds(spans.queue).seconds(spans.run).seconds(spans.backoff).seconds(spans.engine);
      line.text(node.reason.text());
    }
  }
  return out;
}

std::string workflows_csv(const RunView& run) {
  std::string out =
      "workflow,definition,version,tenant,key,parent,parent_node,run,state,error,created_at,"
      "finished_at,"
      "makespan_s,nodes,reason\r\n";
  for (const WorkflowView& workflow : run.workflows()) {
    const WorkflowRow& row = workflow.row;
    const Graph& graph = run.graph_of(workflow);
    const bool has_parent = row.parent.workflow != WorkflowId::kNone;
    Line line(out);
    line.number(value_of(row.id))
        .text(graph.name())
        .text(graph.version())
        .text(row.tenant)
        .text(row.key);
    line.text(has_parent ? fmt::to_string(value_of(row.parent.workflow)) : "");
    line.text(has_parent ? fmt::to_string(row.parent.node) : "").number(row.run);
    line.text(word_of(row))
        .text(error_of(row.error_class))
        .instant(row.created_at)
        .instant(row.finished_at);
    if (row.created_at != kUnset && row.finished_at != kUnset) {
      line.seconds(row.finished_at - row.created_at);
    } else {
      line.text("");
    }
    line.number(graph.size()).text(row.reason.text());
  }
  return out;
}

}  // namespace gnomon::reports
