#include "engine/expressions/paths_named.h"

#include <algorithm>
#include <span>

#include "engine/expressions/parser.h"

namespace gnomon {
namespace {

bool is_field(const Node& node) {
  return node.kind == Syntax::kIndex && node.parts[1].kind == Syntax::kLiteral &&
         node.parts[1].literal.json.is_string();
}

void note(const Node& node, std::vector<NamedPath>& paths);

void note(std::span<const Node> parts, std::vector<NamedPath>& paths) {
  for (const Node& part : parts) note(part, paths);
}

/// `.a.b.c`, whose base is another `.a.b`, down to `.`; false if it is based on something else.
bool note_fields(const Node& node, std::vector<NamedPath>& paths) {
  NamedPath path;
  const Node* at = &node;
  for (; is_field(*at); at = &at->parts[0]) path.emplace_back(at->parts[1].literal.json.text());
  if (at->kind != Syntax::kIdentity) return false;
  std::ranges::reverse(path);
  paths.push_back(std::move(path));
  return true;
}

/// Notes what `node` reads where `.` is the program's input.
void note(const Node& node, std::vector<NamedPath>& paths) {
  const std::span<const Node> parts(node.parts);
  switch (node.kind) {
    case Syntax::kIndex:
      if (is_field(node) && note_fields(node, paths)) return;
      return note(parts, paths);
    case Syntax::kPipe:
    case Syntax::kTry:  // `.` of what comes after them is what they give: a value, the error
      return note(parts.first(1), paths);
    case Syntax::kReduce:
    case Syntax::kForeach:  // the source and the start; `.` of the update is what came so far
      return note(parts.first(2), paths);
    case Syntax::kAssign:
    case Syntax::kUpdateBy:
    case Syntax::kUpdateOr:
      return note(parts.subspan(1), paths);
    case Syntax::kCall:
    case Syntax::kDelete:
    case Syntax::kUpdate:
      return;
    default:
      return note(parts, paths);
  }
}

}  // namespace

std::vector<NamedPath> paths_named(const Expression& expression) {
  std::vector<NamedPath> paths;
  const Expected<Program> program = parse_program(expression.text());
  if (program) note(program->root, paths);
  std::ranges::sort(paths);
  const auto doubles = std::ranges::unique(paths);
  paths.erase(doubles.begin(), doubles.end());
  return paths;
}

}  // namespace gnomon
