#include "reports/text/escape.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace gnomon::reports {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// Takes the first character off `text`, which is not empty. A byte that is no UTF-8 counts as one
/// character.
char32_t take_character(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  std::size_t size = 1;
  char32_t character = first;
  char32_t least = 0;
  if (first >= 0xF0 && first <= 0xF4) {
    size = 4, character = first & 0x07u, least = 0x10000;
  } else if (first >= 0xE0 && first < 0xF0) {
    size = 3, character = first & 0x0Fu, least = 0x800;
  } else if (first >= 0xC2 && first < 0xE0) {
    size = 2, character = first & 0x1Fu, least = 0x80;
  } else if (first >= 0x80) {
    character = kReplacement;
  }
  bool valid = size <= text.size();
  for (std::size_t i = 1; valid && i < size; ++i) {
    valid = (byte(i) & 0xC0u) == 0x80u;
    character = character << 6 | (byte(i) & 0x3Fu);
  }
  valid = valid && character >= least && character <= 0x10FFFF &&
          (character < 0xD800 || character > 0xDFFF);
  text.remove_prefix(valid ? size : 1);
  return valid ? character : kReplacement;
}

void append(std::string& text, char32_t character) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (character < 0x80) {
    put(character);
  } else if (character < 0x800) {
    put(0xC0 | character >> 6), put(0x80 | (character & 0x3F));
  } else if (character < 0x10000) {
    put(0xE0 | character >> 12), put(0x80 | (character >> 6 & 0x3F)),
        put(0x80 | (character & 0x3F));
  } else {
    put(0xF0 | character >> 18), put(0x80 | (character >> 12 & 0x3F));
    put(0x80 | (character >> 6 & 0x3F)), put(0x80 | (character & 0x3F));
  }
}

char32_t printable(char32_t character) {
  if (character == U'\n') return 0x21B5;  // few fonts have the picture of a newline
  if (character == U'\t' || character == U'\r') return U' ';
  if (character < 0x20) return 0x2400 + character;
  if (character == 0x7F) return 0x2421;
  if (character >= 0x80 && character < 0xA0) return kReplacement;
  if (character >= 0x2028 && character <= 0x202E)
    return kReplacement;  // line ends; direction overrides
  if (character >= 0x2066 && character <= 0x2069) return kReplacement;
  if (character == 0x200E || character == 0x200F || character == 0xFEFF) return kReplacement;
  if ((character & 0xFFFE) == 0xFFFE) return kReplacement;
  return character;
}

int width_of(char32_t c) {
  constexpr std::array<std::pair<char32_t, char32_t>, 8> kNone = {{{0x300, 0x36F},
                                                                   {0x483, 0x489},
                                                                   {0x591, 0x5BD},
                                                                   {0x1AB0, 0x1AFF},
                                                                   {0x200B, 0x200D},
                                                                   {0x20D0, 0x20FF},
                                                                   {0xFE00, 0xFE0F},
                                                                   {0xFE20, 0xFE2F}}};
  constexpr std::array<std::pair<char32_t, char32_t>, 8> kWide = {{{0x1100, 0x115F},
                                                                   {0x2E80, 0xA4CF},
                                                                   {0xAC00, 0xD7A3},
                                                                   {0xF900, 0xFAFF},
                                                                   {0xFE30, 0xFE6F},
                                                                   {0xFF00, 0xFF60},
                                                                   {0xFFE0, 0xFFE6},
                                                                   {0x1F300, 0x3FFFD}}};
  const auto holds = [c](const auto& range) { return c >= range.first && c <= range.second; };
  if (std::any_of(kNone.begin(), kNone.end(), holds)) return 0;
  return std::any_of(kWide.begin(), kWide.end(), holds) ? 2 : 1;
}

/// Cleans `text`, writing `replacement(character)` where that is not empty.
template <typename Replacement>
std::string clean_with(std::string_view text, Replacement replacement) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const char32_t character = printable(take_character(text));
    const std::string_view instead = replacement(character);
    if (instead.empty()) {
      append(out, character);
    } else {
      out += instead;
    }
  }
  return out;
}

}  // namespace

std::string clean(std::string_view text) {
  return clean_with(text, [](char32_t) { return std::string_view{}; });
}

std::string escape_xml(std::string_view text) {
  return clean_with(text, [](char32_t character) -> std::string_view {
    switch (character) {
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '"':
        return "&quot;";
      case '\'':
        return "&#39;";
      case '\\':
        return "&#92;";
      default:
        return {};
    }
  });
}

std::string escape_dot(std::string_view text) {
  return clean_with(text, [](char32_t character) -> std::string_view {
    switch (character) {
      case '"':
        return "\\\"";
      case '\\':
        return "\\\\";
      case '&':
        return "&amp;";  // dot reads HTML entities in plain strings, too
      default:
        return {};
    }
  });
}

std::string csv_field(std::string_view text) {
  std::string field;
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    field = "'";
  field += text;
  if (field.find_first_of("\",\r\n") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted.push_back('"');
    quoted.push_back(c);
  }
  return quoted + '"';
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) width += static_cast<std::size_t>(width_of(take_character(text)));
  return width;
}

std::string shorten(std::string_view text, std::size_t columns) {
  std::string cleaned = clean(text);
  if (display_width(cleaned) <= columns) return cleaned;
  std::vector<char32_t> characters;
  for (std::string_view rest = cleaned; !rest.empty();) characters.push_back(take_character(rest));

  // The end says more than the middle: names of many nodes differ in their last digits.
  const std::size_t room = columns - 1;
  std::size_t begin = 0;
  std::size_t end = characters.size();
  std::size_t used = 0;
  const auto width = [&](std::size_t i) {
    return static_cast<std::size_t>(width_of(characters[i]));
  };
  std::size_t tail = 0;
  while (end > 0 && tail + width(end - 1) <= room / 2) tail += width(--end);
  while (begin < end && used + width(begin) <= room - tail) used += width(begin++);

  std::string out;
  for (std::size_t i = 0; i < begin; ++i) append(out, characters[i]);
  append(out, U'…');
  for (std::size_t i = end; i < characters.size(); ++i) append(out, characters[i]);
  return out;
}

}  // namespace gnomon::reports
