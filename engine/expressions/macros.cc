#include <algorithm>
#include <array>

#include "engine/expressions/functions.h"

namespace gnomon {
namespace {

constexpr auto kMacros = std::to_array<Macro>({
    {"IN", 1, "any(f == .; .)"},
    {"all", 0, "all(.[]; .)"},
    {"all", 1, "all(.[]; f)"},
    {"all", 2, "first((f | g | if . then empty else false end), true)"},
    {"any", 0, "any(.[]; .)"},
    {"any", 1, "any(.[]; f)"},
    {"any", 2, "first((f | g | if . then true else empty end), false)"},
    {"arrays", 0, "select(type == \"array\")"},
    {"booleans", 0, "select(type == \"boolean\")"},
    {"first", 0, ".[0]"},
    {"group_by", 1, "_group_by([.[] | [f]])"},
    {"in", 1, ". as $x | f | has($x)"},
    {"inside", 1, ". as $x | f | contains($x)"},
    {"isempty", 1, "first((f | false), true)"},
    {"iterables", 0, "select(type == \"array\" or type == \"object\")"},
    {"last", 0, ".[-1]"},
    {"last", 1, "reduce f as $x (null; $x)"},
    {"map", 1, "[.[] | f]"},
    {"map_values", 1, ".[] |= f"},
    {"max_by", 1, "_max_by([.[] | [f]])"},
    {"min_by", 1, "_min_by([.[] | [f]])"},
    {"nth", 1, ".[f]"},
    {"nulls", 0, "select(. == null)"},
    {"numbers", 0, "select(type == \"number\")"},
    {"objects", 0, "select(type == \"object\")"},
    {"range", 1, "range(0; f)"},
    {"scalars", 0, "select(type != \"array\" and type != \"object\")"},
    {"select", 1, "if f then . else empty end"},
    {"sort_by", 1, "_sort_by([.[] | [f]])"},
    {"strings", 0, "select(type == \"string\")"},
    {"unique", 0, "unique_by(.)"},
    {"unique_by", 1, "[group_by(f)[] | .[0]]"},
    {"values", 0, "select(. != null)"},
    {"with_entries", 1, "to_entries | [.[] | f] | from_entries"},
});

struct LeftOut {
  std::string_view why;
  std::string_view names;  ///< each between spaces
};

constexpr auto kLeftOut = std::to_array<LeftOut>({
    {"reads the clock, the time zone or the locale",
     " now localtime mktime gmtime strftime strptime strflocaltime date dateadd datesub todate "
     "fromdate todateiso8601 "
     "fromdateiso8601 dateiso8601 "},
    {"reaches out of the expression",
     " env input inputs debug stderr input_filename input_line_number halt halt_error "
     "get_search_list modulemeta "
     "import include module builtins __loc__ ENV "},
    {"may run on and on",
     " recurse recurse_down repeat while until walk combinations paths leaf_paths tostream "
     "fromstream truncate_stream "
     "def label break "},
    {"differs between CPUs",
     " exp exp2 exp10 expm1 log log2 log10 log1p pow pow10 cbrt sin cos tan asin acos atan atan2 "
     "sinh cosh tanh asinh "
     "acosh atanh gamma lgamma tgamma lgamma_r significand logb ldexp scalb scalbln drem fma fmod "
     "frexp modf "},
    {"may take very long; there are startswith, endswith, contains and split",
     " test match capture scan splits sub gsub "},
    {"has no use here",
     " path setpath delpaths transpose infinite nan isinfinite isnan isnormal index rindex indices "
     "bsearch INDEX "
     "ascii rint nearbyint "},
});

}  // namespace

const Macro* find_macro(std::string_view name, int arity) {
  const auto found = std::ranges::find_if(
      kMacros, [&](const Macro& macro) { return macro.name == name && macro.arity == arity; });
  return found == kMacros.end() ? nullptr : &*found;
}

std::span<const Macro> macros() {
  return kMacros;
}

std::string_view why_left_out(std::string_view name) {
  const std::string word = " " + std::string(name) + " ";
  for (const LeftOut& left_out : kLeftOut) {
    if (left_out.names.find(word) != std::string_view::npos) return left_out.why;
  }
  return {};
}

}  // namespace gnomon
