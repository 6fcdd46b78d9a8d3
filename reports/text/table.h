#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reports/text/style.h"

namespace gnomon::reports {

/// Text in aligned columns, as wide as their widest cell, two spaces apart, each line indented by
/// two.
class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Cell {
    std::string text;
    Ink ink = Ink::kPlain;
  };

  explicit Table(std::vector<Align> columns) : columns_(std::move(columns)) {}

  /// Titles, dimmed. Without them, a table has none.
  void titles(std::vector<std::string> names);
  /// At most as many cells as there are columns. Text must be clean (escape.h).
  void row(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.empty(); }

  std::string print(const Style& style) const;

 private:
  std::vector<Align> columns_;
  std::vector<std::vector<Cell>> rows_;
  bool has_titles_ = false;
};

/// A bar of `share` (0 to 1) of `columns`, in eighths of a column, padded with spaces to `columns`.
std::string bar(double share, std::size_t columns);

}  // namespace gnomon::reports
