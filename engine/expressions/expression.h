#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/payload.h"

namespace gnomon {

struct Program;

/// A jq expression, checked and ready to run: a condition, an input, an output, a filter, a
/// transform. A pointer wide, immutable, cheap to copy. The default one is `.`, which gives its
/// input.
///
/// The language is jq 1.6 without what would make it depend on the world or run on: no def, import,
/// label, `..`; no recurse, while, until, repeat, walk; no now and dates, env, input, debug, halt;
/// no exp, log, pow, sin (they differ between CPUs); no regular expressions; no repetition of
/// strings. A reduce, a foreach, a range may be as long as they like: what bounds an evaluation is
/// kMaxExpressionWork units of work (some tenths of a second and 256 MiB at the very worst),
/// counted, so that it fails at the same place on every machine, and no `try` hides it. Where
/// jq 1.6 is mistaken and 1.7 is not, 1.7 counts: `try` catches only its own errors, limit(0; f)
/// gives nothing. `|=` wants a value: `|= empty` is an error; to drop places, use del.
///
/// Results are canonical JSON (json.h), so equal results are equal texts.
class Expression {
 public:
  Expression();

  /// The error says where, what and what was probably meant:
  /// "column 9: unknown function 'lenght' (did you mean 'length'?)".
  static Expected<Expression> compile(std::string_view text);

  /// The one result. None is an error, and so are several: end with `// null`, or take first(...)
  /// or [...].
  Expected<Payload> evaluate(const Payload& input) const;
  /// All results, in order; their texts are at most kMaxJsonBytes together.
  Expected<std::vector<Payload>> evaluate_all(const Payload& input) const;
  /// The one result as `if` would see it: false for false and null, else true. No result
  /// (`select(...)`) is false.
  Expected<bool> evaluate_bool(const Payload& input) const;

  /// The fields of an object as input on which its results, or its error, can depend, ascending;
  /// nothing if they may depend on all of it. `.type == "x" and .data.n > 1` reads data and type.
  std::optional<std::vector<std::string>> fields_read() const;
  /// The constant keys of `field` of its input that it is sure to read and does not guard,
  /// ascending: of `nodes`, `.nodes.a.output + .nodes["b"].output` reads a and b. Not among them is
  /// what it finds in another way (`.nodes[.x]`, `.nodes | .a`), what it only writes to
  /// (`del(...)`,
  /// `.nodes.a = 1`), and what an `if`, `and`, `or`, `//`, `try` or `?` stands over or comes after:
  /// that may not be there.
  std::vector<std::string> keys_read(std::string_view field) const;

  std::string_view text() const;
  bool operator==(const Expression& other) const { return text() == other.text(); }

 private:
  explicit Expression(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  std::shared_ptr<const Program> program_;
};

inline constexpr std::size_t kMaxExpressionBytes = 4096;
inline constexpr std::uint64_t kMaxExpressionWork = 4'000'000;

/// Compiles each text once, so that the nodes of a large definition share their expressions.
class ExpressionCache {
 public:
  Expected<Expression> compile(std::string_view text);
  std::size_t size() const { return expressions_.size(); }

 private:
  std::map<std::string, Expression, std::less<>> expressions_;
};

}  // namespace gnomon
