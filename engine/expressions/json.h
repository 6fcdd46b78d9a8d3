#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/payload.h"

namespace gnomon {

/// Bounds of every JSON value that comes from outside or goes into an expression.
inline constexpr std::size_t kMaxJsonBytes = 1 << 20;
inline constexpr int kMaxJsonDepth = 128;

/// Checks a JSON text (RFC 8259) against the bounds and gives it its one form: no spaces, keys in
/// the order of their bytes (of equal keys the last counts), numbers as the shortest decimal of
/// their double, bytes that are not UTF-8 as U+FFFD. Equal values have equal texts. Integers beyond
/// 2^53 are rounded: send such ids as strings. The error says where: "line 2, column 5: ...".
Expected<Payload> canonical_json(std::string_view text);

/// `text` as a JSON string, with its quotes.
std::string json_string(std::string_view text);
void append_json_string(std::string_view text, std::string& out);

/// An array of payloads, without looking into them.
Payload json_array(std::span<const Payload> elements);

/// Puts an object together from texts that are JSON already, without looking into them. Fields
/// stand in the order in which they are added; add them in the order of their names to get the
/// canonical form.
class JsonObject {
 public:
  JsonObject& add(std::string_view name, const Payload& value) {
    return add_json(name, value.json());
  }
  JsonObject& add_json(std::string_view name, std::string_view json);
  JsonObject& add_string(std::string_view name, std::string_view text);
  JsonObject& add_integer(std::string_view name, std::int64_t value);
  Payload payload() const { return Payload(text_ + '}'); }
  /// The text so far, with its closing brace.
  std::string text() const { return text_ + '}'; }

 private:
  std::string text_ = "{";
};

/// The field of an object; empty (null) if there is none, or if `object` is null.
Expected<Payload> json_field(const Payload& object, std::string_view name);
/// The elements of an array, each in canonical form.
Expected<std::vector<Payload>> json_elements(const Payload& array);
Expected<double> json_number(const Payload& number);
/// What jq's `if` makes of it: all is true but null and false.
bool json_is_true(const Payload& value);

}  // namespace gnomon
