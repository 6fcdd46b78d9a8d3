#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gnomon::architecture {

/// The text with every comment and the inside of every string and character literal made blank.
/// Lines and columns stay where they are.
std::string strip_comments_and_literals(std::string_view text);

/// Split at newlines; a last line without one counts.
std::vector<std::string_view> lines_of(std::string_view text);

/// One #include. `path` is without its quotes or angle brackets.
struct Include {
  int line = 0;
  bool angle = false;
  std::string path;
};
/// Those that are code: not in a comment, not in a string.
std::vector<Include> includes_of(std::string_view text);

/// Where `word` stands in `line` at or after `from`, not as a part of a longer identifier; npos if
/// nowhere.
std::size_t find_word(std::string_view line, std::string_view word, std::size_t from = 0);

}  // namespace gnomon::architecture
