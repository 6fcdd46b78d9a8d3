#include "tests/architecture/source.h"

#include <cctype>

namespace gnomon::architecture {
namespace {

bool is_identifier(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

void blank(std::string& text, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to && i < text.size(); ++i) {
    if (text[i] != '\n') text[i] = ' ';
  }
}

/// The position after the closing quote of the literal that opens at `quote`, or the end of the
/// line.
std::size_t end_of_literal(std::string_view text, std::size_t quote) {
  std::size_t i = quote + 1;
  while (i < text.size() && text[i] != text[quote] && text[i] != '\n') {
    i += text[i] == '\\' ? 2 : 1;
  }
  return i + 1;
}

}  // namespace

std::string strip_comments_and_literals(std::string_view text) {
  std::string code(text);
  std::size_t i = 0;
  while (i < text.size()) {
    const std::string_view rest = text.substr(i);
    std::size_t end = i + 1;
    if (rest.starts_with("//")) {
      end = std::min(text.find('\n', i), text.size());
      blank(code, i, end);
    } else if (rest.starts_with("/*")) {
      end = std::min(text.find("*/", i + 2), text.size() - 2) + 2;
      blank(code, i, end);
    } else if (rest.starts_with("R\"") && (i == 0 || !is_identifier(text[i - 1]))) {
      const std::size_t open = text.find('(', i);
      if (open == std::string_view::npos) return code;
      const std::string close = ")" + std::string(text.substr(i + 2, open - i - 2)) + "\"";
      end = std::min(text.find(close, open), text.size());
      blank(code, open, end);
      end += close.size();
    } else if (rest[0] == '"' || (rest[0] == '\'' && (i == 0 || !is_identifier(text[i - 1])))) {
      end = end_of_literal(text, i);
      blank(code, i + 1, end - 1);
    }
    i = end;
  }
  return code;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::vector<Include> includes_of(std::string_view text) {
  const std::string code = strip_comments_and_literals(text);
  const std::vector<std::string_view> raw = lines_of(text);
  const std::vector<std::string_view> stripped = lines_of(code);
  std::vector<Include> includes;
  for (std::size_t i = 0; i < stripped.size(); ++i) {
    const std::size_t hash = stripped[i].find_first_not_of(" \t");
    if (hash == std::string_view::npos || stripped[i][hash] != '#') continue;
    const std::size_t word = stripped[i].find_first_not_of(" \t", hash + 1);
    if (word == std::string_view::npos || !stripped[i].substr(word).starts_with("include"))
      continue;
    const std::size_t open = raw[i].find_first_of("<\"", word);
    if (open == std::string_view::npos) continue;
    const bool angle = raw[i][open] == '<';
    const std::size_t close = raw[i].find(angle ? '>' : '"', open + 1);
    includes.push_back(
        {static_cast<int>(i) + 1, angle, std::string(raw[i].substr(open + 1, close - open - 1))});
  }
  return includes;
}

std::size_t find_word(std::string_view line, std::string_view word, std::size_t from) {
  for (std::size_t at = line.find(word, from); at != std::string_view::npos;
       at = line.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool starts = !is_identifier(word.front()) || at == 0 || !is_identifier(line[at - 1]);
    const bool ends =
        !is_identifier(word.back()) || end == line.size() || !is_identifier(line[end]);
    if (starts && ends) return at;
  }
  return std::string_view::npos;
}

}  // namespace gnomon::architecture
