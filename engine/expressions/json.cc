#include "engine/expressions/json.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/expressions/value.h"

namespace gnomon {
namespace {

Expected<Payload> to_payload(const Json& value) {
  std::string text;
  if (!write_json(value, kMaxJsonBytes, text)) {
    return invalid(fmt::format("JSON longer than {} bytes", kMaxJsonBytes));
  }
  return Payload(text);
}

std::unexpected<Error> expected_kind(std::string_view wanted, const Json& value) {
  return invalid(fmt::format("expected {}, not {}", wanted, describe(value)));
}

}  // namespace

Expected<Payload> canonical_json(std::string_view text) {
  const Expected<Value> value = read_json(text);
  if (!value) return std::unexpected(value.error());
  return to_payload(value->json);
}

void append_json_string(std::string_view text, std::string& out) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  out += '"';
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) continue;
    out.append(text, done, i - done);
    done = i + 1;
    switch (c) {
      case '"':
      case '\\':
        out += '\\';
        out += text[i];
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kHexDigits[c >> 4];
        out += kHexDigits[c & 0xF];
    }
  }
  out.append(text, done);
  out += '"';
}

namespace {

/// The same, of a text that may not be UTF-8.
void append_any_string(std::string_view text, std::string& out) {
  const bool ascii =
      std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii) {
    append_json_string(text, out);
  } else {
    append_json_string(Json::string(text).text(), out);
  }
}

}  // namespace

std::string json_string(std::string_view text) {
  std::string out;
  append_any_string(text, out);
  return out;
}

Payload json_array(std::span<const Payload> elements) {
  std::string text = "[";
  for (const Payload& element : elements) {
    if (text.size() > 1) text += ',';
    text += element.json();
  }
  return Payload(text + ']');
}

JsonObject& JsonObject::add_json(std::string_view name, std::string_view json) {
  if (text_.size() > 1) text_ += ',';
  append_json_string(name, text_);
  text_ += ':';
  text_ += json;
  return *this;
}

JsonObject& JsonObject::add_string(std::string_view name, std::string_view text) {
  add_json(name, {});
  append_any_string(text, text_);
  return *this;
}

JsonObject& JsonObject::add_integer(std::string_view name, std::int64_t value) {
  return add_json(name, fmt::format_int(value).c_str());
}

Expected<Payload> json_field(const Payload& object, std::string_view name) {
  const Expected<Value> value = read_json(object.json());
  if (!value) return std::unexpected(value.error());
  if (value->json.is_null()) return Payload();
  if (!value->json.is_object()) return expected_kind("an object", value->json);
  const Json field(jv_object_get(value->json.copy(), Json::string(name).take()));
  if (!field.valid()) return Payload();
  return to_payload(field);
}

Expected<std::vector<Payload>> json_elements(const Payload& array) {
  const Expected<Value> value = read_json(array.json());
  if (!value) return std::unexpected(value.error());
  if (!value->json.is_array()) return expected_kind("an array", value->json);
  std::vector<Payload> elements;
  elements.reserve(static_cast<std::size_t>(value->json.length()));
  for (int i = 0; i < value->json.length(); ++i) {
    Expected<Payload> element = to_payload(value->json.at(i));
    if (!element) return std::unexpected(element.error());
    elements.push_back(std::move(*element));
  }
  return elements;
}

Expected<double> json_number(const Payload& number) {
  const Expected<Value> value = read_json(number.json());
  if (!value) return std::unexpected(value.error());
  if (!value->json.is_number()) return expected_kind("a number", value->json);
  return value->json.number();
}

bool json_is_true(const Payload& value) {
  std::string_view text = value.json();
  constexpr std::string_view kSpaces = " \t\r\n";
  const std::size_t begin = std::min(text.find_first_not_of(kSpaces), text.size());
  text = text.substr(begin, text.find_last_not_of(kSpaces) + 1 - begin);
  return text != "null" && text != "false";
}

}  // namespace gnomon
