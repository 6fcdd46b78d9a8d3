#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.h"

namespace gnomon::reports {

/// Writes JSON as a stream, so that a trace of a million events needs no tree. Keys come in the
/// order they are written; numbers are exact (doubles as the shortest text that reads back the
/// same, NaN and infinities as null); bytes that are no UTF-8 become U+FFFD.
///
///     JsonWriter json(2);                       // indented by 2; 0: all on one line
///     json.begin_object();
///     json.key("nodes").value(12);
///     json.end_object();
///     std::string text = json.take();
class JsonWriter {
 public:
  explicit JsonWriter(int indent = 0) : indent_(indent) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(std::same_as<bool> auto flag) { return raw(flag ? "true" : "false"); }
  JsonWriter& value(std::unsigned_integral auto number)
    requires(!std::same_as<decltype(number), bool>)
  {
    return raw(std::to_string(number));
  }
  JsonWriter& value(std::signed_integral auto number) { return raw(std::to_string(number)); }
  JsonWriter& value(double number);
  JsonWriter& null() { return raw("null"); }
  /// Text that is JSON already.
  JsonWriter& raw(std::string_view json);

  /// key and value.
  template <typename Value>
  JsonWriter& member(std::string_view name, const Value& content) {
    return key(name).value(content);
  }
  /// Nanoseconds as seconds, exactly: 1.500000001.
  JsonWriter& seconds(std::string_view name, Duration duration);

  std::string take() { return std::move(text_); }
  std::size_t size() const { return text_.size(); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();
  void break_line();
  void append_quoted(std::string_view text);

  std::string text_;
  std::vector<bool> has_items_;  // one for each open bracket
  bool after_key_ = false;
  int indent_;
};

/// Nanoseconds as a decimal number of seconds, exact, without trailing zeros: "1.5",
/// "-0.000000001".
std::string decimal_seconds(Duration duration);

}  // namespace gnomon::reports
