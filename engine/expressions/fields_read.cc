#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/expressions/expression.h"
#include "engine/expressions/syntax.h"

namespace gnomon {
namespace {

using Names = std::vector<std::string>;

/// Notes what `node` reads where `.` is the program's input. False: perhaps all of it. Where `.` is
/// something else, nothing of the input can be reached but through variables, and what these hold
/// was noted where they were bound.
bool note(const Node& node, Names& names) {
  const auto all = [&names](const std::vector<Node>& parts) {
    return std::ranges::all_of(parts, [&names](const Node& part) { return note(part, names); });
  };
  switch (node.kind) {
    case Syntax::kLiteral:
    case Syntax::kVariable:
      return true;
    case Syntax::kIndex: {
      const Node& base = node.parts[0];
      const Node& key = node.parts[1];
      if (base.kind != Syntax::kIdentity) return all(node.parts);
      if (key.kind != Syntax::kLiteral || !key.literal.json.is_string()) return false;
      names.emplace_back(key.literal.json.text());
      return true;
    }
    case Syntax::kPipe:
      return note(node.parts.front(), names);
    case Syntax::kBind:
      // The keys of an object pattern are expressions too.
      if (!node.patterns.front().keys.empty() || !node.patterns.front().parts.empty()) return false;
      return all(node.parts);
    case Syntax::kSlice:
    case Syntax::kIterate:
    case Syntax::kComma:
    case Syntax::kOperation:
    case Syntax::kAnd:
    case Syntax::kOr:
    case Syntax::kAlternative:
    case Syntax::kNegate:
    case Syntax::kArray:
    case Syntax::kObject:
    case Syntax::kString:
    case Syntax::kIf:
      return all(node.parts);
    default:
      return false;
  }
}

}  // namespace

std::optional<std::vector<std::string>> Expression::fields_read() const {
  Names names;
  if (!note(program_->root, names)) return std::nullopt;
  std::ranges::sort(names);
  const auto doubles = std::ranges::unique(names);
  names.erase(doubles.begin(), doubles.end());
  return names;
}

}  // namespace gnomon
