#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/expressions/value.h"

namespace gnomon {

struct Function;

/// What a node of the tree does; in brackets its parts, in order. The tree has no recursion and no
/// names: variables are slots, one for each place that binds one, and calls point at their
/// function.
enum class Syntax : std::uint8_t {
  kIdentity,     ///< .
  kLiteral,      ///< 1, "x", null
  kVariable,     ///< $x
  kIndex,        ///< [base, key]: .a, .["a"], .[0]
  kSlice,        ///< [base, from, to]: .[2:4]; a missing end is the literal null
  kIterate,      ///< [base]: .[]
  kPipe,         ///< [a, b, ...]
  kComma,        ///< [a, b, ...]
  kOperation,    ///< [a, b]: arithmetic and comparison
  kAnd,          ///< [a, b]
  kOr,           ///< [a, b]
  kAlternative,  ///< [a, b]: a // b
  kNegate,       ///< [a]
  kArray,        ///< [] or [contents]
  kObject,       ///< [key, value, key, value, ...]
  kString,       ///< [piece, ...]: literals as they are, the others formatted
  kFormat,       ///< @base64
  kIf,           ///< [condition, then, else]
  kTry,          ///< [body] or [body, handler]
  kReduce,       ///< [source, start, update] with a pattern
  kForeach,      ///< [source, start, update, extract] with a pattern
  kBind,         ///< [source, body] with a pattern: source as $x | body
  kCall,         ///< [argument, ...]
  kFirst,        ///< [a]: first(a)
  kLimit,        ///< [count, a]: limit(count; a)
  kRange,        ///< [from, to]: range(from; to)
  kDelete,       ///< [places]: del(places)
  kAssign,       ///< [places, value]: a = b
  kUpdate,       ///< [places, value]: a |= b
  kUpdateBy,     ///< [places, value] with an operator: a += b
  kUpdateOr,     ///< [places, value]: a //= b
};

enum class Operator : std::uint8_t {
  kNone,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kRemainder,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual
};

enum class Format : std::uint8_t { kText, kJson, kCsv, kTsv, kHtml, kUri, kSh, kBase64 };

struct Node;

/// The left side of `as`: $x, [$a, $b], {a: $x, $y}.
struct Pattern {
  int slot = -1;           ///< the variable that takes the whole value; -1: none
  bool is_array = false;   ///< takes elements by position, else fields by `keys`
  std::vector<Node> keys;  ///< one for each part of an object pattern
  std::vector<Pattern> parts;
};

struct Node {
  Syntax kind = Syntax::kIdentity;
  Operator operation = Operator::kNone;
  Format format = Format::kText;
  bool optional = false;  ///< of kIndex, kSlice, kIterate: .a?, what does not fit gives nothing
  int slot = 0;           ///< of kVariable
  const Function* function = nullptr;  ///< of kCall
  Value literal;                       ///< of kLiteral
  std::vector<Node> parts;
  std::vector<Pattern> patterns;  ///< none or one
};

/// A checked expression.
struct Program {
  std::string text;
  Node root;
  int slots = 0;
};

}  // namespace gnomon
