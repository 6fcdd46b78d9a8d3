#include "reports/render/dot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "reports/render/palette.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"

namespace gnomon::reports {
namespace {

constexpr std::size_t kNameColumns = 32;
constexpr std::size_t kReasonColumns = 44;

using Out = std::back_insert_iterator<std::string>;

std::string_view shape_of(NodeKind kind) {
  switch (kind) {
    case NodeKind::kTask:
      return "";
    case NodeKind::kSubworkflow:
      return "shape=folder";
    case NodeKind::kWait:
      return "shape=ellipse";
    case NodeKind::kPass:
      return "shape=oval, height=0.2, margin=\"0.06,0.02\"";
    case NodeKind::kCondition:
      return "shape=diamond, margin=\"0.02,0.02\"";
    case NodeKind::kLoop:
      return "shape=octagon";
    case NodeKind::kMap:
      return "shape=box3d";
    case NodeKind::kCustom:
      return "shape=hexagon";
  }
  return "";
}

/// "✓ 2m 14s · attempt 3": what became of a node.
std::string fate_of(const Dag::Node& node) {
  const Look look = look_of(node.state);
  std::string text(look.sign);
  const bool has_time = node.spans.run > Duration::zero();
  text += ' ';
  text += has_time ? human(node.spans.run) : std::string(to_string(node.state));
  if (has_time && (node.state == NodeState::kRunning || node.state == NodeState::kFinishing))
    text += " so far";
  if (node.attempts > 1) text += fmt::format(" · {} attempts", node.attempts);
  if (node.children > 0) {
    text += " · " + counted(node.children, "sub-workflow");
    if (node.hidden > 0)
      text += fmt::format(", {} shown", human_count(node.children - node.hidden));
  }
  return text;
}

/// All there is to say, for the pointer: dot makes it the SVG's title.
std::string tooltip_of(const Dag::Node& node) {
  std::string text = fmt::format("{} ({}", node.name, to_string(node.kind));
  if (!node.runtime.empty()) text += fmt::format(" on {}", node.runtime);
  text += fmt::format("), {}", to_string(node.state));
  const auto add = [&](std::string_view what, Duration time) {
    if (time > Duration::zero()) text += fmt::format(", {} {}", what, human(time));
  };
  add("queued", node.spans.queue);
  add("ran", node.spans.run);
  add("backed off", node.spans.backoff);
  add("engine", node.spans.engine);
  if (!node.reason.empty()) text += ": " + node.reason;
  return text;
}

/// A JSON text as an attribute that a reader of DOT gives back to the byte, but for the spelling of
/// escapes: in a string of DOT nothing stands for a backslash before a quote.
void write_definition(Out out, std::string_view json) {
  if (json.empty()) return;
  std::string text;
  bool escaped = false;
  for (const char c : json) {
    if (escaped) {
      text += c == '"' ? "\\u0022" : c == '\\' ? "\\u005c" : std::string{'\\', c};
    } else if (c == '"') {
      text += "\\\"";
    } else if (c != '\\') {
      text += c;
    }
    escaped = !escaped && c == '\\';
  }
  fmt::format_to(out, ", definition=\"{}\"", text);
}

void write_node(Out out, const Dag& dag, std::uint32_t number, const DotOptions& options) {
  const Dag::Node& node = dag.nodes[number];
  const Look look = look_of(node.state);
  fmt::format_to(out, "n{} [label=<<b>{}</b><br/><font point-size=\"9\">{}</font>", number,
                 escape_xml(shorten(node.name, kNameColumns)), escape_xml(fate_of(node)));
  if (!node.reason.empty() && node.state != NodeState::kSucceeded) {
    fmt::format_to(out, "<br/><font point-size=\"9\" color=\"#A33E00\">{}</font>",
                   escape_xml(shorten(node.reason, kReasonColumns)));
  }
  fmt::format_to(out, ">");
  if (const std::string_view shape = shape_of(node.kind); !shape.empty())
    fmt::format_to(out, ", {}", shape);
  const bool rounded = node.kind == NodeKind::kTask;
  if (look.dashed || !rounded) {
    fmt::format_to(out, ", style=\"{}filled{}\"", rounded ? "rounded," : "",
                   look.dashed ? ",dashed" : "");
  }
  fmt::format_to(out, ", fillcolor=\"{}\", color=\"{}\"", look.fill,
                 node.critical ? kCritical : look.line);
  if (node.critical) fmt::format_to(out, ", penwidth=2.5");
  fmt::format_to(out, ", tooltip=\"{}\", class=\"{}{}\"", escape_dot(tooltip_of(node)),
                 to_string(node.state), node.critical ? " critical" : "");
  if (!options.node_definitions.empty()) {
    if (node.cluster == 0) {
      write_definition(out, options.node_definitions[number]);
    } else {
      fmt::format_to(out, ", inner=true");
    }
  }
  fmt::format_to(out, "]\n");
}

void write_cluster(Out out, const Dag& dag, const std::vector<std::vector<std::uint32_t>>& members,
                   const std::vector<std::vector<std::uint32_t>>& inner, std::uint32_t cluster,
                   int depth, const DotOptions& options) {
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  if (cluster != 0) {
    const Dag::Cluster& about = dag.clusters[cluster];
    const Look look = look_of(about.state);
    fmt::format_to(out,
                   "{}subgraph cluster{} {{\n{}  label=\"{} {}\"; color=\"{}\"; fontcolor=\"{}\"; "
                   "style=\"rounded\"\n",
                   indent, cluster, indent, look.sign,
                   escape_dot(shorten(about.label, kNameColumns)), look.line, kGrey);
  }
  for (const std::uint32_t number : members[cluster]) {
    fmt::format_to(out, "{}  ", indent);
    write_node(out, dag, number, options);
  }
  for (const std::uint32_t child : inner[cluster])
    write_cluster(out, dag, members, inner, child, depth + 1, options);
  if (cluster != 0) fmt::format_to(out, "{}}}\n", indent);
}

/// Title, what it is, and a legend of the states that occur.
std::string heading_of(const Dag& dag) {
  const Look look = look_of(dag.state);
  std::string text = fmt::format(
      "<table border=\"0\" cellspacing=\"0\" cellpadding=\"2\"><tr><td><font "
      "point-size=\"16\"><b>{} {}</b></font></td></tr>"
      "<tr><td>{}</td></tr><tr><td>",
      look.sign, escape_xml(shorten(dag.title, 64)), escape_xml(dag.subtitle));
  const auto counts = dag.count_states();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const auto state = static_cast<NodeState>(i);
    text += fmt::format("<font color=\"{}\">{}</font> {} {}   ", look_of(state).line,
                        look_of(state).sign, human_count(counts[i]), to_string(state));
  }
  if (std::ranges::any_of(dag.nodes, &Dag::Node::critical))
    text += fmt::format("<font color=\"{}\"><b>━</b></font> critical path", kCritical);
  return text + "</td></tr></table>";
}

}  // namespace

