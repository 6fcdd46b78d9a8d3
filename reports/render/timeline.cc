#include "reports/render/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "reports/render/gantt.h"
#include "reports/render/load_chart.h"
#include "reports/render/palette.h"
#include "reports/render/sheet.h"
#include "reports/render/time_axis.h"
#include "reports/text/units.h"
#include "reports/view/critical_path.h"
#include "reports/view/spans.h"

namespace gnomon::reports {
namespace {

constexpr std::size_t kMaxStageRows = 40;

class Timeline {
 public:
  Timeline(const RunView& run, const WorkflowView* workflow, const TimelineOptions& options)
      : run_(run), workflow_(workflow), options_(options) {
    if (workflow != nullptr) {
      add_nested(*workflow, 0);
      for (const CriticalNode& node : deep_critical_path(run, *workflow))
        path_.push_back({node.node, true, node.depth});
      mark_critical();
      return;
    }
    for (const NodeRow& node : run.nodes()) add_node(node, 0);
    std::ranges::sort(lanes_, {}, [](const NodeLane& lane) {
      return std::pair(begin_of(*lane.node), lane.node);
    });
  }

  std::string draw() {
    const TimeAxis axis(begin(), end());
    Sheet sheet(title(), subtitle());
    sheet.legend(counts_);
    sheet.legend(
        fmt::format("<rect x=\"1\" width=\"16\" height=\"12\" fill=\"{}\" fill-opacity=\"0.3\"/>",
                    kGrey),
        "waiting for a worker");
    sheet.legend(
        fmt::format("<rect x=\"1\" y=\"5\" width=\"16\" height=\"2\" fill=\"{}\"/>", kGrey),
        "engine, or between attempts");
    if (!path_.empty()) sheet.legend_critical_path();

    if (lanes_.size() <= options_.max_named_lanes) {
      sheet.add("", "", draw_node_lanes(run_, lanes_, axis));
      return sheet.finish();
    }
    if (!path_.empty()) add_critical_path(sheet, axis);
    sheet.add("Load of each runtime",
              "At work and, paler on top, waiting for a worker; the dashed line is what there is.",
              draw_loads(runtime_loads(), axis, 80));
    if (workflow_ != nullptr) {
      sheet.add("Load of each stage",
                "Nodes at work and, paler, READY; stages from the first to the last.",
                draw_loads(stage_loads(), axis, 22));
    }
    add_slots(sheet, axis);
    return sheet.finish();
  }

 private:
  Instant begin() const {
    return workflow_ != nullptr && workflow_->row.created_at != kUnset ? workflow_->row.created_at
                                                                       : run_.began();
  }
  Instant end() const {
    return workflow_ != nullptr && workflow_->row.finished_at != kUnset ? workflow_->row.finished_at
                                                                        : run_.ended();
  }
  std::string title() const {
    if (workflow_ == nullptr) return run_.title.empty() ? run_.source : run_.title;
    return fmt::format("{} {}", look_of(state_of(workflow_->row)).sign,
                       run_.graph_of(*workflow_).name());
  }
  std::string subtitle() const {
    const std::string what = workflow_ != nullptr
                                 ? fmt::format("workflow {}", label_of(workflow_->row.id))
                                 : counted(run_.workflows().size(), "workflow");
    // What is skipped is READY and over at one instant.
    const auto begun = std::ranges::count_if(
        lanes_, [](const NodeLane& lane) { return state_of(*lane.node) != NodeState::kSkipped; });
    return fmt::format("{} · from {} · {} · {} begun", what, iso_time(begin()),
                       human(end() - begin()), counted(static_cast<std::size_t>(begun), "node"));
  }

  void add_node(const NodeRow& node, std::uint32_t depth) {
    ++counts_[static_cast<std::size_t>(state_of(node))];
    if (begin_of(node) != kUnset) lanes_.push_back({&node, false, depth});
  }

  /// Nodes as they began, each followed by those of the sub-workflows that it started.
  void add_nested(const WorkflowView& workflow, std::uint32_t depth) {
    constexpr std::uint32_t kMaxDepth = 16;
    std::vector<const NodeRow*> nodes;
    for (const NodeRow& node : run_.nodes_of(workflow)) nodes.push_back(&node);
    std::ranges::sort(nodes, {},
                      [](const NodeRow* node) { return std::pair(begin_of(*node), node->node); });
    const auto children = run_.children_of(workflow);  // by node
    const auto starter = [&](std::uint32_t child) {
      return run_.workflows()[child].row.parent.node;
    };
    for (const NodeRow* node : nodes) {
      add_node(*node, depth);
      if (depth == kMaxDepth) continue;
      for (const std::uint32_t child :
           std::ranges::equal_range(children, node->node, {}, starter)) {
        add_nested(run_.workflows()[child], depth + 1);
      }
    }
  }

