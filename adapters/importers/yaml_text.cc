#include "adapters/importers/yaml_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace gnomon::adapters {
namespace {

constexpr std::size_t kLineWidth = 100;

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 0;  ///< 0: not UTF-8
};

/// The first character of a text that is not empty (RFC 3629).
Character first_character(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  const std::size_t bytes = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : byte(0) >= 0xC2 ? 2 : 0;
  if (bytes == 0 || byte(0) > 0xF4 || text.size() < bytes) return {};
  std::uint32_t code = byte(0) & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[bytes] || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF) return {};
  return {code, bytes};
}

/// c-printable of YAML 1.2 without what libyaml takes for the end of a line or the mark of an
/// encoding.
bool can_be_shown(std::uint32_t code) {
  if (code < 0xA0) return code >= 0x20 && code < 0x7F;
  return code != 0x2028 && code != 0x2029 && code != 0xFEFF && code != 0xFFFE && code != 0xFFFF;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_plain(std::string_view text) {
  constexpr std::array<std::string_view, 9> kOtherKinds = {"null", "Null",  "NULL",  "true", "True",
                                                           "TRUE", "false", "False", "FALSE"};
  return !text.empty() && is_letter(text[0]) && std::ranges::all_of(text, [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
  }) && std::ranges::find(kOtherKinds, text) == kOtherKinds.end();
}

}  // namespace

std::string printable(std::string_view text, std::size_t most_bytes) {
  std::string shown;
  while (!text.empty()) {
    const Character character = first_character(text);
    const std::size_t bytes = std::max<std::size_t>(character.bytes, 1);
    const bool keep = character.bytes > 0 && can_be_shown(character.code);
    if (shown.size() + (keep ? bytes : 1) > most_bytes) break;
    shown += keep ? text.substr(0, bytes) : "_";
    text.remove_prefix(bytes);
  }
  return shown;
}

std::string yaml_scalar(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string yaml_list(const std::vector<std::string>& scalars, std::size_t indent) {
  std::string text = "[";
  std::size_t line = indent + 1;
  for (std::size_t i = 0; i < scalars.size(); ++i) {
    const bool is_last = i + 1 == scalars.size();
    if (i > 0 && line + 1 + scalars[i].size() + 1 > kLineWidth) {
      text += '\n' + std::string(indent, ' ');
      line = indent;
    } else if (i > 0) {
      text += ' ';
      ++line;
    }
    text += scalars[i] + (is_last ? "]" : ",");
    line += scalars[i].size() + 1;
  }
  return scalars.empty() ? "[]" : text;
}

std::string wrapped(std::string_view words, std::string_view prefix) {
  std::string text;
  std::size_t line = 0;
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    const std::string_view word = words.substr(0, end);
    words.remove_prefix(std::min(end + 1, words.size()));
    if (word.empty()) continue;
    if (line == 0 || line + 1 + word.size() > kLineWidth) {
      if (line > 0) text += '\n';
      text += prefix;
      line = prefix.size();
    } else {
      text += ' ';
      ++line;
    }
    text += word;
    line += word.size();
  }
  return text.empty() ? text : text + '\n';
}

std::string seconds_text(Duration duration) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  std::string text = fmt::format("{}", duration.count() / kSecond);
  if (const std::int64_t fraction = duration.count() % kSecond; fraction != 0) {
    text += fmt::format(".{:09}", fraction);
    text.resize(text.find_last_not_of('0') + 1);
  }
  return text + 's';
}

}  // namespace gnomon::adapters