Direction direction_of(const Dag& dag) {
  constexpr double kNodeWidth = 190;
  constexpr double kNodeHeight = 80;
  constexpr double kScreen = 1.6;
  std::vector<std::uint32_t> widths(dag.stage_count());
  for (const Dag::Node& node : dag.nodes) ++widths[node.stage];
  const double across = widths.empty() ? 1 : *std::ranges::max_element(widths);
  const auto along = static_cast<double>(std::max<std::size_t>(widths.size(), 1));
  const double down = across * kNodeWidth / (along * kNodeHeight);
  const double right = along * kNodeWidth / (across * kNodeHeight);
  return std::abs(std::log(down / kScreen)) <= std::abs(std::log(right / kScreen))
             ? Direction::kDown
             : Direction::kRight;
}

std::string to_dot(const Dag& dag, const DotOptions& options) {
  std::string text;
  Out out(text);
  fmt::format_to(out, "digraph \"{}\" {{\n", escape_dot(dag.title));
  fmt::format_to(out,
                 "  graph [rankdir={}, bgcolor=transparent, ranksep=0.45, nodesep=0.25, "
                 "fontname=\"{}\", fontsize=10, "
                 "fontcolor=\"{}\"",
                 options.direction == Direction::kDown ? "TB" : "LR", kFonts, kGrey);
  if (options.title) fmt::format_to(out, ", labelloc=t, label=<{}>", heading_of(dag));
  write_definition(out, options.graph_definition);
  fmt::format_to(out,
                 "]\n  node [shape=box, style=\"rounded,filled\", fontname=\"{}\", fontsize=11, "
                 "fontcolor=\"{}\", "
                 "height=0.4, margin=\"0.12,0.06\"]\n",
                 kFonts, kInk);
  fmt::format_to(out, "  edge [color=\"{}\", arrowsize=0.6]\n\n", kGrey);

  std::vector<std::vector<std::uint32_t>> members(dag.clusters.size());
  std::vector<std::vector<std::uint32_t>> inner(dag.clusters.size());
  for (std::uint32_t i = 0; i < dag.nodes.size(); ++i) members[dag.nodes[i].cluster].push_back(i);
  for (std::uint32_t i = 1; i < dag.clusters.size(); ++i)
    inner[dag.clusters[i].parent].push_back(i);
  write_cluster(out, dag, members, inner, 0, 0, options);

  fmt::format_to(out, "\n");
  for (const Dag::Edge& edge : dag.edges) {
    fmt::format_to(out, "  n{} -> n{}", edge.from, edge.to);
    if (edge.critical) {
      fmt::format_to(out, " [color=\"{}\", penwidth=2.5, weight=8, class=critical", kCritical);
      if (edge.omitted > 0) {
        fmt::format_to(
            out,
            ", style=dashed, label=\"  {} more\", fontname=\"{}\", fontsize=9, fontcolor=\"{}\"",
            human_count(edge.omitted), kFonts, kGrey);
      }
      fmt::format_to(out, "]");
    } else if (edge.starts) {
      fmt::format_to(out, " [style=dashed]");
    }
    fmt::format_to(out, "\n");
  }
  fmt::format_to(out, "}}\n");
  return text;
}

}  // namespace gnomon::reports
