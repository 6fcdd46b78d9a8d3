#include <algorithm>
#include <optional>
#include <span>
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

bool is_field_of(const Node& node, Syntax base) {
  return node.kind == Syntax::kIndex && node.parts[0].kind == base &&
         node.parts[1].kind == Syntax::kLiteral && node.parts[1].literal.json.is_string();
}

/// Whether it decides by what it finds, or takes what is not there: what it is given may be null.
bool is_guard(const Node& node) {
  switch (node.kind) {
    case Syntax::kIf:
    case Syntax::kAnd:
    case Syntax::kOr:
    case Syntax::kAlternative:
    case Syntax::kTry:
    case Syntax::kUpdateOr:
      return true;
    default:
      return node.optional;
  }
}

void note_keys(const Node& node, std::string_view field, Names& names);

void note_keys(std::span<const Node> parts, std::string_view field, Names& names) {
  for (const Node& part : parts) note_keys(part, field, names);
}

/// Notes the keys of `field` that `node` is sure to read where `.` is the program's input.
void note_keys(const Node& node, std::string_view field, Names& names) {
  if (is_guard(node)) return;
  const std::span<const Node> parts(node.parts);
  switch (node.kind) {
    case Syntax::kCall:
    case Syntax::kDelete:
    case Syntax::kUpdate:
      return;
    case Syntax::kAssign:
    case Syntax::kUpdateBy:
      return note_keys(parts.subspan(1), field, names);
    case Syntax::kReduce:
    case Syntax::kForeach:
      return note_keys(parts.first(1), field, names);
    case Syntax::kPipe:
      if (std::ranges::none_of(parts.subspan(1), is_guard)) note_keys(parts.first(1), field, names);
      return;
    case Syntax::kBind:
      if (!is_guard(parts[1])) note_keys(parts, field, names);
      return;
    default:
      note_keys(parts, field, names);
  }
  if (!is_field_of(node, Syntax::kIndex)) return;
  const Node& base = node.parts[0];
  if (is_field_of(base, Syntax::kIdentity) && base.parts[1].literal.json.text() == field)
    names.emplace_back(node.parts[1].literal.json.text());
}

void sort_once(Names& names) {
  std::ranges::sort(names);
  const auto doubles = std::ranges::unique(names);
  names.erase(doubles.begin(), doubles.end());
}

}  // namespace

std::optional<std::vector<std::string>> Expression::fields_read() const {
  Names names;
  if (!note(program_->root, names)) return std::nullopt;
  sort_once(names);
  return names;
}

std::vector<std::string> Expression::keys_read(std::string_view field) const {
  Names names;
  note_keys(program_->root, field, names);
  sort_once(names);
  return names;
}

}  // namespace gnomon
