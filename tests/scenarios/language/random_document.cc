#include "tests/scenarios/language/random_document.h"

#include <array>
#include <regex>
#include <string>
#include <vector>

#include "engine/base/random.h"

namespace gnomon::scenarios {
namespace {

constexpr auto kTexts = std::to_array<const char*>({
    "0",
    "5",
    "-1",
    "5s",
    "1h30m",
    "2w",
    "20%",
    "0.5%",
    "3/s",
    "1.5/min",
    "64KiB",
    "2026-01-05",
    "a",
    "2026-01-05T10:00:00Z",
    ".",
    ".a > 1",
    "x y",
    "",
});

class Writer {
 public:
  Writer(const Value& root, std::uint64_t seed) : root_(root), random_{seed} {}

  Value write(const Value& schema, int depth) {
    ++size_;
    if (one_in(40)) return anything();
    if (const Value* reference = schema.find("$ref")) return write(part(reference->text), depth);
    for (const char* choice : {"anyOf", "oneOf"}) {
      const Value* of = schema.find(choice);
      // The choices of an object are about which of its keys are there.
      if (of != nullptr && schema.find("properties") == nullptr && !of->items.empty())
        return write(of->items[below(of->items.size())], depth);
    }
    if (const Value* values = schema.find("enum"))
      return values->items[below(values->items.size())];
    const Value* type = schema.find("type");
    if (type == nullptr) return anything();
    const std::string kind =
        type->kind == ValueKind::kList ? type->items[below(type->items.size())].text : type->text;
    if (kind == "object") return object(schema, depth);
    if (kind == "array") return array(schema, depth);
    if (kind == "string") return string(schema);
    if (kind == "integer" || kind == "number") return number(schema, kind == "integer");
    if (kind == "boolean") return Value::boolean(below(2) == 0);
    return {};
  }

 private:
  std::size_t below(std::size_t most) { return random_.below(most, Purpose::kSampling, ++draws_); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  bool is_large(int depth) const { return depth > 7 || size_ > 150; }

  const Value& part(const std::string& reference) {
    constexpr std::string_view kPrefix = "#/$defs/";
    return *root_.find("$defs")->find(reference.substr(kPrefix.size()));
  }

  Value anything() {
    switch (below(5)) {
      case 0:
        return {};
      case 1:
        return Value::integer(static_cast<std::int64_t>(below(9)) - 2);
      case 2:
        return Value::list({});
      case 3:
        return Value::map({});
      default:
        return Value::string(kTexts[below(kTexts.size())]);
    }
  }

  Value string(const Value& schema) {
    std::vector<std::string> fitting;
    const Value* pattern = schema.find("pattern");
    for (const char* text : kTexts) {
      if (pattern == nullptr || std::regex_search(text, std::regex(pattern->text)))
        fitting.emplace_back(text);
    }
    if (fitting.empty() || one_in(10)) return Value::string(kTexts[below(kTexts.size())]);
    return Value::string(fitting[below(fitting.size())]);
  }

  Value number(const Value& schema, bool is_whole) {
    const Value* minimum = schema.find("minimum");
    const Value* maximum = schema.find("maximum");
    if (minimum != nullptr && one_in(3)) return *minimum;
    if (maximum != nullptr && one_in(3)) return *maximum;
    if (is_whole || one_in(2)) return Value::integer(static_cast<std::int64_t>(below(12)) - 1);
    Value value = Value::integer(0);
    value.kind = ValueKind::kNumber;
    value.text = "0.5";
    return value;
  }

  Value array(const Value& schema, int depth) {
    std::vector<Value> items;
    const Value* first = schema.find("prefixItems");
    const Value* rest = schema.find("items");
    std::size_t length = below(3);
    if (const Value* least = schema.find("minItems"); least != nullptr && !one_in(10)) {
      bool fits = true;
      length += static_cast<std::size_t>(to_integer(*least, fits));
    }
    if (is_large(depth)) length = std::min<std::size_t>(length, 1);
    for (std::size_t i = 0; i < length && i < 30; ++i) {
      if (first != nullptr && i < first->items.size()) {
        items.push_back(write(first->items[i], depth + 1));
      } else if (rest != nullptr && rest->kind == ValueKind::kMap) {
        items.push_back(write(*rest, depth + 1));
      }
    }
    return Value::list(std::move(items));
  }

  /// The keys of one choice among "exactly one of these".
  void choose(const Value& choices, std::vector<std::string>& keys) {
    const Value* of = choices.find("oneOf");
    if (of == nullptr || of->items.empty()) return;
    const Value* required = of->items[below(of->items.size())].find("required");
    for (std::size_t i = 0; required != nullptr && i < required->items.size(); ++i)
      keys.push_back(required->items[i].text);
  }

  Value object(const Value& schema, int depth) {
    Value object = Value::map({});
    const Value* properties = schema.find("properties");
    std::vector<std::string> keys;
    if (const Value* required = schema.find("required")) {
      for (const Value& key : required->items) {
        if (!one_in(20)) keys.push_back(key.text);
      }
    }
    choose(schema, keys);
    if (const Value* all = schema.find("allOf")) {
      for (const Value& each : all->items) choose(each, keys);
    }
    const bool has_keys = properties != nullptr && !properties->members.empty();
    const std::size_t wanted = is_large(depth) || !has_keys ? 0 : below(4);
    for (std::size_t i = 0; i < wanted; ++i)
      keys.push_back(properties->members[below(properties->members.size())].key);
    for (const std::string& key : keys) {
      const Value* property = properties == nullptr ? nullptr : properties->find(key);
      if (property != nullptr && object.find(key) == nullptr)
        object.add(key, write(*property, depth + 1));
    }
    const Value* others = schema.find("additionalProperties");
    if (others != nullptr && others->kind == ValueKind::kMap) {
      for (std::size_t i = is_large(depth) ? 0 : below(3); i > 0; --i) {
        const std::string name = "n" + std::to_string(i);
        object.add(name, write(*others, depth + 1));
      }
    }
    if (one_in(60)) object.add("misspelt", Value::integer(1));
    return object;
  }

  const Value& root_;
  KeyedRandom random_;
  std::uint64_t draws_ = 0;
  std::size_t size_ = 0;
};

}  // namespace

Value random_document(const Value& schema, std::uint64_t seed) {
  return Writer(schema, seed).write(schema, 0);
}

}  // namespace gnomon::scenarios
