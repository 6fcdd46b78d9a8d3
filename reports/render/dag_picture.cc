#include "reports/render/dag_picture.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/render/condensed.h"
#include "reports/render/dot.h"
#include "reports/render/dot_drawing.h"
#include "reports/render/palette.h"
#include "reports/render/sheet.h"
#include "reports/render/whole_graph.h"
#include "reports/text/units.h"

namespace gnomon::reports {
namespace {

constexpr std::uint32_t kSurroundings = 60;

void add_with_dot(Sheet& sheet, std::string_view heading, std::string_view note,
                  const std::string& graph, const DotLimits& limits) {
  Expected<Drawing> drawing = draw_with_dot(graph, limits);
  if (drawing) {
    sheet.add(heading, note, std::move(*drawing));
  } else {
    sheet.add(heading, drawing.error().message, {});
  }
}

void add_part(Sheet& sheet, std::string_view heading, std::string_view note, const Dag& part,
              Direction direction, const DotLimits& limits) {
  if (part.nodes.empty()) return;
  add_with_dot(sheet, heading, note, to_dot(part, {direction, false}), limits);
}

void add_large(Sheet& sheet, const Dag& dag, const DotLimits& limits) {
  add_with_dot(sheet, "By stage",
               "One box for all nodes of a stage that are alike; edges as wide as they are many.",
               to_condensed_dot(dag), limits);
  if (Drawing whole = draw_whole_graph(dag); !whole.svg.empty()) {
    sheet.add("Every node", "A square each; point at one for its name and time.", std::move(whole));
  } else {
    sheet.add("Every node", "Too many to draw; the .dot file has them all.", {});
  }
  const auto counts = dag.count_states();
  const std::uint32_t failures = counts[static_cast<std::size_t>(NodeState::kFailed)] +
                                 counts[static_cast<std::size_t>(NodeState::kTimedOut)];
  const auto critical =
      static_cast<std::uint64_t>(std::ranges::count_if(dag.nodes, &Dag::Node::critical));
  const Dag around_failures = part_around_failures(dag, kSurroundings);
  add_part(sheet, "Around the failures",
           fmt::format("{} failed nodes (the first, if they are too many), what they waited for "
                       "and what waits for them.",
                       human_count(failures)),
           around_failures, direction_of(around_failures), limits);
  add_part(
      sheet, "The critical path",
      fmt::format("{} nodes (the slowest, if they are too many), and what they waited for besides.",
                  human_count(critical)),
      part_around_critical_path(dag, kSurroundings), Direction::kDown, limits);
}

}  // namespace

std::string draw_dag(const Dag& dag, const DagPictureOptions& options) {
  Sheet sheet(fmt::format("{} {}", look_of(dag.state).sign, dag.title), dag.subtitle);
  sheet.legend(dag.count_states());
  if (std::ranges::any_of(dag.nodes, &Dag::Node::critical)) sheet.legend_critical_path();

  if (dag.nodes.size() <= options.max_dot_nodes && dag.edges.size() <= options.max_dot_edges) {
    Expected<Drawing> drawing =
        draw_with_dot(to_dot(dag, {direction_of(dag), false}), options.limits);
    if (drawing) {
      sheet.add("", "", std::move(*drawing));
      return sheet.finish();
    }
    sheet.note(drawing.error().message);
  }
  add_large(sheet, dag, options.limits);
  return sheet.finish();
}

}  // namespace gnomon::reports
