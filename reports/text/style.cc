#include "reports/text/style.h"

#include <unistd.h>

#include <cstdlib>

namespace gnomon::reports {
namespace {

std::string_view code(Ink ink) {
  switch (ink) {
    case Ink::kPlain:
      return "";
    case Ink::kBold:
      return "\x1b[1m";
    case Ink::kDim:
      return "\x1b[2m";
    case Ink::kGood:
      return "\x1b[32m";
    case Ink::kBad:
      return "\x1b[1;31m";
    case Ink::kWarning:
      return "\x1b[33m";
    case Ink::kAccent:
      return "\x1b[36m";
  }
  return "";
}

}  // namespace

std::string Style::operator()(Ink ink, std::string_view text) const {
  if (!colour || ink == Ink::kPlain || text.empty()) return std::string(text);
  std::string out(code(ink));
  out += text;
  return out += "\x1b[0m";
}

bool wants_colour(int fd) {
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const term = std::getenv("TERM");
  if (no_color != nullptr && *no_color != '\0') return false;
  if (term != nullptr && std::string_view(term) == "dumb") return false;
  return isatty(fd) != 0;
}

}  // namespace gnomon::reports
