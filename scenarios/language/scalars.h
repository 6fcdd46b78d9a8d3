#pragma once

#include <concepts>
#include <limits>

#include "engine/base/payload.h"
#include "engine/base/time.h"
#include "scenarios/language/sees.h"
#include "scenarios/language/type.h"

/// The types that everything else is made of. Each bound is in the schema where JSON Schema can say
/// it.

namespace gnomon::scenarios {

Type<bool> boolean();
Type<std::int64_t> integer(std::int64_t least, std::int64_t most);
Type<double> number(double least, double most);

template <std::integral T>
Type<T> whole(T least, std::type_identity_t<T> most) {
  return as<T>(integer(static_cast<std::int64_t>(least), static_cast<std::int64_t>(most)),
               [](std::int64_t value) { return static_cast<T>(value); });
}

inline constexpr std::size_t kMaxTextBytes = 64 << 10;
Type<std::string> text(std::size_t most_bytes = kMaxTextBytes);
/// A string, or a number or true or false taken as it is written: versions, arguments of a command.
Type<std::string> word();

/// A word among `names`; the place in the list says which.
Type<std::size_t> choice(std::vector<std::string> names);
template <typename Enum>
Type<Enum> one_of(std::vector<std::pair<std::string, Enum>> options) {
  std::vector<std::string> names;
  for (const auto& option : options) names.push_back(option.first);
  return as<Enum>(choice(std::move(names)), [options = std::move(options)](std::size_t index) {
    return options[index].second;
  });
}

inline constexpr Duration kLongestDuration = std::chrono::hours(24 * 365 * 200);
/// "1h30m", or 0.
Type<Duration> duration(Duration least = Duration::zero(), Duration most = kLongestDuration);
Type<Instant> instant();
/// "20%", or a number from 0 to `most`.
Type<double> share(double most = 1.0);
/// "5/s" as a number per second.
Type<double> rate();
/// "64KiB", or a number of bytes.
Type<std::uint64_t> size(std::uint64_t most);

/// A jq expression over what `sees` names: what it reads besides is a mistake.
Type<Expression> expression(Sees sees = {});
/// Any value, kept as JSON in its canonical form.
Type<Payload> json();
/// A map, kept as JSON in its canonical form.
Type<Payload> json_object();
/// A string is a jq expression; anything else is a constant.
Type<Expression> computed(Sees sees = {});
/// The same, with constants kept apart.
struct Given {
  Payload constant;
  std::optional<Expression> expression;
};
Type<Given> given(Sees sees = {});

/// A value checked as `type` and kept as it was written, with its place.
template <typename T>
Type<Value> kept(Type<T> type) {
  return converted<Value, T>(std::move(type), [](T&, const Value& value, Decoder&, Value& out) {
    out = value;
    return true;
  });
}

/// The name of something that is declared elsewhere.
Type<std::string> name_of(NameKind kind);

}  // namespace gnomon::scenarios
