#include "reports/render/load_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

#include "reports/render/palette.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"

namespace gnomon::reports {
namespace {

constexpr std::size_t kColumns = 550;

std::string area(const std::vector<double>& base, const std::vector<double>& top, double scale,
                 double bottom) {
  std::string path;
  const auto out = std::back_inserter(path);
  const double step = TimeAxis::kWidth / static_cast<double>(top.size());
  const auto point = [&](std::size_t i, double level, char command) {
    fmt::format_to(out, "{}{:.0f} {:.1f}", command, TimeAxis::kLeft + static_cast<double>(i) * step,
                   bottom - level * scale);
  };
  for (std::size_t i = 0; i < top.size(); ++i) {
    // Steps, not slopes; runs of one level are one line.
    if (i == 0 || top[i] != top[i - 1]) {
      if (i > 0) point(i, top[i - 1], 'L');
      point(i, top[i], i == 0 ? 'M' : 'L');
    }
  }
  point(top.size(), top.back(), 'L');
  for (std::size_t i = base.size(); i-- > 0;) {
    if (i + 1 == base.size() || base[i] != base[i + 1]) {
      if (i + 1 < base.size()) point(i + 1, base[i + 1], 'L');
      point(i + 1, base[i], 'L');
    }
  }
  point(0, base.front(), 'L');
  return path + "Z";
}

}  // namespace

std::vector<double> mean_levels(const std::vector<Load::Hold>& holds, const TimeAxis& axis,
                                std::size_t columns) {
  // The integral of each hold ends in two columns in part and fills those between: differences,
  // summed up after.
  std::vector<double> part(columns);
  std::vector<double> whole(columns + 1);
  const double span = static_cast<double>((axis.end() - axis.begin()).count());
  const auto column_of = [&](Instant at) {
    return static_cast<double>((std::clamp(at, axis.begin(), axis.end()) - axis.begin()).count()) /
           span * static_cast<double>(columns);
  };
  for (const Load::Hold& hold : holds) {
    const double from = column_of(hold.from);
    const double until = column_of(hold.until);
    if (until <= from) continue;
    const auto units = static_cast<double>(hold.units);
    const auto first = std::min(static_cast<std::size_t>(from), columns - 1);
    const auto last = std::min(static_cast<std::size_t>(until), columns - 1);
    if (first == last) {
      part[first] += units * (until - from);
      continue;
    }
    part[first] += units * (static_cast<double>(first) + 1 - from);
    part[last] += units * (until - static_cast<double>(last));
    whole[first + 1] += units;
    whole[last] -= units;
  }
  std::partial_sum(whole.begin(), whole.end(), whole.begin());
  for (std::size_t i = 0; i < columns; ++i)
    part[i] = std::round((part[i] + whole[i]) * 1000) / 1000;
  return part;
}

std::int64_t most_at_once(const std::vector<Load::Hold>& holds) {
  std::vector<std::pair<Instant, std::int64_t>> changes;
  for (const Load::Hold& hold : holds) {
    if (hold.until <= hold.from) continue;
    changes.emplace_back(hold.from, hold.units);
    changes.emplace_back(hold.until, -hold.units);
  }
  std::ranges::sort(changes);
  std::int64_t level = 0;
  std::int64_t most = 0;
  for (const auto& [instant, change] : changes) most = std::max(most, level += change);
  return most;
}

Drawing draw_loads(const std::vector<Load>& loads, const TimeAxis& axis, double row_height) {
  constexpr double kGap = 14;
  const double height = static_cast<double>(loads.size()) * (row_height + kGap);
  Drawing drawing{axis.grid(height), TimeAxis::kLeft + TimeAxis::kWidth + 80,
                  height + TimeAxis::kFootHeight};
  const auto out = std::back_inserter(drawing.svg);
  double bottom = 0;
  for (const Load& load : loads) {
    bottom += row_height + kGap;
    const std::vector<double> running = mean_levels(load.running, axis, kColumns);
    std::vector<double> total = mean_levels(load.waiting, axis, kColumns);
    std::ranges::transform(total, running, total.begin(), std::plus<>());
    const double busiest = std::ranges::max(running);
    const double most = std::ranges::max(total);
    const double slots = load.slots ? static_cast<double>(*load.slots) : 0;
    // A long queue must not flatten what runs: it is cut off at three times that.
    const double shown = std::max({1.0, slots, std::min(most, 3 * std::max(busiest, slots))});
    for (double& level : total) level = std::min(level, shown);
    const double scale = row_height / shown;
    const std::vector<double> nothing(kColumns);
    fmt::format_to(out, "<path fill=\"{}\" fill-opacity=\"0.3\" d=\"{}\"/>\n", kGrey,
                   area(running, total, scale, bottom));
    fmt::format_to(out, "<path fill=\"{}\" d=\"{}\"/>\n", look_of(NodeState::kRunning).line,
                   area(nothing, running, scale, bottom));
    if (slots > 0) {
      fmt::format_to(
          out, "<path fill=\"none\" stroke=\"{}\" stroke-dasharray=\"4 3\" d=\"M{} {:.1f}h{}\"/>\n",
          kGrey, TimeAxis::kLeft, bottom - slots * scale, TimeAxis::kWidth);
    }
    const double text = bottom - row_height / 2;
    fmt::format_to(out,
                   "<text class=\"ink\" x=\"{}\" y=\"{:.1f}\" font-size=\"12\" "
                   "text-anchor=\"end\">{}</text>\n",
                   TimeAxis::kLeft - 8, row_height < 30 ? text + 4 : text,
                   escape_xml(shorten(load.name, 30)));
    if (row_height >= 30) {
      fmt::format_to(
          out,
          "<text class=\"grey\" x=\"{}\" y=\"{:.1f}\" font-size=\"10\" text-anchor=\"end\">{}most "
          "{} at work, {} waiting</text>\n",
          TimeAxis::kLeft - 8, text + 14,
          load.slots ? fmt::format("{} in all, ", human_count(*load.slots)) : "",
          human_count(static_cast<std::uint64_t>(most_at_once(load.running))),
          human_count(static_cast<std::uint64_t>(most_at_once(load.waiting))));
    }
  }
  return drawing;
}

}  // namespace gnomon::reports
