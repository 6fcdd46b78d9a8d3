#include "scenarios/language/object.h"

#include "engine/base/ensure.h"
#include "engine/base/nearest_name.h"
#include "scenarios/language/yaml.h"

namespace gnomon::scenarios {
namespace {

/// Reads YAML that stands in the table itself.
Value parse_own(std::string_view text) {
  Diagnostics diagnostics;
  const std::uint16_t source = diagnostics.add_source("table", std::string(text));
  YamlBudget budget;
  std::optional<Value> value = read_yaml(source, diagnostics, budget);
  ENSURE(value, "{}", diagnostics.to_string());
  return *std::move(value);
}

std::string joined(const std::vector<std::string>& keys) {
  std::string text;
  for (const std::string& key : keys) {
    if (!text.empty()) text += &key == &keys.back() ? " or " : ", ";
    text += fmt::format("'{}'", key);
  }
  return text;
}

std::vector<const Member*> members_among(const Value& value, const std::vector<std::string>& keys) {
  std::vector<const Member*> found;
  for (const Member& member : value.members) {
    if (std::find(keys.begin(), keys.end(), member.key) != keys.end()) found.push_back(&member);
  }
  return found;
}

bool check_keys(const Value& value, const Fields& fields, Decoder& decoder) {
  bool good = true;
  for (const Member& member : value.members) {
    if (std::any_of(fields.begin(), fields.end(),
                    [&](const auto& field) { return field->key == member.key; }))
      continue;
    good = false;
    NearestName nearest(member.key);
    if (decoder.may_hint(fields.size())) {
      for (const auto& field : fields) nearest.consider(field->key);
    }
    decoder.error(member.place, fmt::format("unknown key '{}'{}", member.key, nearest.hint()));
  }
  return good;
}

bool check_group(const Value& value, const std::vector<std::string>& keys, bool is_needed,
                 Decoder& decoder) {
  const std::vector<const Member*> found = members_among(value, keys);
  if (found.size() > 1) {
    decoder.error(found[1]->place,
                  fmt::format("'{}' cannot stand beside '{}'", found[1]->key, found[0]->key));
  } else if (found.empty() && is_needed && !decoder.is_part) {
    decoder.error(value.place, fmt::format("expected one of the keys {}", joined(keys)));
  }
  return found.size() == 1 || (found.empty() && !is_needed);
}

/// {"type": "object", "required": [key]} for each key: null is an object without keys, but
/// `required` holds of whatever is none.
Value each_required(const std::vector<std::string>& keys) {
  Value list = Value::list({});
  for (const std::string& key : keys) {
    list.items.push_back(Value::map({{"type", {}, Value::string("object")},
                                     {"required", {}, Value::list({Value::string(key)})}}));
  }
  return list;
}

Value group_schema(const std::vector<std::string>& keys, bool is_needed) {
  Value choices = each_required(keys);
  if (!is_needed) {
    choices.items.push_back(
        Value::map({{"not", {}, Value::map({{"anyOf", {}, each_required(keys)}})}}));
  }
  return Value::map({{"oneOf", {}, std::move(choices)}});
}

}  // namespace

Field& Field::by_default(std::string_view text) {
  default_value = parse_own(text);
  return *this;
}

bool check_shape(const Value& value, const ObjectShape& shape, const Fields& fields,
                 Decoder& decoder) {
  bool good = check_keys(value, fields, decoder);
  for (const auto& field : fields) {
    if (!field->is_required || value.find(field->key) != nullptr) continue;
    if (!decoder.is_part) decoder.error(value.place, fmt::format("missing key '{}'", field->key));
    good = false;
  }
  for (const auto& keys : shape.exactly_one) good &= check_group(value, keys, true, decoder);
  for (const auto& keys : shape.at_most_one) good &= check_group(value, keys, false, decoder);
  return good;
}

Value object_schema(const ObjectShape& shape, const Fields& fields,
                    SchemaDefinitions& definitions) {
  Value properties = Value::map({});
  Value required = Value::list({});
  for (const auto& field : fields) {
    Value schema = field->schema(definitions);
    // Beside a $ref, draft 2020-12 takes both.
    schema.add("description", Value::string(field->description));
    if (field->default_value) schema.add("default", *field->default_value);
    properties.add(field->key, std::move(schema));
    if (field->is_required) required.items.push_back(Value::string(field->key));
  }
  Value type = Value::string("object");
  if (required.items.empty() && shape.exactly_one.empty()) {
    type = Value::list({Value::string("object"), Value::string("null")});
  }
  Value schema = Value::map(
      {{"type", {}, std::move(type)}, {"description", {}, Value::string(shape.description)}});
  schema.add("properties", std::move(properties));
  schema.add("additionalProperties", Value::boolean(false));
  if (!required.items.empty()) schema.add("required", std::move(required));
  Value groups = Value::list({});
  for (const auto& keys : shape.exactly_one) groups.items.push_back(group_schema(keys, true));
  for (const auto& keys : shape.at_most_one) groups.items.push_back(group_schema(keys, false));
  if (!groups.items.empty()) schema.add("allOf", std::move(groups));
  if (!shape.example.empty()) schema.add("examples", Value::list({parse_own(shape.example)}));
  return schema;
}

}  // namespace gnomon::scenarios
