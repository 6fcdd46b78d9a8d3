#include "reports/render/condensed.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <tuple>

#include "reports/render/palette.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"

namespace gnomon::reports {
namespace {

struct Group {
  std::uint32_t count = 0;
  std::uint32_t critical = 0;
  std::string prefix;  // what all names begin with
  std::vector<Duration> runs;
};
using Key = std::tuple<std::uint32_t, NodeKind, NodeState>;  // row, kind, state

void keep_common(std::string& prefix, std::string_view name) {
  const auto differ = std::ranges::mismatch(prefix, name);
  prefix.erase(differ.in1, prefix.end());
}

std::string name_of(const Key& key, Group& group) {
  // "part-00" of "part-001" and "part-002" is "part".
  std::string name =
      group.count == 1
          ? group.prefix
          : group.prefix.substr(0, group.prefix.find_last_not_of("0123456789_-./: #") + 1);
  if (name.size() < 3) name = to_string(std::get<NodeKind>(key));
  return shorten(name, 30);
}

std::string times_of(Group& group) {
  if (group.runs.empty()) return {};
  const auto middle = group.runs.begin() + static_cast<std::ptrdiff_t>(group.runs.size() / 2);
  std::ranges::nth_element(group.runs, middle);
  const Duration median = *middle;
  if (group.runs.size() == 1) return human(median);
  return fmt::format("median {}, longest {}", human(median), human(std::ranges::max(group.runs)));
}

}  // namespace

std::string to_condensed_dot(const Dag& dag, std::uint32_t max_rows) {
  const std::uint32_t stages = dag.stage_count();
  const std::uint32_t per_row = (stages + max_rows - 1) / std::max(max_rows, 1u);
  const auto key_of = [&](const Dag::Node& node) {
    return Key(node.stage / std::max(per_row, 1u), node.kind, node.state);
  };

  std::map<Key, Group> groups;
  for (const Dag::Node& node : dag.nodes) {
    const auto [found, fresh] = groups.try_emplace(key_of(node));
    Group& group = found->second;
    if (fresh) group.prefix = node.name;
    keep_common(group.prefix, node.name);
    ++group.count;
    group.critical += node.critical;
    if (node.spans.run > Duration::zero()) group.runs.push_back(node.spans.run);
  }
  std::map<std::pair<Key, Key>, std::pair<std::uint64_t, bool>> edges;
  for (const Dag::Edge& edge : dag.edges) {
    auto& [count, critical] = edges[{key_of(dag.nodes[edge.from]), key_of(dag.nodes[edge.to])}];
    ++count;
    critical = critical || edge.critical;
  }

  std::string text;
  const auto out = std::back_inserter(text);
  fmt::format_to(
      out,
      "digraph \"{}\" {{\n  graph [rankdir=TB, bgcolor=transparent, ranksep=0.35, nodesep=0.4]\n"
      "  node [shape=box, style=\"rounded,filled\", fontname=\"{}\", fontsize=11, "
      "fontcolor=\"{}\", margin=\"0.15,0.06\"]\n"
      "  edge [color=\"{}\", fontname=\"{}\", fontsize=9, fontcolor=\"{}\", arrowsize=0.6]\n\n",
      escape_dot(dag.title), kFonts, kInk, kGrey, kFonts, kGrey);
  std::map<Key, std::size_t> numbers;
  std::uint32_t row = ~0u;
  for (auto& [key, group] : groups) {
    const NodeState state = std::get<NodeState>(key);
    const Look look = look_of(state);
    if (std::get<0>(key) != row) {
      if (row != ~0u) text += "  }\n";
      row = std::get<0>(key);
      const std::uint32_t first = row * per_row;
      const std::uint32_t last = std::min(first + per_row, stages) - 1;
      const std::string label = first == last ? fmt::format("stage {}", first)
                                              : fmt::format("stages {} to {}", first, last);
      fmt::format_to(
          out,
          "  {{ rank=same\n    s{} [shape=plaintext, style=\"\", fontcolor=\"{}\", label=\"{}\"]\n",
          row, kGrey, label);
    }
    const std::size_t number = numbers.size();
    numbers[key] = number;
    fmt::format_to(out, "    g{} [label=<<b>{}</b><br/>{} {} {}", number,
                   escape_xml(name_of(key, group)), look.sign, human_count(group.count),
                   to_string(state));
    if (const std::string times = times_of(group); !times.empty()) {
      fmt::format_to(out, "<br/><font point-size=\"9\">{}</font>", times);
    }
    fmt::format_to(out, ">, fillcolor=\"{}\", color=\"{}\"{}, group={}]\n", look.fill,
                   group.critical > 0 ? kCritical : look.line,
                   group.critical > 0 ? ", penwidth=2" : "", static_cast<int>(state));
  }
  if (row != ~0u) text += "  }\n";
  for (std::uint32_t i = 1; row != ~0u && i <= row; ++i)
    fmt::format_to(out, "  s{} -> s{} [style=invis]\n", i - 1, i);
  for (const auto& [ends, edge] : edges) {
    if (ends.first == ends.second) continue;
    const double width = 1 + 1.2 * std::log10(static_cast<double>(edge.first));
    fmt::format_to(out, "  g{} -> g{} [penwidth={:.1f}, label=\"{}\"{}]\n", numbers[ends.first],
                   numbers[ends.second], width, human_count(edge.first),
                   edge.second ? fmt::format(", color=\"{}\"", kCritical) : "");
  }
  text += "}\n";
  return text;
}

}  // namespace gnomon::reports
