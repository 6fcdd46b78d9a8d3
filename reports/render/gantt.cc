#include "reports/render/gantt.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "reports/render/palette.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"
#include "reports/view/lanes.h"
#include "reports/view/spans.h"

namespace gnomon::reports {
namespace {

constexpr double kRow = 20;
constexpr double kBar = 12;

class NodeLanes {
 public:
  NodeLanes(const RunView& run, const TimeAxis& axis) : run_(run), axis_(axis) {}

  Drawing draw(std::span<const NodeLane> lanes) {
    const double height = kRow * static_cast<double>(lanes.size());
    svg_ += axis_.grid(height);
    write_links(lanes);
    double y = 0;
    for (const NodeLane& lane : lanes) {
      write_lane(lane, y);
      y += kRow;
    }
    return {std::move(svg_), TimeAxis::kLeft + TimeAxis::kWidth + 80,
            height + TimeAxis::kFootHeight};
  }

 private:
  /// A step down from each node of the critical path to the next.
  void write_links(std::span<const NodeLane> lanes) {
    std::string path;
    std::size_t last = lanes.size();
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      if (!lanes[i].critical) continue;
      if (last < lanes.size()) {
        fmt::format_to(
            std::back_inserter(path), "M{0:.1f} {1:.0f}V{2:.0f}", axis_.x(begin_of(*lanes[i].node)),
            kRow * static_cast<double>(last) + kRow / 2, kRow * static_cast<double>(i) + kRow / 2);
      }
      last = i;
    }
    if (!path.empty())
      fmt::format_to(out_, "<path fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\" d=\"{}\"/>\n",
                     kCritical, path);
  }

  void write_bar(Instant from, Instant to, double y, double height, std::string_view fill,
                 std::string_view more = {}) {
    const double x = axis_.x(from);
    const double width = std::max(axis_.x(to) - x, 1.0);
    fmt::format_to(out_,
                   "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.0f}\" rx=\"{}\" "
                   "fill=\"{}\"{}/>",
                   x, y + (kRow - height) / 2, width, height, height > 4 ? 2 : 0, fill, more);
  }

  /// Draws a line from `at` to the launch, then the attempt; returns its end.
  Instant write_attempt(const AttemptSpan& span, Instant at, double y, std::string_view line,
                        std::string_view colour) {
    if (span.launched > at) write_bar(at, span.launched, y, 2, line);
    if (span.started > span.launched) {
      write_bar(span.launched, span.started, y, kBar, kGrey, " fill-opacity=\"0.3\"");
    }
    if (span.ended > span.started) write_bar(span.started, span.ended, y, kBar, colour);
    return span.ended;
  }

  std::string label_of_lane(const NodeLane& lane) const {
    const Graph& graph = run_.graph_of(run_.workflow_of(*lane.node));
    const std::string& name = graph.node(lane.node->node).name;
    return escape_xml(
        shorten(lane.depth > 0 ? fmt::format("{}/{}", graph.name(), name) : name, 32));
  }

