#include "reports/render/whole_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "reports/render/layers.h"
#include "reports/render/palette.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"

namespace gnomon::reports {
namespace {

constexpr std::size_t kMaxNamed = 40'000;
constexpr std::size_t kMaxDrawn = 400'000;
constexpr std::size_t kMaxEdges = 500'000;
/// Strokes of one path do not darken where they cross, those of different paths do: some paths show
/// density.
constexpr std::size_t kShades = 48;

class WholeGraph {
 public:
  explicit WholeGraph(const Dag& dag) : dag_(dag), layout_(lay_out(dag)) {}

  Drawing draw() {
    write_labels();
    write_edges();
    write_nodes();
    write_critical_path();
    return {std::move(svg_), layout_.width, layout_.height};
  }

 private:
  long x(std::uint32_t node) const { return std::lround(layout_.x[node]); }
  long y(std::uint32_t node) const { return std::lround(layout_.y[node]); }

  void write_labels() {
    fmt::format_to(out_, "<g font-size=\"11\">");
    for (const Layout::Label& label : layout_.labels) {
      fmt::format_to(out_, "<text class=\"grey\" x=\"{:.0f}\" y=\"{:.0f}\">stage {}</text>",
                     label.x, label.y + 4, label.stage);
    }
    fmt::format_to(out_, "</g>\n");
  }

  void write_edges() {
    const std::size_t step =
        dag_.edges.size() / kMaxEdges + 1;  // beyond the bound, every step-th stands for all
    const double opacity =
        std::clamp(2500.0 / static_cast<double>(dag_.edges.size() + 1), 0.06, 0.6);
    std::array<std::string, kShades> paths;
    for (std::size_t i = 0; i < dag_.edges.size(); i += step) {
      const Dag::Edge& edge = dag_.edges[i];
      fmt::format_to(std::back_inserter(paths[i / step % kShades]), "M{} {}L{} {}", x(edge.from),
                     y(edge.from), x(edge.to), y(edge.to));
    }
    fmt::format_to(
        out_, "<g fill=\"none\" stroke=\"{}\" stroke-width=\"0.7\" stroke-opacity=\"{:.2f}\">\n",
        kGrey, opacity);
    for (const std::string& path : paths) {
      if (!path.empty()) fmt::format_to(out_, "<path d=\"{}\"/>\n", path);
    }
    fmt::format_to(out_, "</g>\n");
  }

  void write_nodes() {
    const bool named = dag_.nodes.size() <= kMaxNamed;
    for (std::size_t s = 0; s < kNodeStateCount; ++s) {
      const auto state = static_cast<NodeState>(s);
      // A failure among thousands must be seen from afar.
      const long size = std::lround(layout_.node_size) + (is_failure(state) ? 4 : 0);
      std::string squares;
      const auto out = std::back_inserter(squares);
      for (std::uint32_t i = 0; i < dag_.nodes.size(); ++i) {
        const Dag::Node& node = dag_.nodes[i];
        if (node.state != state) continue;
        const std::string square =
            fmt::format("M{} {}h{}v{}h-{}z", x(i) - size / 2, y(i) - size / 2, size, size, size);
        if (!named) {
          squares += square;
          continue;
        }
        fmt::format_to(out, "<path d=\"{}\"><title>{}", square, escape_xml(shorten(node.name, 48)));
        if (node.spans.run > Duration::zero()) fmt::format_to(out, " {}", human(node.spans.run));
        if (!node.reason.empty() && state != NodeState::kSucceeded)
          fmt::format_to(out, ": {}", escape_xml(shorten(node.reason, 60)));
        fmt::format_to(out, "</title></path>\n");
      }
      if (squares.empty()) continue;
      const bool hollow = state == NodeState::kPending || state == NodeState::kSkipped;
      fmt::format_to(out_, "<g fill=\"{}\" stroke=\"{}\" stroke-width=\"{}\">\n{}</g>\n",
                     hollow ? look_of(state).fill : look_of(state).line, look_of(state).line,
                     hollow ? 1 : 0, named ? squares : fmt::format("<path d=\"{}\"/>\n", squares));
    }
  }

  void write_critical_path() {
    std::string path;
    for (const Dag::Edge& edge : dag_.edges) {
      if (edge.critical) {
        fmt::format_to(std::back_inserter(path), "M{} {}L{} {}", x(edge.from), y(edge.from),
                       x(edge.to), y(edge.to));
      }
    }
    fmt::format_to(out_, "<g fill=\"none\" stroke=\"{}\" stroke-width=\"3\"><path d=\"{}\"/>",
                   kCritical, path);
    const long size = std::lround(layout_.node_size) + 2;
    for (std::uint32_t i = 0; i < dag_.nodes.size(); ++i) {
      if (!dag_.nodes[i].critical) continue;
      fmt::format_to(out_,
                     "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\" "
                     "stroke-width=\"2\"><title>{}, {}</title></rect>",
                     x(i) - size / 2, y(i) - size / 2, size, size,
                     look_of(dag_.nodes[i].state).line, escape_xml(shorten(dag_.nodes[i].name, 48)),
                     human(dag_.nodes[i].spans.run));
    }
    fmt::format_to(out_, "</g>\n");
  }

  const Dag& dag_;
  Layout layout_;
  std::string svg_;
  std::back_insert_iterator<std::string> out_{svg_};
};

}  // namespace

Drawing draw_whole_graph(const Dag& dag) {
  if (dag.nodes.empty() || dag.nodes.size() > kMaxDrawn) return {};
  return WholeGraph(dag).draw();
}

}  // namespace gnomon::reports
