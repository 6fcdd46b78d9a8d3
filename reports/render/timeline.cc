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

using Rows = std::vector<const NodeRow*>;

class Timeline {
 public:
  Timeline(const RunView& run, const WorkflowView* workflow, const TimelineOptions& options)
      : run_(run), workflow_(workflow), options_(options) {
    const auto all =
        workflow != nullptr ? run.nodes_of(*workflow) : std::span<const NodeRow>(run.nodes());
    for (const NodeRow& node : all) {
      ++counts_[static_cast<std::size_t>(state_of(node))];
      if (begin_of(node) != kUnset) begun_.push_back(&node);
    }
    std::ranges::stable_sort(begun_, {}, [](const NodeRow* node) { return begin_of(*node); });
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
    Rows path = critical_rows();
    if (!path.empty()) sheet.legend_critical_path();

    if (begun_.size() <= options_.max_named_lanes) {
      sheet.add("", "", draw_node_lanes(run_, begun_, marks(begun_, path), axis));
      return sheet.finish();
    }
    if (!path.empty()) add_critical_path(sheet, std::move(path), axis);
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
                                 ? fmt::format("workflow {}", value_of(workflow_->row.id))
                                 : counted(run_.workflows().size(), "workflow");
    return fmt::format("{} · from {} · {} · {} begun", what, iso_time(begin()),
                       human(end() - begin()), counted(begun_.size(), "node"));
  }

  Rows critical_rows() const {
    Rows rows;
    if (workflow_ == nullptr) return rows;
    const auto nodes = run_.nodes_of(*workflow_);
    for (const NodeIndex node : critical_path(run_.graph_of(*workflow_), nodes))
      rows.push_back(&nodes[node]);
    return rows;
  }
  static std::vector<bool> marks(const Rows& rows, const Rows& critical) {
    std::vector<const NodeRow*> sorted = critical;
    std::ranges::sort(sorted);
    std::vector<bool> marks;
    for (const NodeRow* row : rows) marks.push_back(std::ranges::binary_search(sorted, row));
    return marks;
  }

  void add_critical_path(Sheet& sheet, Rows path, const TimeAxis& axis) const {
    const std::size_t length = path.size();
    const auto total = [&](const NodeRow* node) {
      return spans_of(*node, run_.earlier_attempts(*node), run_.ended()).total();
    };
    if (length > options_.max_named_lanes / 2) {
      std::ranges::stable_sort(path, std::ranges::greater{}, total);
      path.resize(options_.max_named_lanes / 2);
      std::ranges::stable_sort(path, {}, [](const NodeRow* node) { return begin_of(*node); });
    }
    const std::string note = path.size() == length ? fmt::format("{} nodes", length)
                                                   : fmt::format("The {} slowest of {} nodes",
                                                                 path.size(), human_count(length));
    sheet.add("The critical path", note,
              draw_node_lanes(run_, path, std::vector<bool>(path.size(), true), axis));
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
    for (const NodeRow* node : begun_) {
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
    for (const NodeRow* node : begun_) {
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
    std::map<std::uint32_t, Rows> by_runtime;
    for (const NodeRow* node : begun_) {
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
  Rows begun_;
  std::array<std::uint32_t, kNodeStateCount> counts_{};
};

}  // namespace

std::string draw_timeline(const RunView& run, const WorkflowView* workflow,
                          const TimelineOptions& options) {
  return Timeline(run, workflow, options).draw();
}

}  // namespace gnomon::reports
