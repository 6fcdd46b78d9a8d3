#pragma once

#include <string>
#include <string_view>

namespace gnomon::reports {

enum class Ink { kPlain, kBold, kDim, kGood, kBad, kWarning, kAccent };

/// Terminal colour, or none. Meaning never rests on colour alone: a word or a sign says the same.
struct Style {
  bool colour = false;

  std::string operator()(Ink ink, std::string_view text) const;
};

/// Whether what is written to file descriptor `fd` should be coloured: it is a terminal, NO_COLOR
/// is unset or empty (no-color.org), and TERM is not "dumb".
bool wants_colour(int fd);

}  // namespace gnomon::reports
