#include "scenarios/language/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace gnomon::scenarios {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_decimal_integer(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_based_integer(std::string_view text) {
  const auto all = [&](std::string_view digits) {
    return text.size() > 2 && text.substr(2).find_first_not_of(digits) == std::string_view::npos;
  };
  return (text.starts_with("0o") && all("01234567")) ||
         (text.starts_with("0x") && all("0123456789abcdefABCDEF"));
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool is_decimal_number(std::string_view text) {
  std::size_t at = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const auto skip_digits = [&] {
    const std::size_t begin = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return at - begin;
  };
  const std::size_t whole = skip_digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (skip_digits() + whole == 0) return false;
  } else if (whole == 0) {
    return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (skip_digits() == 0) return false;
  }
  return at == text.size();
}

constexpr std::array<std::string_view, 3> kNulls = {"null", "Null", "NULL"};
constexpr std::array<std::string_view, 6> kBooleans = {"true",  "True",  "TRUE",
                                                       "false", "False", "FALSE"};
constexpr std::array<std::string_view, 3> kInfinities = {".inf", ".Inf", ".INF"};
constexpr std::array<std::string_view, 3> kUndefined = {".nan", ".NaN", ".NAN"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool is_infinity(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return is_one_of(kInfinities, text);
}

std::string_view without_plus(std::string_view text) {
  return text.starts_with('+') ? text.substr(1) : text;
}

/// JSON knows neither 0o17, +1, .5, 5. nor 007.
std::string number_json(const Value& value) {
  if (is_based_integer(value.text)) {
    bool fits = true;
    const std::int64_t number = to_integer(value, fits);
    return fits ? std::to_string(number) : fmt::format("{}", to_number(value));
  }
  if (is_infinity(value.text) || is_one_of(kUndefined, value.text)) return "null";
  std::string_view digits = without_plus(value.text);
  std::string json;
  if (digits.starts_with('-')) {
    json += '-';
    digits.remove_prefix(1);
  }
  while (digits.size() > 1 && digits[0] == '0' && is_digit(digits[1])) digits.remove_prefix(1);
  if (digits.starts_with('.')) json += '0';
  for (std::size_t i = 0; i < digits.size(); ++i) {
    json += digits[i];
    if (digits[i] == '.' && (i + 1 == digits.size() || !is_digit(digits[i + 1]))) json += '0';
  }
  return json;
}

/// Characters that YAML reads differently inside of quotes, or not at all, as bytes of UTF-8 and as
/// an escape: so that JSON written here can be read here.
struct Escape {
  std::string_view bytes;
  std::string_view escaped;
};
constexpr std::array<Escape, 5> kEscapes = {{{"\xE2\x80\xA8", "\\u2028"},
                                             {"\xE2\x80\xA9", "\\u2029"},
                                             {"\xEF\xBB\xBF", "\\ufeff"},
                                             {"\xEF\xBF\xBE", "\\ufffe"},
                                             {"\xEF\xBF\xBF", "\\uffff"}}};

/// The escape of the character at the beginning of `text`, with the number of bytes it stands for;
/// 0 if it needs none.
std::size_t append_escape(std::string& out, std::string_view text) {
  const auto byte = static_cast<unsigned char>(text[0]);
  if (byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\') return 0;
  if (byte == '"' || byte == '\\') {
    out += '\\';
    out += text[0];
    return 1;
  }
  if (byte < 0x20 || byte == 0x7f) {
    out += fmt::format("\\u{:04x}", byte);
    return 1;
  }
  if (byte == 0xC2 && text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xA0) {
    out += fmt::format("\\u{:04x}", static_cast<unsigned char>(text[1]));
    return 2;
  }
  for (const Escape& escape : kEscapes) {
    if (!text.starts_with(escape.bytes)) continue;
    out += escape.escaped;
    return escape.bytes.size();
  }
  return 0;
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t escaped = append_escape(out, text);
    if (escaped == 0) out += text[0];
    text.remove_prefix(std::max<std::size_t>(escaped, 1));
  }
  out += '"';
}

/// `indent`: none writes everything in one line.
void append_json(std::string& out, const Value& value, std::optional<int> indent) {
  const std::optional<int> deeper = indent ? std::optional(*indent + 2) : std::nullopt;
  const auto new_line = [&](std::optional<int> by) {
    if (by) out.append(1, '\n').append(static_cast<std::size_t>(*by), ' ');
  };
  switch (value.kind) {
    case ValueKind::kNull:
      out += "null";
      break;
    case ValueKind::kBoolean:
      out += value.text[0] == 't' || value.text[0] == 'T' ? "true" : "false";
      break;
    case ValueKind::kInteger:
    case ValueKind::kNumber:
      out += number_json(value);
      break;
    case ValueKind::kString:
      append_string(out, value.text);
      break;
    case ValueKind::kList:
      out += '[';
      for (const Value& item : value.items) {
        if (&item != &value.items.front()) out += ',';
        new_line(deeper);
        append_json(out, item, deeper);
      }
      if (!value.items.empty()) new_line(indent);
      out += ']';
      break;
    case ValueKind::kMap:
      out += '{';
      for (const Member& member : value.members) {
        if (&member != &value.members.front()) out += ',';
        new_line(deeper);
        append_string(out, member.key);
        out += indent ? ": " : ":";
        append_json(out, member.value, deeper);
      }
      if (!value.members.empty()) new_line(indent);
      out += '}';
      break;
  }
}

Value scalar(ValueKind kind, std::string_view text) {
  Value value;
  value.kind = kind;
  value.text = text;
  return value;
}

}  // namespace

