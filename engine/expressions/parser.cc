#include "engine/expressions/parser.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "engine/expressions/expression.h"
#include "engine/expressions/functions.h"

namespace gnomon {
namespace {

constexpr int kMaxNesting = 64;
constexpr int kMaxNodes = 2000;  // evaluation may be as deep as there are nodes

struct OperatorSyntax {
  std::string_view symbol;
  int precedence;
  enum class Joins { kLeft, kRight, kNot } joins;
  Syntax kind;
  Operator operation;
};
using enum OperatorSyntax::Joins;

constexpr auto kOperators = std::to_array<OperatorSyntax>({
    {"//", 1, kRight, Syntax::kAlternative, Operator::kNone},
    {"=", 2, kNot, Syntax::kAssign, Operator::kNone},
    {"|=", 2, kNot, Syntax::kUpdate, Operator::kNone},
    {"//=", 2, kNot, Syntax::kUpdateOr, Operator::kNone},
    {"+=", 2, kNot, Syntax::kUpdateBy, Operator::kAdd},
    {"-=", 2, kNot, Syntax::kUpdateBy, Operator::kSubtract},
    {"*=", 2, kNot, Syntax::kUpdateBy, Operator::kMultiply},
    {"/=", 2, kNot, Syntax::kUpdateBy, Operator::kDivide},
    {"%=", 2, kNot, Syntax::kUpdateBy, Operator::kRemainder},
    {"or", 3, kLeft, Syntax::kOr, Operator::kNone},
    {"and", 4, kLeft, Syntax::kAnd, Operator::kNone},
    {"==", 5, kNot, Syntax::kOperation, Operator::kEqual},
    {"!=", 5, kNot, Syntax::kOperation, Operator::kNotEqual},
    {"<", 5, kNot, Syntax::kOperation, Operator::kLess},
    {"<=", 5, kNot, Syntax::kOperation, Operator::kLessEqual},
    {">", 5, kNot, Syntax::kOperation, Operator::kGreater},
    {">=", 5, kNot, Syntax::kOperation, Operator::kGreaterEqual},
    {"+", 6, kLeft, Syntax::kOperation, Operator::kAdd},
    {"-", 6, kLeft, Syntax::kOperation, Operator::kSubtract},
    {"*", 7, kLeft, Syntax::kOperation, Operator::kMultiply},
    {"/", 7, kLeft, Syntax::kOperation, Operator::kDivide},
    {"%", 7, kLeft, Syntax::kOperation, Operator::kRemainder},
});
constexpr int kLowestPrecedence = 1;
constexpr int kFactorPrecedence = 7;

const OperatorSyntax* find_operator(const Token& token) {
  if (token.kind != Token::Kind::kSymbol && token.kind != Token::Kind::kName) return nullptr;
  const auto found = std::ranges::find(kOperators, token.text, &OperatorSyntax::symbol);
  return found == kOperators.end() ? nullptr : &*found;
}

}  // namespace

Expected<Program> parse_program(std::string_view text) {
  if (text.size() > kMaxExpressionBytes) {
    return invalid(fmt::format("an expression of {} bytes; at most {} are allowed", text.size(),
                               kMaxExpressionBytes));
  }
  Parser::Shared shared;
  Expected<Node> root = Parser(text, shared).parse();
  if (!root) return std::unexpected(root.error());
  return Program{std::string(text), std::move(*root), shared.slots};
}

Expected<Node> Parser::parse() {
  Parsed root = parse_pipe();
  if (root && lexer_.peek().kind != Token::Kind::kEnd)
    return unexpected("the end of the expression");
  return root;
}

std::unexpected<Error> Parser::left_out(const Token& token, std::string_view name,
                                        std::string_view why) const {
  return error(token, fmt::format("'{}' is left out of expressions: it {}", name, why));
}

std::unexpected<Error> Parser::unexpected(std::string_view wanted) {
  const Token& token = lexer_.peek();
  if (token.kind == Token::Kind::kName) {
    if (const std::string_view why = why_left_out(token.text); !why.empty())
      return left_out(token, token.text, why);
  }
  if (token.kind == Token::Kind::kEnd)
    return error(token, fmt::format("expected {}, not the end", wanted));
  return error(token, fmt::format("expected {}, not '{}'", wanted, token.text));
}

Expected<void> Parser::expect(std::string_view symbol) {
  if (lexer_.take_symbol(symbol)) return {};
  return unexpected(fmt::format("'{}'", symbol));
}

Expected<void> Parser::expect_word(std::string_view word) {
  if (lexer_.take_word(word)) return {};
  return unexpected(fmt::format("'{}'", word));
}

Expected<void> Parser::enter() {
  if (++shared_.nesting <= kMaxNesting) return {};
  return error(lexer_.peek(), fmt::format("nested deeper than {} levels", kMaxNesting));
}

Expected<Node> Parser::counted(Parsed node, const Token& at) {
  if (node && ++shared_.nodes > kMaxNodes)
    return error(at, fmt::format("more than {} parts", kMaxNodes));
  return node;
}

Expected<Node> Parser::parse_pipe() {
  if (auto entered = enter(); !entered) return std::unexpected(entered.error());
  std::vector<Node> stages;
  do {
    Parsed stage = parse_comma();
    if (!stage) return stage;
    stages.push_back(std::move(*stage));
  } while (lexer_.take_symbol("|"));
  --shared_.nesting;
  return stages.size() == 1 ? std::move(stages[0]) : make(Syntax::kPipe, std::move(stages));
}

Expected<Node> Parser::parse_comma() {
  std::vector<Node> branches;
  do {
    Parsed branch = parse_binary(kLowestPrecedence);
    if (!branch) return branch;
    branches.push_back(std::move(*branch));
  } while (lexer_.take_symbol(","));
  return branches.size() == 1 ? std::move(branches[0]) : make(Syntax::kComma, std::move(branches));
}

Expected<Node> Parser::parse_binary(int lowest) {
  const Token begin = lexer_.peek();
  Parsed left = parse_operand();
  while (left) {
    const OperatorSyntax* found = find_operator(lexer_.peek());
    if (found == nullptr || found->precedence < lowest) break;
    const Token token = lexer_.take();
    if (found->precedence == 2 && !is_places(*left)) {
      return error(
          begin,
          fmt::format("the left side of '{}' must name places, such as .a or .list[]", token.text));
    }
    Parsed right = parse_binary(found->joins == kRight ? found->precedence : found->precedence + 1);
    if (!right) return right;
    Node node = make_of(found->kind, std::move(*left), std::move(*right));
    node.operation = found->operation;
    left = counted(std::move(node), token);
    const OperatorSyntax* next = find_operator(lexer_.peek());
    if (found->joins == kNot && next != nullptr && next->precedence == found->precedence) {
      return error(lexer_.peek(),
                   fmt::format("'{}' after '{}' needs parentheses", next->symbol, found->symbol));
    }
  }
  return left;
}

Expected<Node> Parser::parse_operand() {
  const Token token = lexer_.peek();
  if (lexer_.take_symbol("-")) {
    if (auto entered = enter(); !entered) return std::unexpected(entered.error());
    Parsed operand = parse_binary(kFactorPrecedence);
    if (!operand) return operand;
    --shared_.nesting;
    return counted(make_of(Syntax::kNegate, std::move(*operand)), token);
  }
  if (lexer_.take_word("try")) return parse_try();
  Parsed term = parse_term();
  if (!term || !lexer_.take_word("as")) return term;
  return parse_bind(std::move(*term));
}

Expected<Node> Parser::parse_try() {
  const Token token = lexer_.peek();
  if (auto entered = enter(); !entered) return std::unexpected(entered.error());
  Parsed body = parse_operand();
  if (!body) return body;
  Node node = make_of(Syntax::kTry, std::move(*body));
  if (lexer_.take_word("catch")) {
    Parsed handler = parse_operand();
    if (!handler) return handler;
    node.parts.push_back(std::move(*handler));
  }
  --shared_.nesting;
  return counted(std::move(node), token);
}

Expected<Node> Parser::parse_bind(Node source) {
  const Token token = lexer_.peek();
  const std::size_t scope = variables_.size();
  Node node = make_of(Syntax::kBind, std::move(source));
  if (auto pattern = parse_pattern(); pattern) {
    node.patterns.push_back(std::move(*pattern));
  } else {
    return std::unexpected(pattern.error());
  }
  if (auto bar = expect("|"); !bar) return std::unexpected(bar.error());
  Parsed body = parse_pipe();
  if (!body) return body;
  variables_.resize(scope);
  node.parts.push_back(std::move(*body));
  return counted(std::move(node), token);
}

int Parser::declare(std::string_view name) {
  variables_.emplace_back(name, shared_.slots);
  return shared_.slots++;
}

Expected<Pattern> Parser::parse_pattern() {
  if (auto entered = enter(); !entered) return std::unexpected(entered.error());
  Pattern pattern;
  if (lexer_.peek().kind == Token::Kind::kVariable) {
    pattern.slot = declare(lexer_.take().text);
  } else if (lexer_.take_symbol("[")) {
    pattern.is_array = true;
    do {
      Expected<Pattern> part = parse_pattern();
      if (!part) return part;
      pattern.parts.push_back(std::move(*part));
    } while (lexer_.take_symbol(","));
    if (auto end = expect("]"); !end) return std::unexpected(end.error());
  } else if (lexer_.take_symbol("{")) {
    do {
      if (auto field = parse_field_pattern(pattern); !field) return std::unexpected(field.error());
    } while (lexer_.take_symbol(","));
    if (auto end = expect("}"); !end) return std::unexpected(end.error());
  } else {
    return unexpected("a variable such as $x, or a pattern of them");
  }
  --shared_.nesting;
  return pattern;
}

Expected<void> Parser::parse_field_pattern(Pattern& pattern) {
  const Token token = lexer_.peek();
  Pattern part;
  if (token.kind == Token::Kind::kVariable) {
    lexer_.take();
    pattern.keys.push_back(literal(Json::string(token.text)));
    part.slot = declare(token.text);
    if (!lexer_.peek().is(":")) {
      pattern.parts.push_back(std::move(part));
      return {};
    }
    // {$a: [$b]} binds both: the same field once more for what follows the colon.
    pattern.parts.push_back(std::move(part));
    pattern.keys.push_back(literal(Json::string(token.text)));
  } else {
    Parsed key = parse_key();
    if (!key) return std::unexpected(key.error());
    pattern.keys.push_back(std::move(*key));
  }
  if (auto colon = expect(":"); !colon) return colon;
  Expected<Pattern> below = parse_pattern();
  if (!below) return std::unexpected(below.error());
  pattern.parts.push_back(std::move(*below));
  return {};
}

bool is_places(const Node& node) {
  const auto all_from = [&](std::size_t first) {
    return std::all_of(node.parts.begin() + static_cast<std::ptrdiff_t>(first), node.parts.end(),
                       is_places);
  };
  switch (node.kind) {
    case Syntax::kIdentity:
      return true;
    case Syntax::kIndex:
    case Syntax::kSlice:
    case Syntax::kIterate:
    case Syntax::kFirst:
      return is_places(node.parts[0]);
    case Syntax::kTry:
      return node.parts.size() == 1 && is_places(node.parts[0]);
    case Syntax::kPipe:
    case Syntax::kComma:
    case Syntax::kAlternative:
      return all_from(0);
    case Syntax::kIf:
    case Syntax::kBind:
      return all_from(1);
    case Syntax::kCall:
      return node.function->name == "error";
    default:
      return false;
  }
}

}  // namespace gnomon
