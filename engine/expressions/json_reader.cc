#include <algorithm>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

#include "engine/expressions/json.h"
#include "engine/expressions/value.h"

namespace gnomon {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// RFC 8259, straight into libjq's values. libjq's own parser takes NaN, 01, +1 and .5 for numbers,
/// and reads past the end of texts that do not end with a NUL when it reports an error.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Expected<Value> read() {
    if (text_.size() > kMaxJsonBytes) {
      return invalid(
          fmt::format("JSON of {} bytes; at most {} are allowed", text_.size(), kMaxJsonBytes));
    }
    Json value;
    skip_spaces();
    if (!read_value(value, 0)) return failure();
    skip_spaces();
    if (at_ != text_.size()) {
      fail("expected the end of the JSON text");
      return failure();
    }
    return Value{std::move(value), deepest_};
  }

 private:
  bool fail(std::string_view what) {
    if (error_.empty()) error_ = what;
    return false;
  }
  std::unexpected<Error> failure() const {
    const std::string_view before = text_.substr(0, at_);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t column = at_ - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
    return invalid(fmt::format("line {}, column {}: {}", line, column, error_));
  }

  void skip_spaces() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool read_value(Json& out, int depth) {
    switch (peek()) {
      case '{':
        return read_object(out, depth);
      case '[':
        return read_array(out, depth);
      case '"':
        return read_string(out);
      case 't':
        return read_word("true", Json::boolean(true), out);
      case 'f':
        return read_word("false", Json::boolean(false), out);
      case 'n':
        return read_word("null", Json(), out);
      default:
        return read_number(out);
    }
  }

  bool read_word(std::string_view word, Json value, Json& out) {
    if (!text_.substr(at_).starts_with(word)) return fail("expected a JSON value");
    at_ += word.size();
    out = std::move(value);
    return true;
  }

  bool enter(int depth) {
    if (depth == kMaxJsonDepth)
      return fail(fmt::format("nested deeper than {} levels", kMaxJsonDepth));
    deepest_ = std::max(deepest_, depth + 1);
    ++at_;
    skip_spaces();
    return true;
  }

  bool read_array(Json& out, int depth) {
    if (!enter(depth)) return false;
    out = Json::array();
    if (take(']')) return true;
    do {
      skip_spaces();
      Json element;
      if (!read_value(element, depth + 1)) return false;
      out.append(std::move(element));
      skip_spaces();
    } while (take(','));
    return take(']') || fail("expected ',' or ']'");
  }

  bool read_object(Json& out, int depth) {
    if (!enter(depth)) return false;
    out = Json::object();
    if (take('}')) return true;
    do {
      skip_spaces();
      Json key;
      if (peek() != '"') return fail("expected a key in double quotes");
      if (!read_string(key)) return false;
      skip_spaces();
      if (!take(':')) return fail("expected ':'");
      skip_spaces();
      Json value;
      if (!read_value(value, depth + 1)) return false;
      out.set(std::move(key), std::move(value));
      skip_spaces();
    } while (take(','));
    return take('}') || fail("expected ',' or '}'");
  }

  bool read_number(Json& out) {
    const std::size_t begin = at_;
    take('-');
    if (!is_digit(peek())) {
      at_ = begin;
      return fail("expected a JSON value");
    }
    if (!take('0')) skip_digits();
    if (take('.') && !skip_digits()) return fail("expected a digit");
    bool small = text_[begin] == '0' || text_.substr(begin, 2) == "-0";
    if (take('e') || take('E')) {
      small = peek() == '-';
      if (!take('-')) take('+');
      if (!skip_digits()) return fail("expected a digit");
    }
    double number = 0;
    const std::from_chars_result result =
        std::from_chars(text_.data() + begin, text_.data() + at_, number);
    if (result.ec == std::errc::result_out_of_range) {
      if (!small) return fail("the number is too large");
      number = 0;
    }
    out = Json::number(number);
    return true;
  }
  bool skip_digits() {
    if (!is_digit(peek())) return false;
    while (is_digit(peek())) ++at_;
    return true;
  }

  bool read_string(Json& out) {
    ++at_;
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' &&
           static_cast<unsigned char>(text_[at_]) >= 0x20)
      ++at_;
    if (peek() == '"') {
      out = Json::string(text_.substr(begin, at_ - begin));
      ++at_;
      return true;
    }
    std::string buffer(text_.substr(begin, at_ - begin));
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        out = Json::string(buffer);
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20)
        return fail("a control character in a string; write it as \\n or \\u000a");
      ++at_;
      if (c != '\\') {
        buffer += c;
      } else if (!read_escape(buffer)) {
        return false;
      }
    }
    return fail("expected '\"' at the end of the string");
  }

  bool read_escape(std::string& buffer) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kCharacters = "\"\\/\b\f\n\r\t";
    const char c = peek();
    if (c == 'u') {
      ++at_;
      return read_code_point(buffer);
    }
    const std::size_t which = c == '\0' ? std::string_view::npos : kNames.find(c);
    if (which == std::string_view::npos) return fail("unknown escape in a string");
    ++at_;
    buffer += kCharacters[which];
    return true;
  }

  bool read_hex(std::uint32_t& code) {
    const std::string_view digits = text_.substr(at_, 4);
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() < 4 || result.ptr != digits.data() + 4)
      return fail("expected four hexadecimal digits after \\u");
    at_ += 4;
    return true;
  }

  bool read_code_point(std::string& buffer) {
    std::uint32_t code = 0;
    if (!read_hex(code)) return false;
    if (code >= 0xD800 && code < 0xE000) {
      std::uint32_t low = 0;
      if (code >= 0xDC00 || !text_.substr(at_).starts_with("\\u"))
        return fail("half of a surrogate pair");
      at_ += 2;
      if (!read_hex(low)) return false;
      if (low < 0xDC00 || low >= 0xE000) return fail("half of a surrogate pair");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    const Json character(jv_string_append_codepoint(jv_string_empty(4), code));
    buffer += character.text();
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int deepest_ = 0;
  std::string error_;
};

}  // namespace

Expected<Value> read_json(std::string_view text) {
  return Reader(text).read();
}

}  // namespace gnomon
