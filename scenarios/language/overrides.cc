#include "scenarios/language/overrides.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "engine/base/nearest_name.h"
#include "scenarios/language/scenario_type.h"
#include "scenarios/language/yaml.h"

namespace gnomon::scenarios {
namespace {

constexpr std::size_t kMaxSteps = kMaxYamlDepth;

/// One step of a path: into a map by a key, or into a list by a number.
struct Step {
  std::string key;
  std::optional<std::size_t> index;
  std::size_t column = 1;
};

struct Override {
  std::vector<Step> path;
  std::string path_text;
  std::string value;
};

class OverrideParser {
 public:
  OverrideParser(std::string_view text, std::uint16_t source, Diagnostics& diagnostics)
      : text_(text), source_(source), diagnostics_(diagnostics) {}

  std::optional<Override> parse() {
    Override result;
    if (!take_key(result)) return std::nullopt;
    while (at_ < text_.size() && text_[at_] != '=') {
      if (result.path.size() == kMaxSteps) return wrong("the path is too long");
      const char next = text_[at_++];
      if (next != '[' && next != '.') return wrong("expected '.', '[' or '='");
      if (next == '[' ? !take_index(result) : !take_key(result)) return std::nullopt;
    }
    if (at_ == text_.size()) return wrong("expected '=' and a value");
    result.path_text = text_.substr(0, at_);
    result.value = text_.substr(at_ + 1);
    return result;
  }

 private:
  std::nullopt_t wrong(std::string message) {
    diagnostics_.error({source_, 1, static_cast<std::uint32_t>(at_ + 1)}, std::move(message));
    return std::nullopt;
  }

  bool take_key(Override& result) {
    Step step{{}, {}, at_ + 1};
    if (at_ < text_.size() && text_[at_] == '"') {
      const std::size_t end = text_.find('"', at_ + 1);
      if (end == std::string_view::npos) return wrong("the quote is not closed"), false;
      step.key = text_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
    } else {
      const std::size_t end = std::min(text_.find_first_of(".[=", at_), text_.size());
      step.key = text_.substr(at_, end - at_);
      at_ = end;
    }
    if (step.key.empty()) return wrong("expected a key"), false;
    result.path.push_back(std::move(step));
    return true;
  }

  bool take_index(Override& result) {
    Step step{{}, 0, at_ + 1};
    const std::size_t end = std::min(text_.find(']', at_), text_.size());
    const auto [last, error] = std::from_chars(text_.data() + at_, text_.data() + end, *step.index);
    if (error != std::errc{} || last != text_.data() + end || end == text_.size()) {
      return wrong("expected a number and ']'"), false;
    }
    at_ = end + 1;
    result.path.push_back(std::move(step));
    return true;
  }

  std::string_view text_;
  std::uint16_t source_;
  Diagnostics& diagnostics_;
  std::size_t at_ = 0;
};

/// Walks down the schema: which parts of it may describe the value that a path leads to.
class SchemaWalk {
 public:
  explicit SchemaWalk(const Value& schema) : schema_(schema) { add(schema); }

  /// Steps into a map. False if there is no such key; `is_name` says that the keys are names.
  bool enter(std::string_view key, bool& is_name) {
    is_name = false;
    std::vector<const Value*> before;
    before.swap(parts_);
    for (const Value* part : before) {
      const Value* properties = part->find("properties");
      const Value* property = properties == nullptr ? nullptr : properties->find(key);
      const Value* others = part->find("additionalProperties");
      if (property != nullptr) {
        add(*property);
      } else if (others != nullptr && others->kind == ValueKind::kMap) {
        is_name = true;
        add(*others);
      } else if (others == nullptr && may_be_anything(*part, "object")) {
        add(anything_);
      }
    }
    if (!parts_.empty()) return true;
    parts_.swap(before);
    return false;
  }

  bool enter_list() {
    std::vector<const Value*> before;
    before.swap(parts_);
    for (const Value* part : before) {
      if (const Value* items = part->find("items")) {
        add(*items);
      } else if (const Value* first = part->find("prefixItems")) {
        for (const Value& item : first->items) add(item);
      } else if (may_be_anything(*part, "array")) {
        add(anything_);
      }
    }
    return !parts_.empty();
  }

