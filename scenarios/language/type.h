#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "scenarios/language/decoder.h"
#include "scenarios/language/value.h"

namespace gnomon::scenarios {

/// The named parts ($defs) of a JSON Schema that is being written.
class SchemaDefinitions {
 public:
  struct Part {
    Value schema;
    std::string example;  ///< YAML that shows it; "" if there is none
    std::function<bool(const Value&, Decoder&)> reads;
  };
  /// A reference to the part of that name. If nobody has asked for it before, it is `part`, and
  /// `write` gives its schema; parts may refer to themselves.
  Value refer(const std::string& name, Part part, const std::function<Value()>& write);
  const std::map<std::string, Part>& parts() const { return parts_; }
  /// {name: schema}, in the order of their names.
  Value all() const;

 private:
  std::map<std::string, Part> parts_;
};

constexpr unsigned kinds(auto... kind) {
  return (0u | ... | (1u << static_cast<unsigned>(kind)));
}

/// A value as messages show it: "'soon'", "a list".
std::string shown(const Value& value);

/// How a T is written in a scenario: one entry of the table from which the decoder, the JSON Schema
/// and the reference page come. Types are made of other types (object.h, lists and maps below) down
/// to scalars (scalars.h).
template <typename T>
struct Type {
  using Result = T;
  std::string expects;  ///< completes "expected ..., found 'x'": "a duration such as 1h30m"
  unsigned kinds = 0;   ///< of values that it takes
  /// Reads a value of one of these kinds. False: it could not, and has told why.
  std::function<bool(const Value& value, Decoder& decoder, T& out)> take;
  std::function<Value(SchemaDefinitions& definitions)> schema;

