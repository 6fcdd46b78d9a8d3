#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reports/view/node_state.h"

namespace gnomon::reports {

/// SVG elements that fill the box from (0, 0) to (width, height), one unit a pixel.
struct Drawing {
  std::string svg;
  double width = 0;
  double height = 0;
};

/// The paper that drawings lie on, one below the other: title, legend, a heading for each; light or
/// dark as the reader's system is. Drawings use its classes for text (`ink`, `grey`) and hairlines
/// (`rule`); CSS knows no others.
class Sheet {
 public:
  Sheet(std::string_view title, std::string_view subtitle);

  /// States that occur get a place in the legend.
  void legend(const std::array<std::uint32_t, kNodeStateCount>& counts);
  /// One more thing to explain: a swatch (elements in a box of 18 by 12) and a word.
  void legend(std::string_view swatch, std::string_view text);
  /// The critical path's.
  void legend_critical_path();
  /// `heading` may be empty. A drawing wider than the widest of the sheet's is not shrunk: readers
  /// zoom.
  void add(std::string_view heading, std::string_view note, Drawing drawing);
  void note(std::string_view text);

  std::string finish() const;

 private:
  struct Item {
    std::string swatch;
    std::string text;
  };
  struct Block {
    std::string heading;
    std::string note;
    Drawing drawing;
  };
  std::string title_;
  std::string subtitle_;
  std::vector<Item> legend_;
  std::vector<Block> blocks_;
};

}  // namespace gnomon::reports
