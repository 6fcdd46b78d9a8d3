#pragma once

#include <string_view>

#include "reports/view/node_state.h"

namespace gnomon::reports {

/// How a state looks, in every picture: a pale fill under dark text, a line, a sign, and whether
/// the line is dashed. Colours are Okabe and Ito's (told apart by colour-blind readers, on white
/// and on black paper); the sign and the word say the same without colour.
struct Look {
  std::string_view fill;
  std::string_view line;
  std::string_view sign;
  bool dashed = false;
};
Look look_of(NodeState state);

/// On filled nodes.
inline constexpr std::string_view kInk = "#1F2328";
/// Edges and captions: 4 to 1 against white and against black.
inline constexpr std::string_view kGrey = "#768390";
inline constexpr std::string_view kCritical = "#8250DF";
inline constexpr std::string_view kFonts = "Helvetica,Arial,sans-serif";

}  // namespace gnomon::reports
