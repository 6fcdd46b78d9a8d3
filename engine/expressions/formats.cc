#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "engine/expressions/functions.h"
#include "engine/expressions/json.h"

namespace gnomon {
namespace {

constexpr auto kFormats = std::to_array<std::pair<std::string_view, Format>>({
    {"text", Format::kText},
    {"json", Format::kJson},
    {"csv", Format::kCsv},
    {"tsv", Format::kTsv},
    {"html", Format::kHtml},
    {"uri", Format::kUri},
    {"sh", Format::kSh},
    {"base64", Format::kBase64},
});

using Escape = std::pair<char, std::string_view>;

std::string escape(std::string_view text, std::span<const Escape> escapes) {
  std::string out;
  for (const char c : text) {
    std::string_view replacement(&c, 1);
    for (const auto& [from, to] : escapes) {
      if (from == c) replacement = to;
    }
    out += replacement;
  }
  return out;
}

constexpr auto kCsvEscapes = std::to_array<Escape>({{'"', "\"\""}});
constexpr auto kTsvEscapes =
    std::to_array<Escape>({{'\t', "\\t"}, {'\r', "\\r"}, {'\n', "\\n"}, {'\\', "\\\\"}});
constexpr auto kHtmlEscapes = std::to_array<Escape>(
    {{'<', "&lt;"}, {'>', "&gt;"}, {'&', "&amp;"}, {'\'', "&#39;"}, {'"', "&quot;"}});
constexpr auto kShEscapes = std::to_array<Escape>({{'\'', "'\\''"}});

std::string plain(const Json& scalar) {
  std::string text;
  write_json(scalar, kMaxJsonBytes, text);
  return text;
}

/// The elements of an array, each as `cell` writes it.
template <typename Cell>
Json join_cells(const Json& array, std::string_view separator, std::string_view what, Cell cell) {
  std::string out;
  for (int i = 0; i < array.length(); ++i) {
    if (i > 0) out += separator;
    const Json element = array.at(i);
    if (element.is_container()) return Json::failure(fmt::format("{} {}", describe(element), what));
    out += cell(element);
  }
  return Json::string(out);
}

Json to_rows(const Json& value, std::string_view separator, std::string_view quote,
             std::span<const Escape> escapes) {
  if (!value.is_array())
    return Json::failure(fmt::format("{} cannot be made a row, only an array", describe(value)));
  return join_cells(value, separator, "cannot stand in a row",
                    [&](const Json& cell) -> std::string {
                      if (cell.is_null()) return "";
                      if (!cell.is_string()) return plain(cell);
                      return fmt::format("{}{}{}", quote, escape(cell.text(), escapes), quote);
                    });
}

Json to_shell(const Json& value) {
  Json words = value;
  if (!value.is_array()) {
    words = Json::array();
    words.append(value);
  }
  return join_cells(words, " ", "cannot be quoted for a shell", [](const Json& word) {
    return word.is_string() ? fmt::format("'{}'", escape(word.text(), kShEscapes)) : plain(word);
  });
}

std::string to_uri(std::string_view text) {
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain_letter =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain_letter || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else {
      out += '%';
      out += kHexDigits[static_cast<unsigned char>(c) >> 4];
      out += kHexDigits[static_cast<unsigned char>(c) & 0xF];
    }
  }
  return out;
}

std::string to_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, text.size() - i);
    std::uint32_t code = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      code = code << 8 | (j < count ? static_cast<unsigned char>(text[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= count ? kDigits[code >> (18 - 6 * j) & 0x3F] : '=';
    }
  }
  return out;
}

}  // namespace

std::optional<Format> find_format(std::string_view name) {
  for (const auto& [known, format] : kFormats) {
    if (known == name) return format;
  }
  return std::nullopt;
}

Json format_value(Format format, const Json& value, Work& work) {
  if (value.is_string() && format == Format::kText) return value;
  // What it costs and how long it gets follow from the JSON text.
  Json text = to_json_text(value, work);
  if (!text.valid() || format == Format::kText || format == Format::kJson) return text;
  if (!work.spend(text.text().size() / 4)) return out_of_work();
  if (value.is_string()) text = value;
  switch (format) {
    case Format::kText:
    case Format::kJson:
      return text;
    case Format::kCsv:
      return to_rows(value, ",", "\"", kCsvEscapes);
    case Format::kTsv:
      return to_rows(value, "\t", "", kTsvEscapes);
    case Format::kHtml:
      return Json::string(escape(text.text(), kHtmlEscapes));
    case Format::kUri:
      return Json::string(to_uri(text.text()));
    case Format::kSh:
      return to_shell(value);
    case Format::kBase64:
      return Json::string(to_base64(text.text()));
  }
  return text;
}

}  // namespace gnomon
