#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/expressions/syntax.h"
#include "engine/expressions/value.h"

namespace gnomon {

/// A function of jq that takes its input and at most one argument as values. A result that is not
/// valid() is an error. The result is at most two levels deeper than the deeper of input and
/// argument, but for fromjson.
struct Function {
  std::string_view name;
  int arity = 0;
  Json (*call)(const Json& input, const Json& argument, Work& work) = nullptr;
  int levels = 2;  ///< the result is at most so much deeper than input and argument
};

/// A function that is short in jq. Its parameters stand for the callers' expressions, as in jq's
/// `def`.
struct Macro {
  std::string_view name;
  int arity = 0;
  std::string_view body;  ///< over the parameters f and g
};

/// Null if there is none. Names that begin with _ are for macros only.
const Function* find_function(std::string_view name, int arity);
const Macro* find_macro(std::string_view name, int arity);
std::span<const Function> functions();
std::span<const Macro> macros();
/// Why a name of jq's is left out: "reads the clock". Empty if it is no name of jq's.
std::string_view why_left_out(std::string_view name);

/// `a + b` and so on, as jq has it. A result that is not valid() is an error.
Json operate(Operator operation, Json a, const Json& b, Work& work);
/// `a + b`, in place where nobody else holds `a`.
Json plus(Json a, const Json& b, Work& work);
/// `value[key]` for a string or a number.
Json index_value(const Json& value, const Json& key, Work& work);
/// The key under which libjq keeps the slice from:to, either a number or null.
Json slice_key(const Json& from, const Json& to);
Json slice_value(const Json& value, const Json& key, Work& work);
Json split(const Json& text, const Json& separator, Work& work);

/// What an operation gives for which there is not so much work left.
Json out_of_work();
/// Spends for a walk through all that a value holds, and for as many more as `times` says.
bool spend_deep(const Json& value, std::uint64_t times, Work& work);
/// What it takes to put the fields of an object into another: its length, more for long keys.
std::uint64_t cost_of_fields(const Json& object);

std::optional<Format> find_format(std::string_view name);
/// The string that `@csv` and so on make of a value. A result that is not valid() is an error.
Json format_value(Format format, const Json& value, Work& work);

/// The canonical text of a value as a string.
Json to_json_text(const Json& value, Work& work);

}  // namespace gnomon
