#include "scenarios/language/scalars.h"

#include <cmath>

#include "engine/base/nearest_name.h"
#include "engine/expressions/json.h"
#include "scenarios/language/units.h"

namespace gnomon::scenarios {
namespace {

Value json_type(std::string_view name) {
  return Value::map({{"type", {}, Value::string(name)}});
}

Value number_value(double number) {
  Value value;
  value.kind = ValueKind::kNumber;
  value.text = fmt::format("{}", number);
  return value;
}

template <typename T>
Type<T> scalar(std::string expects, unsigned kinds, Value schema,
               std::function<bool(const Value&, Decoder&, T&)> take) {
  return {std::move(expects), kinds, std::move(take),
          [schema = std::move(schema)](SchemaDefinitions&) { return schema; }};
}

/// A string that `parse` reads, and that the schema knows by `pattern`.
template <typename T>
Type<T> parsed(std::string_view title, std::string expects, std::string_view pattern,
               Expected<T> (*parse)(std::string_view)) {
  Value schema = json_type("string");
  schema.add("title", Value::string(title));
  schema.add("pattern", Value::string(pattern));
  return scalar<T>(std::move(expects), kinds(ValueKind::kString), std::move(schema),
                   [parse](const Value& value, Decoder& decoder, T& out) {
                     Expected<T> read = parse(value.text);
                     if (!read) {
                       decoder.error(value.place, fmt::format("{}, found {}", read.error().message,
                                                              shown(value)));
                       return false;
                     }
                     out = *read;
                     return true;
                   });
}

bool to_payload(const Value& value, Decoder& decoder, Payload& out) {
  Expected<Payload> json = canonical_json(to_json(value));
  if (!json) {
    decoder.error(value.place, json.error().message);
    return false;
  }
  out = *std::move(json);
  return true;
}

}  // namespace

Type<bool> boolean() {
  return scalar<bool>("true or false", kinds(ValueKind::kBoolean), json_type("boolean"),
                      [](const Value& value, Decoder&, bool& out) {
                        out = value.text[0] == 't' || value.text[0] == 'T';
                        return true;
                      });
}

Type<std::int64_t> integer(std::int64_t least, std::int64_t most) {
  Value schema = json_type("integer");
  schema.add("minimum", Value::integer(least));
  schema.add("maximum", Value::integer(most));
  std::string expects = fmt::format("an integer from {} to {}", least, most);
  return scalar<std::int64_t>(
      expects, kinds(ValueKind::kInteger, ValueKind::kNumber), std::move(schema),
      [=](const Value& value, Decoder& decoder, std::int64_t& out) {
        bool fits = true;
        out = to_integer(value, fits);
        if (fits && out >= least && out <= most) return true;
        decoder.error(value.place, fmt::format("expected {}, found {}", expects, shown(value)));
        return false;
      });
}

Type<double> number(double least, double most) {
  Value schema = json_type("number");
  schema.add("minimum", number_value(least));
  schema.add("maximum", number_value(most));
  std::string expects = fmt::format("a number from {} to {}", least, most);
  return scalar<double>(
      expects, kinds(ValueKind::kInteger, ValueKind::kNumber), std::move(schema),
      [=](const Value& value, Decoder& decoder, double& out) {
        out = to_number(value);
        if (out >= least && out <= most) return true;  // false for .nan
        decoder.error(value.place, fmt::format("expected {}, found {}", expects, shown(value)));
        return false;
      });
}

Type<std::string> text(std::size_t most_bytes) {
  return scalar<std::string>(
      "a string", kinds(ValueKind::kString), json_type("string"),
      [=](const Value& value, Decoder& decoder, std::string& out) {
        out = value.text;
        if (out.size() <= most_bytes) return true;
        decoder.error(value.place, fmt::format("the string is longer than {} bytes", most_bytes));
        return false;
      });
}

Type<std::string> word() {
  Type<std::string> type = text();
  type.kinds |= kinds(ValueKind::kInteger, ValueKind::kNumber, ValueKind::kBoolean);
  type.schema = [](SchemaDefinitions&) {
    return Value::map({{"type",
                        {},
                        Value::list({Value::string("string"), Value::string("number"),
                                     Value::string("boolean")})}});
  };
  return type;
}

Type<std::size_t> choice(std::vector<std::string> names) {
  Value options = Value::list({});
  std::string expects;
  for (const std::string& name : names) {
    options.items.push_back(Value::string(name));
    if (!expects.empty()) expects += &name == &names.back() ? " or " : ", ";
    expects += name;
  }
  Value schema = Value::map({{"enum", {}, std::move(options)}});
  return scalar<std::size_t>(
      expects, kinds(ValueKind::kString), std::move(schema),
      [expects, names = std::move(names)](const Value& value, Decoder& decoder, std::size_t& out) {
        const auto found = std::find(names.begin(), names.end(), value.text);
        out = static_cast<std::size_t>(found - names.begin());
        if (found != names.end()) return true;
        NearestName nearest(value.text);
        for (const std::string& name : names) nearest.consider(name);
        decoder.error(value.place,
                      fmt::format("expected {}, found {}", expects, shown(value)) + nearest.hint());
        return false;
      });
}

Type<Duration> duration(Duration least, Duration most) {
  Type<Duration> type =
      parsed<Duration>("duration", "a duration such as 1h30m", kDurationPattern, parse_duration);
  type.kinds |= kinds(ValueKind::kInteger,
                      ValueKind::kNumber);  // told by parse_duration that a unit is missing
  type.schema = [least](SchemaDefinitions&) {
    Value schema = Value::map({{"type", {}, Value::string("string")}});
    schema.add("title", Value::string("duration"));
    if (least > Duration::zero()) {
      schema.add("pattern", Value::string(kPositiveDurationPattern));
      return schema;
    }
    *schema.find("type") = Value::list({Value::string("string"), Value::string("integer")});
    schema.add("pattern", Value::string(kDurationPattern));
    schema.add("minimum", Value::integer(0));
    schema.add("maximum", Value::integer(0));
    return schema;
  };
  type.take = [parse = type.take, least, most](const Value& value, Decoder& decoder,
                                               Duration& out) {
    if (!parse(value, decoder, out)) return false;
    if (out >= least && out <= most) return true;
    decoder.error(value.place, fmt::format("expected a duration from {} to {}, found {}",
                                           to_text(least), to_text(most), shown(value)));
    return false;
  };
  return type;
}

Type<Instant> instant() {
  return parsed<Instant>("instant", "an instant such as 2026-01-05T08:30:00Z", kInstantPattern,
                         parse_instant);
}

Type<double> share(double most) {
  Type<double> percent =
      parsed<double>("percentage", "a percentage such as 2.5%", kPercentPattern, parse_percent);
  percent.take = [parse = percent.take, most](const Value& value, Decoder& decoder, double& out) {
    if (!parse(value, decoder, out)) return false;
    if (out <= most) return true;
    decoder.error(value.place,
                  fmt::format("expected at most {}%, found {}", most * 100, shown(value)));
    return false;
  };
  return either(std::move(percent), number(0, most));
}

Type<double> rate() {
  return parsed<double>("rate", "a rate such as 5/s, 300/min or 10/h", kRatePattern, parse_rate);
}

Type<std::uint64_t> size(std::uint64_t most) {
  Type<std::uint64_t> type =
      parsed<std::uint64_t>("size", "a size such as 64KiB", kSizePattern, parse_size);
  type.take = [parse = type.take, most](const Value& value, Decoder& decoder, std::uint64_t& out) {
    if (!parse(value, decoder, out)) return false;
    if (out <= most) return true;
    decoder.error(value.place,
                  fmt::format("expected at most {} bytes, found {}", most, shown(value)));
    return false;
  };
  return either(std::move(type), whole<std::uint64_t>(0, most));
}

Type<Expression> expression(Sees sees) {
  Value schema = json_type("string");
  schema.add("title", Value::string("jq"));
  return scalar<Expression>(
      "a jq expression", kinds(ValueKind::kString), std::move(schema),
      [sees = std::move(sees)](const Value& value, Decoder& decoder, Expression& out) {
        std::optional<Expression> compiled = decoder.compile(value, value.text);
        if (!compiled) return false;
        decoder.check_expression(value, never_seen(*compiled, sees));
        out = *std::move(compiled);
        return true;
      });
}

Type<Payload> json() {
  constexpr unsigned kAny =
      kinds(ValueKind::kNull, ValueKind::kBoolean, ValueKind::kInteger, ValueKind::kNumber,
            ValueKind::kString, ValueKind::kList, ValueKind::kMap);
  return scalar<Payload>("any value", kAny, Value::map({{"title", {}, Value::string("any value")}}),
                         to_payload);
}

Type<Payload> json_object() {
  return scalar<Payload>("a map", kinds(ValueKind::kMap), json_type("object"), to_payload);
}

Type<Expression> computed(Sees sees) {
  return converted<Expression, Given>(given(std::move(sees)), [](Given& given, const Value& value,
                                                                 Decoder& decoder,
                                                                 Expression& out) {
    if (!given.expression)
      given.expression = decoder.compile(value, given.constant.json());  // JSON is jq for itself
    if (given.expression) out = *given.expression;
    return given.expression.has_value();
  });
}

Type<Given> given(Sees sees) {
  Type<Given> constant =
      as<Given>(json(), [](Payload payload) { return Given{std::move(payload), std::nullopt}; });
  constant.kinds &= ~kinds(ValueKind::kString);
  Type<Given> either_of =
      either(as<Given>(expression(std::move(sees)),
                       [](Expression text) { return Given{{}, std::move(text)}; }),
             std::move(constant));
  either_of.schema = [](SchemaDefinitions&) {
    return Value::map({{"title", {}, Value::string("any value, or jq")}});
  };
  return either_of;
}

Type<std::string> name_of(NameKind kind) {
  Type<std::string> type = text();
  type.expects = fmt::format("the name of a {}", to_string(kind));
  type.take = [kind, read = type.take](const Value& value, Decoder& decoder, std::string& out) {
    if (!read(value, decoder, out)) return false;
    decoder.use(kind, value);
    return true;
  };
  return type;
}

}  // namespace gnomon::scenarios