  /// Keys that could stand here, to find the one that was meant.
  std::vector<std::string> keys() const {
    std::vector<std::string> keys;
    for (const Value* part : parts_) {
      const Value* properties = part->find("properties");
      if (properties == nullptr) continue;
      for (const Member& member : properties->members) keys.push_back(member.key);
    }
    return keys;
  }

 private:
  static bool may_be_anything(const Value& part, std::string_view type) {
    const Value* given = part.find("type");
    return part.find("enum") == nullptr && (given == nullptr || given->text == type);
  }

  void add(const Value& part) {
    if (const Value* reference = part.find("$ref")) {
      constexpr std::size_t kPrefix = std::string_view("#/$defs/").size();
      return add(*schema_.find("$defs")->find(std::string_view(reference->text).substr(kPrefix)));
    }
    if (const Value* choices = part.find("anyOf")) {
      for (const Value& choice : choices->items) add(choice);
      return;
    }
    parts_.push_back(&part);
  }

  const Value& schema_;
  const Value anything_ = Value::map({});
  std::vector<const Value*> parts_;
};

/// Finds, or makes, the place in the tree that a path leads to.
class PathFinder {
 public:
  PathFinder(const Value& schema, std::uint16_t source, Diagnostics& diagnostics)
      : walk_(schema), source_(source), diagnostics_(diagnostics) {}

  Value* find(Value& root, const std::vector<Step>& path) {
    Value* at = &root;
    for (const Step& step : path) {
      at = step.index ? enter_list(*at, step) : enter_map(*at, step);
      if (at == nullptr) {
        if (grown_ != nullptr)
          grown_->members.pop_back();  // leave nothing behind that would be told as well
        return nullptr;
      }
    }
    return at;
  }

 private:
  Value* wrong(const Step& step, std::string message) {
    diagnostics_.error(place_of(step), std::move(message));
    return nullptr;
  }
  Place place_of(const Step& step) const {
    return {source_, 1, static_cast<std::uint32_t>(step.column)};
  }

  Value* enter_list(Value& value, const Step& step) {
    if (value.kind != ValueKind::kList || !walk_.enter_list())
      return wrong(step, "there is no list here");
    if (*step.index < value.items.size()) return &value.items[*step.index];
    return wrong(step, fmt::format("the list has {} elements, counted from 0", value.items.size()));
  }

  Value* enter_map(Value& value, const Step& step) {
    bool is_name = false;
    if (!walk_.enter(step.key, is_name)) {
      NearestName nearest(step.key);
      for (const std::string& key : walk_.keys()) nearest.consider(key);
      return wrong(step, fmt::format("unknown key '{}'{}", step.key, nearest.hint()));
    }
    if (Value* member = value.find(step.key)) return member;
    if (is_name) {
      NearestName nearest(step.key);
      for (const Member& member : value.members) nearest.consider(member.key);
      return wrong(step, fmt::format("there is no '{}' here{}", step.key, nearest.hint()));
    }
    if (value.kind != ValueKind::kMap && value.kind != ValueKind::kNull)
      return wrong(step, "there is no map here");
    if (grown_ == nullptr) grown_ = &value;
    if (value.kind == ValueKind::kNull) value = Value::map({});
    if (value.place.line == 0) value.place = place_of(step);
    value.members.push_back({step.key, place_of(step), Value{}});
    return &value.members.back().value;
  }

  SchemaWalk walk_;
  Value* grown_ = nullptr;  // the first map to which a key was added
  std::uint16_t source_;
  Diagnostics& diagnostics_;
};

}  // namespace

void apply_overrides(Value& root, std::span<const std::string> overrides, Diagnostics& diagnostics,
                     const std::string& given_in) {
  if (overrides.empty()) return;
  const Value schema = schema_value();
  for (const std::string& text : overrides) {
    const std::uint16_t source = diagnostics.add_source(given_in, text);
    std::optional<Override> parsed = OverrideParser(text, source, diagnostics).parse();
    if (!parsed) continue;
    const std::uint16_t value_source =
        diagnostics.add_source(given_in + " " + parsed->path_text, parsed->value);
    YamlBudget budget;
    std::optional<Value> value = read_yaml(value_source, diagnostics, budget);
    if (!value) continue;
    if (Value* target = PathFinder(schema, source, diagnostics).find(root, parsed->path))
      *target = *std::move(value);
  }
}

}  // namespace gnomon::scenarios