  bool takes(ValueKind kind) const { return (kinds & scenarios::kinds(kind)) != 0; }
  bool read(const Value& value, Decoder& decoder, T& out) const {
    if (takes(value.kind)) return take(value, decoder, out);
    decoder.error(value.place, fmt::format("expected {}, found {}", expects, shown(value)));
    return false;
  }
};

/// What `first` takes, or else what `second` takes; the kinds of their values differ.
template <typename T>
Type<T> either(Type<T> first, Type<T> second) {
  Type<T> type;
  type.expects = first.expects + " or " + second.expects;
  type.kinds = first.kinds | second.kinds;
  type.schema = [first, second](SchemaDefinitions& definitions) {
    return Value::map(
        {{"anyOf", {}, Value::list({first.schema(definitions), second.schema(definitions)})}});
  };
  type.take = [first = std::move(first), second = std::move(second)](const Value& value,
                                                                     Decoder& decoder, T& out) {
    return first.takes(value.kind) ? first.take(value, decoder, out)
                                   : second.take(value, decoder, out);
  };
  return type;
}

/// The same notation for another type: `convert(from, value, decoder, to)` gives false where it
/// told a mistake.
template <typename To, typename From>
Type<To> converted(Type<From> from,
                   std::function<bool(From&, const Value&, Decoder&, To&)> convert) {
  Type<To> type;
  type.expects = from.expects;
  type.kinds = from.kinds;
  type.schema = from.schema;
  type.take = [from = std::move(from), convert = std::move(convert)](const Value& value,
                                                                     Decoder& decoder, To& out) {
    From read{};
    return from.take(value, decoder, read) && convert(read, value, decoder, out);
  };
  return type;
}

/// The same, where nothing can go wrong any more.
template <typename To, typename From, typename Make>
Type<To> as(Type<From> from, Make make) {
  return converted<To, From>(std::move(from),
                             [make = std::move(make)](From& read, const Value&, Decoder&, To& out) {
                               out = make(std::move(read));
                               return true;
                             });
}

template <typename T>
Type<std::optional<T>> optional(Type<T> type) {
  return as<std::optional<T>>(std::move(type),
                              [](T value) { return std::optional<T>(std::move(value)); });
}

/// A type that is looked up when it is needed, so that types may contain themselves.
template <typename T>
Type<T> later(const Type<T>& (*get)(), std::string expects, unsigned kinds) {
  Type<T> type;
  type.expects = std::move(expects);
  type.kinds = kinds;
  type.take = [get](const Value& value, Decoder& decoder, T& out) {
    return get().read(value, decoder, out);
  };
  type.schema = [get](SchemaDefinitions& definitions) { return get().schema(definitions); };
  return type;
}

/// The same, one step deeper in Decoder::scope.
template <typename T>
Type<T> within(std::string name, Type<T> type) {
  type.take = [name = std::move(name), take = type.take](const Value& value, Decoder& decoder,
                                                         T& out) {
    decoder.scope.push_back(name);
    const bool good = take(value, decoder, out);
    decoder.scope.pop_back();
    return good;
  };
  return type;
}

/// A list of at least `least` and at most `most` elements.
template <typename T>
Type<std::vector<T>> list_of(Type<T> element, std::size_t least = 0, std::size_t most = 1'000'000) {
  Type<std::vector<T>> type;
  type.expects = "a list";
  type.kinds = kinds(ValueKind::kList);
  type.schema = [element, least](SchemaDefinitions& definitions) {
    Value schema = Value::map(
        {{"type", {}, Value::string("array")}, {"items", {}, element.schema(definitions)}});
    if (least > 0) schema.add("minItems", Value::integer(static_cast<std::int64_t>(least)));
    return schema;
  };
  type.take = [element = std::move(element), least, most](const Value& value, Decoder& decoder,
                                                          std::vector<T>& out) {
    if (value.items.size() < least || value.items.size() > most) {
      decoder.error(value.place, fmt::format("expected a list of {} to {} elements, found {}",
                                             least, most, value.items.size()));
      return false;
    }
    bool good = true;
    for (const Value& item : value.items) {
      T read{};
      good &= element.read(item, decoder, read);
      out.push_back(std::move(read));
    }
    return good;
  };
  return type;
}

/// A list, or its only element by itself.
template <typename T>
Type<std::vector<T>> one_or_many(Type<T> element) {
  Type<std::vector<T>> one =
      as<std::vector<T>>(element, [](T value) { return std::vector<T>{std::move(value)}; });
  return either(std::move(one), list_of(std::move(element)));
}

/// Tells a name that is empty, too long, or cannot be shown.
bool check_name(const Member& member, Decoder& decoder);

/// The JSON Schema of a map from names to what `element` describes.
Value map_schema(Value element);

/// A map from names to elements, in the order of the text; `declares` makes the names known to
/// check_names(). `add(name, element, place)` is called for each element that could be read.
template <typename Map, typename T>
Type<Map> map_of(Type<T> element, std::optional<NameKind> declares,
                 std::function<void(Map& map, const Member& member, T element)> add) {
  Type<Map> type;
  type.expects = "a map";
  type.kinds = kinds(ValueKind::kMap, ValueKind::kNull);
  type.schema = [element](SchemaDefinitions& definitions) {
    return map_schema(element.schema(definitions));
  };
  type.take = [element = std::move(element), declares, add = std::move(add)](
                  const Value& value, Decoder& decoder, Map& out) {
    for (const Member& member : value.members) {
      check_name(member, decoder);
      if (declares) decoder.declare(*declares, member.key);
      decoder.scope.push_back(member.key);
      T read{};
      const bool good = element.read(member.value, decoder, read);
      decoder.scope.pop_back();
      if (good) add(out, member, std::move(read));
    }
    return true;
  };
  return type;
}

/// std::map by name.
template <typename T>
Type<std::map<std::string, T>> map_by_name(Type<T> element,
                                           std::optional<NameKind> declares = std::nullopt) {
  return map_of<std::map<std::string, T>, T>(
      std::move(element), declares,
      [](std::map<std::string, T>& map, const Member& member, T read) {
        map.insert_or_assign(member.key, std::move(read));
      });
}

/// A vector of elements that keep their name in `name`, in the order of the text.
template <typename T>
Type<std::vector<T>> list_by_name(Type<T> element, std::string T::* name,
                                  std::optional<NameKind> declares = std::nullopt) {
  return map_of<std::vector<T>, T>(std::move(element), declares,
                                   [name](std::vector<T>& list, const Member& member, T read) {
                                     read.*name = member.key;
                                     list.push_back(std::move(read));
                                   });
}

}  // namespace gnomon::scenarios