  void mark_critical() {
    std::vector<const NodeRow*> path;
    for (const NodeLane& lane : path_) path.push_back(lane.node);
    std::ranges::sort(path);
    for (NodeLane& lane : lanes_) lane.critical = std::ranges::binary_search(path, lane.node);
  }

  void add_critical_path(Sheet& sheet, const TimeAxis& axis) const {
    std::vector<NodeLane> path = path_;
    if (path.size() > options_.max_named_lanes / 2) {
      const auto total = [&](const NodeLane& lane) {
        return spans_of(*lane.node, run_.earlier_attempts(*lane.node), run_.ended()).total();
      };
      std::vector<std::pair<Duration, std::size_t>> slowest;
      for (std::size_t i = 0; i < path.size(); ++i) slowest.emplace_back(-total(path[i]), i);
      std::ranges::sort(slowest);
      slowest.resize(options_.max_named_lanes / 2);
      std::ranges::sort(slowest, {}, &std::pair<Duration, std::size_t>::second);
      path.clear();
      for (const auto& [time, i] : slowest) path.push_back(path_[i]);
    }
    const std::string note =
        path.size() == path_.size()
            ? counted(path.size(), "node")
            : fmt::format("The {} slowest of {}", path.size(), counted(path_.size(), "node"));
    sheet.add("The critical path", note, draw_node_lanes(run_, path, axis));
  }

  void add_hold(Load& load, const NodeRow& node, std::int64_t units) const {
    const auto add = [&](const AttemptSpan& span) {
      if (span.attempt == 0) return;
      load.waiting.push_back({span.launched, span.started, units});
      load.running.push_back({span.started, span.ended, units});
    };
    for (const AttemptRow& attempt : run_.earlier_attempts(node))
      add(span_of(attempt, run_.ended()));
    add(latest_attempt(node, run_.ended()));
  }

  std::vector<Load> runtime_loads() const {
    std::map<std::uint32_t, Load> loads;
    for (const NodeLane& lane : lanes_) {
      const NodeRow* const node = lane.node;
      const Graph::Node& definition = run_.definition_of(*node);
      if (definition.runtime == kNoRuntime) continue;
      add_hold(loads[definition.runtime], *node, definition.units);
    }
    std::vector<Load> rows;
    for (auto& [runtime, load] : loads) {
      load.name = run_.runtimes()[runtime].name;
      load.slots = run_.runtimes()[runtime].slots;
      rows.push_back(std::move(load));
    }
    return rows;
  }

  std::vector<Load> stage_loads() const {
    const Graph& graph = run_.graph_of(*workflow_);
    const std::size_t per_row = (graph.stage_count() + kMaxStageRows - 1) / kMaxStageRows;
    std::vector<Load> loads((graph.stage_count() + per_row - 1) / per_row);
    for (std::size_t i = 0; i < loads.size(); ++i) {
      const std::size_t last = std::min<std::size_t>((i + 1) * per_row, graph.stage_count()) - 1;
      loads[i].name = per_row == 1 ? fmt::format("stage {}", i)
                                   : fmt::format("stages {} to {}", i * per_row, last);
    }
    for (const NodeLane& lane : lanes_) {
      if (lane.depth > 0) continue;  // not of this graph
      const NodeRow* const node = lane.node;
      const Spans spans = spans_of(*node, run_.earlier_attempts(*node), run_.ended());
      const Instant last = spans.has_ended() ? spans.end : run_.ended();
      Load& load = loads[graph.stage(node->node) / per_row];
      const Instant runs = last - spans.run;
      load.waiting.push_back({spans.begin, runs, 1});
      load.running.push_back({runs, last, 1});
    }
    return loads;
  }

  void add_slots(Sheet& sheet, const TimeAxis& axis) const {
    std::map<std::uint32_t, std::vector<const NodeRow*>> by_runtime;
    for (const NodeLane& lane : lanes_) {
      const NodeRow* const node = lane.node;
      const std::uint32_t runtime = run_.definition_of(*node).runtime;
      if (runtime != kNoRuntime) by_runtime[runtime].push_back(node);
    }
    for (const auto& [runtime, rows] : by_runtime) {
      Drawing drawing = draw_slots(run_, rows, axis, options_.max_slot_lanes);
      if (drawing.svg.empty()) continue;
      sheet.add(fmt::format("Slots of {}", run_.runtimes()[runtime].name),
                "Each run in the lowest lane that was free.", std::move(drawing));
    }
  }

  const RunView& run_;
  const WorkflowView* workflow_;
  TimelineOptions options_;
  std::vector<NodeLane> lanes_;  // of the nodes that have begun
  std::vector<NodeLane> path_;   // critical
  std::array<std::uint32_t, kNodeStateCount> counts_{};
};

}  // namespace

std::string draw_timeline(const RunView& run, const WorkflowView* workflow,
                          const TimelineOptions& options) {
  return Timeline(run, workflow, options).draw();
}

}  // namespace gnomon::reports
