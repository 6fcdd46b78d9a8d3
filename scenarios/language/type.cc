#include "scenarios/language/type.h"

#include <algorithm>

namespace gnomon::scenarios {
namespace {
constexpr std::size_t kMaxNameBytes = 256;
constexpr std::size_t kMaxShown = 60;
}  // namespace

Value SchemaDefinitions::refer(const std::string& name, Part part,
                               const std::function<Value()>& write) {
  if (parts_.emplace(name, std::move(part)).second) parts_[name].schema = write();
  return Value::map({{"$ref", {}, Value::string("#/$defs/" + name)}});
}

Value SchemaDefinitions::all() const {
  Value all = Value::map({});
  for (const auto& [name, part] : parts_) all.add(name, part.schema);
  return all;
}

std::string shown(const Value& value) {
  if (!value.is_scalar() || value.kind == ValueKind::kNull)
    return std::string(to_string(value.kind));
  if (value.text.size() > kMaxShown) return "a long text";
  return fmt::format("'{}'", value.text);
}

bool check_name(const Member& member, Decoder& decoder) {
  const std::string& name = member.key;
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; };
  if (!name.empty() && name.size() <= kMaxNameBytes &&
      std::none_of(name.begin(), name.end(), is_control))
    return true;
  decoder.error(member.place,
                fmt::format("a name has 1 to {} bytes and no control characters", kMaxNameBytes));
  return false;
}

Value map_schema(Value element) {
  return Value::map({{"type", {}, Value::list({Value::string("object"), Value::string("null")})},
                     {"propertyNames", {}, Value::map({{"minLength", {}, Value::integer(1)}})},
                     {"additionalProperties", {}, std::move(element)}});
}

}  // namespace gnomon::scenarios
