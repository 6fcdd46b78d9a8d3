#include "reports/text/table.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/base/ensure.h"
#include "reports/text/escape.h"

namespace gnomon::reports {

void Table::titles(std::vector<std::string> names) {
  ENSURE(rows_.empty(), "titles after {} rows", rows_.size());
  std::vector<Cell> cells;
  for (std::string& name : names) cells.push_back({std::move(name), Ink::kDim});
  rows_.push_back(std::move(cells));
  has_titles_ = true;
}

std::string Table::print(const Style& style) const {
  std::vector<std::size_t> widths(columns_.size());
  for (const auto& row : rows_) {
    ENSURE(row.size() <= columns_.size(), "{} cells in {} columns", row.size(), columns_.size());
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row[i].text));
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line = "  ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - display_width(row[i].text), ' ');
      const bool last = i + 1 == row.size();
      if (i > 0) line += "  ";
      if (columns_[i] == Align::kRight) line += padding;
      line += style(row[i].ink, row[i].text);
      if (columns_[i] == Align::kLeft && !last) line += padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line;
    out += '\n';
  }
  return out;
}

std::string bar(double share, std::size_t columns) {
  static constexpr std::array<std::string_view, 8> kEighths = {"",  "▏", "▎", "▍",
                                                               "▌", "▋", "▊", "▉"};
  const double clamped = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0;
  auto eighths = static_cast<std::size_t>(std::lround(clamped * static_cast<double>(columns) * 8));
  if (eighths == 0 && clamped > 0) eighths = 1;  // something is not nothing
  std::string out;
  for (std::size_t i = 0; i < eighths / 8; ++i) out += "█";
  out += kEighths[eighths % 8];
  out.append(columns - (eighths + 7) / 8, ' ');
  return out;
}

}  // namespace gnomon::reports