std::string_view to_string(ValueKind kind) {
  constexpr std::array<std::string_view, 7> kNames = {
      "nothing", "true or false", "an integer", "a number", "a string", "a list", "a map"};
  return kNames[static_cast<std::size_t>(kind)];
}

Value Value::string(std::string_view text) {
  return scalar(ValueKind::kString, text);
}
Value Value::integer(std::int64_t number) {
  return scalar(ValueKind::kInteger, std::to_string(number));
}
Value Value::boolean(bool value) {
  return scalar(ValueKind::kBoolean, value ? "true" : "false");
}

Value Value::list(std::vector<Value> items) {
  Value value;
  value.kind = ValueKind::kList;
  value.items = std::move(items);
  return value;
}

Value Value::map(std::vector<Member> members) {
  Value value;
  value.kind = ValueKind::kMap;
  value.members = std::move(members);
  return value;
}

const Value* Value::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Value* Value::find(std::string_view key) {
  return const_cast<Value*>(static_cast<const Value*>(this)->find(key));
}

std::vector<std::string> names_under(const Value& root, std::string_view section) {
  std::vector<std::string> names;
  const Value* map = root.find(section);
  if (map == nullptr) return names;
  for (const Member& member : map->members) names.push_back(member.key);
  return names;
}

Value& Value::add(std::string_view key, Value value) {
  return members.emplace_back(std::string(key), Place{}, std::move(value)).value;
}

ValueKind kind_of_plain(std::string_view text) {
  if (text.empty() || text == "~" || is_one_of(kNulls, text)) return ValueKind::kNull;
  if (is_one_of(kBooleans, text)) return ValueKind::kBoolean;
  if (is_decimal_integer(text) || is_based_integer(text)) return ValueKind::kInteger;
  if (is_decimal_number(text) || is_infinity(text) || is_one_of(kUndefined, text))
    return ValueKind::kNumber;
  return ValueKind::kString;
}

std::int64_t to_integer(const Value& value, bool& fits) {
  if (value.kind == ValueKind::kNumber) {
    const double number = to_number(value);
    constexpr double kExact = 9007199254740992.0;  // 2^53
    fits = std::trunc(number) == number && number >= -kExact && number <= kExact;
    return fits ? static_cast<std::int64_t>(number) : 0;
  }
  std::string_view digits = without_plus(value.text);
  int base = 10;
  if (is_based_integer(digits)) {
    base = digits[1] == 'o' ? 8 : 16;
    digits.remove_prefix(2);
  }
  std::int64_t number = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
  fits = error == std::errc{} && end == digits.data() + digits.size();
  return number;
}

double to_number(const Value& value) {
  const std::string_view text = without_plus(value.text);
  if (is_infinity(text)) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    return text.starts_with('-') ? -kInfinity : kInfinity;
  }
  if (is_based_integer(text)) {
    double number = 0;
    const double base = text[1] == 'o' ? 8 : 16;
    for (const char c : text.substr(2)) {
      const int digit = is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
      number = number * base + digit;
    }
    return number;
  }
  double number = std::numeric_limits<double>::quiet_NaN();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return std::numeric_limits<double>::infinity();
  return number;
}

std::string to_json(const Value& value) {
  std::string json;
  append_json(json, value, std::nullopt);
  return json;
}

std::string to_pretty_json(const Value& value) {
  std::string json;
  append_json(json, value, 0);
  return json += '\n';
}

}  // namespace gnomon::scenarios
