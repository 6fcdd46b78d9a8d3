#pragma once

#include <algorithm>
#include <memory>
#include <type_traits>
#include <vector>

#include "scenarios/language/type.h"

namespace gnomon::scenarios {

/// One key of an object, apart from what it is stored in.
struct Field {
  std::string key;
  std::string description;
  bool is_required = false;
  std::optional<Value> default_value;
  std::function<Value(SchemaDefinitions&)> schema;

  Field& required() {
    is_required = true;
    return *this;
  }
  /// YAML text of what holds where the key is absent. It is read as if it had been written.
  Field& by_default(std::string_view text);
};

/// What an object is besides its fields; shared by the decoder and the schema.
struct ObjectShape {
  std::string name;  ///< of its part of the JSON Schema, and of its section of the reference page
  std::string description;
  std::string example;  ///< YAML
  std::vector<std::vector<std::string>> exactly_one;
  std::vector<std::vector<std::string>> at_most_one;
};

using Fields = std::vector<std::unique_ptr<Field>>;

/// Tells unknown keys and breaches of "required", "exactly one of" and "at most one of".
bool check_shape(const Value& value, const ObjectShape& shape, const Fields& fields,
                 Decoder& decoder);
Value object_schema(const ObjectShape& shape, const Fields& fields, SchemaDefinitions& definitions);

/// Makes the type of a struct T from its keys:
///
///     Object<Tenant> tenant("Tenant", "A user of the platform.");
///     tenant.field("timeout", &Tenant::timeout, duration(), "Of one attempt.").by_default("1h");
///     Type<Tenant> type = std::move(tenant).type();
template <typename T>
class Object {
 public:
  Object(std::string name, std::string description)
      : shape_{std::move(name), std::move(description), {}, {}, {}} {}

  /// A key that is stored in a member of T.
  template <typename M>
  Field& field(std::string key, M T::* member, Type<M> type, std::string description) {
    return add(std::move(key), std::move(description), type,
               [member, type](const Value& value, Decoder& decoder, T& out) {
                 return type.read(value, decoder, out.*member);
               });
  }
  template <typename M>
  Field& field(std::string key, std::optional<M> T::* member, Type<M> type,
               std::string description) {
    return field(std::move(key), member, optional(std::move(type)), std::move(description));
  }
  /// A key that is stored by `store(out, what was read)`.
  template <typename M, typename Store>
    requires std::is_invocable_v<Store, T&, M>
  Field& field(std::string key, Store store, Type<M> type, std::string description) {
    return add(std::move(key), std::move(description), type,
               [store, type](const Value& value, Decoder& decoder, T& out) {
                 M read{};
                 if (!type.read(value, decoder, read)) return false;
                 store(out, std::move(read));
                 return true;
               });
  }

  Object& exactly_one(std::vector<std::string> keys) {
    shape_.exactly_one.push_back(std::move(keys));
    return *this;
  }
  Object& at_most_one(std::vector<std::string> keys) {
    shape_.at_most_one.push_back(std::move(keys));
    return *this;
  }
  /// YAML that the reference page shows; a test reads it.
  Object& example(std::string yaml) {
    shape_.example = std::move(yaml);
    return *this;
  }
  /// What remains to be checked, or put together, when all keys have been read without a mistake.
  Object& check(std::function<bool(T& out, const Value& value, Decoder& decoder)> check) {
    check_ = std::move(check);
    return *this;
  }

  /// The same, but called whatever has gone wrong before, with T as far as it could be read: to
  /// tell at once what can be told.
  Object& conclude(std::function<bool(T& out, const Value& value, Decoder& decoder)> conclude) {
    conclude_ = std::move(conclude);
    return *this;
  }

  Type<T> type() && {
    auto self = std::make_shared<const Object>(std::move(*this));
    Type<T> type;
    type.expects = "a map";
    type.kinds = kinds(ValueKind::kMap) | (self->may_be_empty() ? kinds(ValueKind::kNull) : 0);
    type.take = [self](const Value& value, Decoder& decoder, T& out) {
      return self->take(value, decoder, out);
    };
    type.schema = [self](SchemaDefinitions& definitions) {
      const auto reads = [self](const Value& value, Decoder& decoder) {
        T out{};
        return self->take(value, decoder, out);
      };
      return definitions.refer(self->shape_.name, {Value{}, self->shape_.example, reads}, [&] {
        return object_schema(self->shape_, self->fields_, definitions);
      });
    };
    return type;
  }

 private:
  using Read = std::function<bool(const Value&, Decoder&, T&)>;

  template <typename M>
  Field& add(std::string key, std::string description, const Type<M>& type, Read read) {
    reads_.push_back(std::move(read));
    return *fields_.emplace_back(std::make_unique<Field>(
        Field{std::move(key), std::move(description), false, std::nullopt, type.schema}));
  }

  bool may_be_empty() const {
    return shape_.exactly_one.empty() &&
           std::none_of(fields_.begin(), fields_.end(),
                        [](const auto& field) { return field->is_required; });
  }

  bool take(const Value& value, Decoder& decoder, T& out) const {
    bool good = check_shape(value, shape_, fields_, decoder);
    for (std::size_t i = 0; i < fields_.size(); ++i) {  // in the table's order, whatever the text's
      const Value* written = value.find(fields_[i]->key);
      if (written == nullptr && fields_[i]->default_value) written = &*fields_[i]->default_value;
      if (written != nullptr) good &= reads_[i](*written, decoder, out);
    }
    if (good && check_) good = check_(out, value, decoder);
    return (!conclude_ || conclude_(out, value, decoder)) && good;
  }

  ObjectShape shape_;
  Fields fields_;
  std::vector<Read> reads_;  // of fields_, in their order
  std::function<bool(T&, const Value&, Decoder&)> check_;
  std::function<bool(T&, const Value&, Decoder&)> conclude_;
};

}  // namespace gnomon::scenarios
