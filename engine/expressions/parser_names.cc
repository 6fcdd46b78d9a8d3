#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "engine/base/nearest_name.h"
#include "engine/expressions/functions.h"
#include "engine/expressions/parser.h"

namespace gnomon {
namespace {

constexpr auto kKeywords = std::to_array<std::string_view>(
    {"and", "as", "catch", "elif", "else", "end", "foreach", "if", "or", "reduce", "then", "try"});

/// Functions that are syntax to the evaluation: they see their arguments as expressions.
struct Form {
  std::string_view name;
  std::size_t arity;
  Syntax kind;
};
constexpr auto kForms = std::to_array<Form>({{"empty", 0, Syntax::kComma},
                                             {"first", 1, Syntax::kFirst},
                                             {"limit", 2, Syntax::kLimit},
                                             {"range", 2, Syntax::kRange},
                                             {"del", 1, Syntax::kDelete}});

}  // namespace

Expected<Node> Parser::parse_name() {
  const Token token = lexer_.peek();
  if (token.text == "if") return parse_if();
  if (token.text == "reduce" || token.text == "foreach") return parse_loop();
  if (std::ranges::find(kKeywords, token.text) != kKeywords.end()) return unexpected("a value");
  lexer_.take();
  if (token.text == "null") return literal(Json());
  if (token.text == "true") return literal(Json::boolean(true));
  if (token.text == "false") return literal(Json::boolean(false));
  return parse_call(token);
}

Expected<Node> Parser::parse_if() {
  const Token token = lexer_.take();
  if (auto entered = enter(); !entered) return std::unexpected(entered.error());
  Parsed condition = parse_pipe();
  if (!condition) return condition;
  if (auto then = expect_word("then"); !then) return std::unexpected(then.error());
  Parsed yes = parse_pipe();
  if (!yes) return yes;
  Parsed no = make(Syntax::kIdentity);
  if (lexer_.peek().is_word("elif")) {
    no = counted(parse_if(), token);
  } else {
    if (lexer_.take_word("else")) no = parse_pipe();
    if (no && !lexer_.take_word("end")) return unexpected("'end' of 'if'");
  }
  if (!no) return no;
  --shared_.nesting;
  return make_of(Syntax::kIf, std::move(*condition), std::move(*yes), std::move(*no));
}

Expected<Node> Parser::parse_loop() {
  const Token token = lexer_.take();
  const bool reduces = token.text == "reduce";
  Parsed source = parse_term();
  if (!source) return source;
  if (auto as = expect_word("as"); !as) return std::unexpected(as.error());
  Node node = make_of(reduces ? Syntax::kReduce : Syntax::kForeach, std::move(*source));
  const std::size_t scope = variables_.size();
  Expected<Pattern> pattern = parse_pattern();
  if (!pattern) return std::unexpected(pattern.error());
  node.patterns.push_back(std::move(*pattern));
  if (auto open = expect("("); !open) return std::unexpected(open.error());
  // The start does not see the variables of the pattern.
  std::vector<std::pair<std::string_view, int>> bound(
      variables_.begin() + static_cast<std::ptrdiff_t>(scope), variables_.end());
  variables_.resize(scope);
  Parsed start = parse_until(";");
  if (!start) return start;
  node.parts.push_back(std::move(*start));
  variables_.insert(variables_.end(), bound.begin(), bound.end());
  Parsed update = parse_pipe();
  if (!update) return update;
  node.parts.push_back(std::move(*update));
  if (!reduces) {
    Parsed extract = make(Syntax::kIdentity);
    if (lexer_.take_symbol(";")) extract = parse_pipe();
    if (!extract) return extract;
    node.parts.push_back(std::move(*extract));
  }
  if (auto close = expect(")"); !close) return std::unexpected(close.error());
  variables_.resize(scope);
  return node;
}

Expected<Node> Parser::parse_call(const Token& name) {
  // Within a macro, f and g are what its caller gave.
  if (!arguments_.empty() && (name.text == "f" || name.text == "g"))
    return arguments_[name.text == "f" ? 0 : 1];
  std::vector<Node> arguments;
  if (lexer_.take_symbol("(")) {
    do {
      Parsed argument = parse_pipe();
      if (!argument) return argument;
      arguments.push_back(std::move(*argument));
    } while (lexer_.take_symbol(";"));
    if (auto end = expect(")"); !end) return std::unexpected(end.error());
  }
  return resolve_call(name, std::move(arguments));
}

Expected<Node> Parser::resolve_call(const Token& name, std::vector<Node> arguments) {
  const auto arity = static_cast<int>(arguments.size());
  for (const Form& form : kForms) {
    if (form.name != name.text || form.arity != arguments.size()) continue;
    if (form.kind == Syntax::kDelete && !is_places(arguments[0])) {
      return error(name, "del takes places, such as .a or .list[0]");
    }
    return make(form.kind, std::move(arguments));
  }
  const bool is_internal = name.text.starts_with('_') && !in_macro_;
  if (const Function* function = find_function(name.text, arity);
      function != nullptr && !is_internal) {
    Node node = make(Syntax::kCall, std::move(arguments));
    node.function = function;
    return node;
  }
  if (const Macro* macro = find_macro(name.text, arity)) {
    Parsed expanded = Parser(macro->body, shared_, std::move(arguments), true).parse();
    if (!expanded) return error(name, expanded.error().message);
    return expanded;
  }
  return unknown_function(name, arguments.size());
}

std::unexpected<Error> Parser::unknown_function(const Token& name, std::size_t arity) const {
  NearestName nearest(name.text);
  std::string known;
  const auto consider = [&](std::string_view candidate, std::size_t takes) {
    if (candidate.starts_with('_')) return;
    nearest.consider(candidate);
    if (candidate == name.text)
      known = fmt::format("'{}' takes {} argument{}", candidate, takes, takes == 1 ? "" : "s");
  };
  for (const Form& form : kForms) consider(form.name, form.arity);
  for (const Function& function : functions())
    consider(function.name, static_cast<std::size_t>(function.arity));
  for (const Macro& macro : macros()) consider(macro.name, static_cast<std::size_t>(macro.arity));
  if (!known.empty()) return error(name, fmt::format("{}, not {}", known, arity));
  if (const std::string_view why = why_left_out(name.text); !why.empty())
    return left_out(name, name.text, why);
  return error(name, fmt::format("unknown function '{}'{}", name.text, nearest.hint()));
}

}  // namespace gnomon
