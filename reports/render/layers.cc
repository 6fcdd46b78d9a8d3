#include "reports/render/layers.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gnomon::reports {
namespace {

constexpr double kLabelWidth = 96;
constexpr std::uint32_t kMaxColumns = 200;
constexpr int kSweeps = 6;

/// Edges of a Dag from the side of their targets or sources, as compressed rows.
struct Neighbours {
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> nodes;

  Neighbours(const Dag& dag, std::uint32_t Dag::Edge::* of, std::uint32_t Dag::Edge::* to)
      : begin(dag.nodes.size() + 1), nodes(dag.edges.size()) {
    for (const Dag::Edge& edge : dag.edges) ++begin[edge.*of + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
    for (const Dag::Edge& edge : dag.edges) nodes[next[edge.*of]++] = edge.*to;
  }
};

using Stages = std::vector<std::vector<std::uint32_t>>;

/// Sorts each stage by the mean place of its nodes' neighbours on one side.
void sweep(Stages& stages, const Neighbours& neighbours, std::vector<float>& place,
           bool downwards) {
  std::vector<std::pair<float, std::uint32_t>> keyed;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    std::vector<std::uint32_t>& stage = stages[downwards ? i : stages.size() - 1 - i];
    keyed.clear();
    for (const std::uint32_t node : stage) {
      const std::uint32_t first = neighbours.begin[node];
      const std::uint32_t last = neighbours.begin[node + 1];
      float sum = 0;
      for (std::uint32_t k = first; k < last; ++k) sum += place[neighbours.nodes[k]];
      keyed.emplace_back(first == last ? place[node] : sum / static_cast<float>(last - first),
                         node);
    }
    std::ranges::stable_sort(keyed, {}, &std::pair<float, std::uint32_t>::first);
    for (std::size_t k = 0; k < keyed.size(); ++k) {
      stage[k] = keyed[k].second;
      place[stage[k]] = (static_cast<float>(k) + 0.5f) / static_cast<float>(stage.size());
    }
  }
}

Stages order_stages(const Dag& dag) {
  Stages stages(dag.stage_count());
  for (std::uint32_t node = 0; node < dag.nodes.size(); ++node)
    stages[dag.nodes[node].stage].push_back(node);
  std::vector<float> place(dag.nodes.size());
  for (const auto& stage : stages) {
    for (std::size_t k = 0; k < stage.size(); ++k) {
      place[stage[k]] = (static_cast<float>(k) + 0.5f) / static_cast<float>(stage.size());
    }
  }
  const Neighbours above(dag, &Dag::Edge::to, &Dag::Edge::from);
  const Neighbours below(dag, &Dag::Edge::from, &Dag::Edge::to);
  for (int i = 0; i < kSweeps; ++i) sweep(stages, i % 2 == 0 ? above : below, place, i % 2 == 0);
  return stages;
}

}  // namespace

Layout lay_out(const Dag& dag) {
  Layout layout;
  layout.x.resize(dag.nodes.size());
  layout.y.resize(dag.nodes.size());
  const Stages stages = order_stages(dag);
  if (stages.empty()) return layout;

  std::size_t widest = 1;
  for (const auto& stage : stages) widest = std::max(widest, stage.size());
  const double columns = static_cast<double>(std::min<std::size_t>(widest, kMaxColumns));
  const double pitch =
      std::clamp(std::sqrt(2e6 / static_cast<double>(dag.nodes.size())), 8.0, 40.0);
  const double gap = std::clamp(1200 / static_cast<double>(stages.size()), pitch, 5 * pitch);
  const auto rows_of = [&](std::size_t nodes) {
    return std::ceil(static_cast<double>(nodes) / columns);
  };

  double length = 0;
  for (const auto& stage : stages) length += rows_of(stage.size()) * pitch + gap;
  const double band_width = columns * pitch;
  // One strip has a label beside each band; of several, each has one on top.
  const bool one_strip = length <= 3 * (band_width + kLabelWidth);
  const double margin = one_strip ? kLabelWidth : std::max(24.0, 2 * pitch);
  const double top = one_strip ? 0 : 20;
  const double strip_width = band_width + margin;
  const double strips = one_strip ? 1 : std::ceil(std::sqrt(1.2 * length / strip_width));
  const double strip_length = length / strips;

  double x = margin;
  double y = top;
  double last_label = -1e9;
  layout.node_size = std::clamp(pitch * 0.7, 5.0, 16.0);
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const std::vector<std::uint32_t>& stage = stages[i];
    const double rows = rows_of(stage.size());
    if (y > top && y + rows * pitch > strip_length + gap) {
      x += strip_width;
      y = top;
    }
    // Down each column first, so that left and right still mean what the order meant.
    const double across = std::ceil(static_cast<double>(stage.size()) / rows);
    for (std::size_t k = 0; k < stage.size(); ++k) {
      const double column = std::floor(static_cast<double>(k) / rows);
      const double row = static_cast<double>(k) - column * rows;
      layout.x[stage[k]] = static_cast<float>(x + (column + 0.5) / across * band_width);
      layout.y[stage[k]] = static_cast<float>(y + (row + 0.5) * pitch);
    }
    const double middle = y + rows * pitch / 2;
    const auto number = static_cast<std::uint32_t>(i);
    if (one_strip && middle - last_label >= 14) {
      layout.labels.push_back({number, 0, middle});
      last_label = middle;
    } else if (!one_strip && y == top && x - last_label >= kLabelWidth) {
      layout.labels.push_back({number, x, 6});
      last_label = x;
    }
    layout.height = std::max(layout.height, y + rows * pitch);
    y += rows * pitch + gap;
  }
  layout.width = x + band_width;
  return layout;
}

}  // namespace gnomon::reports