  void write_lane(const NodeLane& lane, double y) {
    const NodeRow& node = *lane.node;
    const bool critical = lane.critical;
    const NodeState state = state_of(node);
    const auto earlier = run_.earlier_attempts(node);
    const Spans spans = spans_of(node, earlier, run_.ended());
    const std::string name = label_of_lane(lane);
    const Instant end = spans.has_ended() ? spans.end : run_.ended();
    fmt::format_to(out_, "<g><title>{}: {}, queued {}, ran {}, backed off {}, engine {}</title>",
                   name, to_string(state), human(spans.queue), human(spans.run),
                   human(spans.backoff), human(spans.engine));
    fmt::format_to(out_,
                   "<text class=\"ink\" x=\"{}\" y=\"{:.0f}\" font-size=\"11\" "
                   "text-anchor=\"end\"{}>{} {}</text>",
                   TimeAxis::kLeft - 8, y + kRow - 6, critical ? " font-weight=\"bold\"" : "", name,
                   look_of(state).sign);
    Instant at = spans.begin;
    const std::string_view line = critical ? kCritical : kGrey;
    for (const AttemptRow& attempt : earlier) {
      at = write_attempt(span_of(attempt, run_.ended()), at, y, line,
                         look_of(NodeState::kFailed).line);
    }
    if (const AttemptSpan latest = latest_attempt(node, run_.ended()); latest.attempt != 0) {
      at = write_attempt(latest, at, y, line, look_of(state).line);
    } else if (spans.run > Duration::zero()) {
      at = end;
      write_bar(end - spans.run, end, y, kBar, look_of(state).fill,
                fmt::format(" stroke=\"{}\"", look_of(state).line));
    }
    if (at < end) write_bar(at, end, y, 2, line);
    const std::string note = node.attempt > 1
                                 ? fmt::format("{} · {} attempts", human(spans.run), node.attempt)
                                 : human(spans.run);
    fmt::format_to(
        out_, "<text class=\"grey\" x=\"{:.1f}\" y=\"{:.0f}\" font-size=\"10\">{}</text></g>\n",
        axis_.x(end) + 5, y + kRow - 6,
        spans.run > Duration::zero() ? note : std::string(to_string(state)));
  }

  const RunView& run_;
  const TimeAxis& axis_;
  std::string svg_;
  std::back_insert_iterator<std::string> out_{svg_};
};

}  // namespace

Drawing draw_node_lanes(const RunView& run, std::span<const NodeLane> lanes, const TimeAxis& axis) {
  return NodeLanes(run, axis).draw(lanes);
}

Drawing draw_slots(const RunView& run, std::span<const NodeRow* const> nodes, const TimeAxis& axis,
                   std::size_t max_lanes) {
  std::vector<Interval> intervals;
  std::vector<NodeState> states;
  const auto add = [&](const AttemptSpan& span, NodeState state) {
    if (span.attempt == 0 || span.ended <= span.started) return;
    intervals.emplace_back(span.started, span.ended);
    states.push_back(state);
  };
  for (const NodeRow* node : nodes) {
    for (const AttemptRow& attempt : run.earlier_attempts(*node))
      add(span_of(attempt, run.ended()), NodeState::kFailed);
    add(latest_attempt(*node, run.ended()), state_of(*node));
  }
  const std::vector<std::uint32_t> lanes = assign_lanes(intervals);
  const std::size_t count = lanes.empty() ? 0 : *std::ranges::max_element(lanes) + 1;
  if (count == 0 || count > max_lanes) return {};

  const double lane = std::clamp(600.0 / static_cast<double>(count), 1.2, 14.0);
  const double gap = lane > 3 ? 1 : 0.25;
  std::array<std::string, kNodeStateCount> bars;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    const double x = axis.x(intervals[i].first);
    const double width = std::max(axis.x(intervals[i].second) - x - 0.3, 0.3);
    fmt::format_to(std::back_inserter(bars[static_cast<std::size_t>(states[i])]),
                   "M{:.1f} {:.1f}h{:.1f}v{:.1f}h-{:.1f}z", x, static_cast<double>(lanes[i]) * lane,
                   width, lane - gap, width);
  }
  const double height = lane * static_cast<double>(count);
  Drawing drawing{axis.grid(height), TimeAxis::kLeft + TimeAxis::kWidth + 80,
                  height + TimeAxis::kFootHeight};
  for (std::size_t s = 0; s < bars.size(); ++s) {
    if (bars[s].empty()) continue;
    drawing.svg += fmt::format("<path fill=\"{}\" d=\"{}\"/>\n",
                               look_of(static_cast<NodeState>(s)).line, bars[s]);
  }
  drawing.svg += fmt::format(
      "<text class=\"grey\" x=\"{}\" y=\"12\" font-size=\"11\" text-anchor=\"end\">{} "
      "at once</text>\n",
      TimeAxis::kLeft - 8, human_count(count));
  return drawing;
}

}  // namespace gnomon::reports
