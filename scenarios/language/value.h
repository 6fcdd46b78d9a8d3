#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/language/diagnostics.h"

namespace gnomon::scenarios {

enum class ValueKind : std::uint8_t { kNull, kBoolean, kInteger, kNumber, kString, kList, kMap };
/// "a list", as it stands in messages.
std::string_view to_string(ValueKind kind);

struct Member;

/// One value of a YAML or JSON text, with the place where it stands. Kinds are those of the
/// YAML 1.2 core schema: `no` and `off` are strings, 0o17 is 15.
struct Value {
  ValueKind kind = ValueKind::kNull;
  Place place;
  std::string text;             ///< of scalars, as it was written
  std::vector<Value> items;     ///< of a list
  std::vector<Member> members;  ///< of a map, in the order of the text; keys are unique

  static Value string(std::string_view text);
  static Value integer(std::int64_t number);
  static Value boolean(bool value);
  static Value list(std::vector<Value> items);
  static Value map(std::vector<Member> members);

  bool is_scalar() const { return kind != ValueKind::kList && kind != ValueKind::kMap; }
  /// The member of that name, or null.
  const Value* find(std::string_view key) const;
  Value* find(std::string_view key);
  /// Appends a member to a map.
  Value& add(std::string_view key, Value value);
};

struct Member {
  std::string key;
  Place place;  ///< of the key
  Value value;
};

/// The names under `section`, in the order of the text; none where it is no map.
std::vector<std::string> names_under(const Value& root, std::string_view section);

/// Resolves an unquoted scalar by the YAML 1.2 core schema.
ValueKind kind_of_plain(std::string_view text);

/// The number of a scalar of kind kInteger or kNumber. `fits` becomes false where it is no integer
/// of 64 bits; 1e3 is one.
std::int64_t to_integer(const Value& value, bool& fits);
double to_number(const Value& value);

/// JSON text without white space, or with two spaces of indentation. Infinite and undefined numbers
/// become null.
std::string to_json(const Value& value);
std::string to_pretty_json(const Value& value);

}  // namespace gnomon::scenarios
