#include "reports/render/palette.h"

#include <array>

namespace gnomon::reports {

Look look_of(NodeState state) {
  static constexpr std::array<Look, kNodeStateCount> kLooks = {{
      {"#F6F8FA", "#8C959F", "·", true},   // pending
      {"#E3F2FB", "#56B4E9", "○", false},  // ready
      {"#CFE5F5", "#0072B2", "▶", false},  // running
      {"#CFE5F5", "#0072B2", "▷", false},  // finishing
      {"#D3F0E6", "#009E73", "✓", false},  // succeeded
      {"#FADCCB", "#D55E00", "✗", false},  // failed
      {"#FCE9C8", "#E69F00", "◷", false},  // timed out
      {"#F3E1EC", "#CC79A7", "⊘", false},  // cancelled
      {"#F0F0F0", "#9A9A9A", "↷", true},   // skipped
  }};
  return kLooks[static_cast<std::size_t>(state)];
}

}  // namespace gnomon::reports
