#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "engine/base/nearest_name.h"
#include "engine/expressions/functions.h"
#include "engine/expressions/parser.h"

namespace gnomon {
namespace {

/// The escapes of jq are those of JSON, but line breaks may stand in a string.
Expected<Json> unescape(std::string_view raw) {
  std::string json = "\"";
  for (const char c : raw) {
    if (static_cast<unsigned char>(c) < 0x20) {
      json += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      json += c;
    }
  }
  Expected<Value> value = read_json(json + '"');
  if (!value) return std::unexpected(value.error());
  return std::move(value->json);
}

}  // namespace

Expected<Node> Parser::parse_term() {
  const Token token = lexer_.peek();
  Parsed term = counted(parse_primary(), token);
  // Whether the last thing read looks something up; in (.a)? the last thing is a parenthesis.
  bool is_step =
      token.kind == Token::Kind::kField || (token.is(".") && term && term->kind == Syntax::kIndex);
  while (term) {
    const Token next = lexer_.peek();
    if (next.kind == Token::Kind::kField) {
      lexer_.take();
      term = make_of(Syntax::kIndex, std::move(*term), literal(Json::string(next.text)));
    } else if (next.is(".")) {
      lexer_.take();
      if (lexer_.peek().is("[")) continue;
      if (lexer_.peek().kind != Token::Kind::kQuote) return unexpected("a name after '.'");
      Parsed key = parse_string(Format::kText);
      if (!key) return key;
      term = make_of(Syntax::kIndex, std::move(*term), std::move(*key));
    } else if (next.is("[")) {
      lexer_.take();
      term = parse_brackets(std::move(*term));
    } else if (next.is("?")) {
      lexer_.take();
      if (is_step) {
        term->optional = true;  // as in jq, .a.b? still fails where .a does
      } else {
        term = make_of(Syntax::kTry, std::move(*term));
      }
    } else {
      break;
    }
    is_step = !next.is("?");
    term = counted(std::move(term), next);
  }
  return term;
}

Expected<Node> Parser::parse_brackets(Node base) {
  if (lexer_.take_symbol("]")) return make_of(Syntax::kIterate, std::move(base));
  Node from = literal(Json());
  Node to = literal(Json());
  if (!lexer_.peek().is(":")) {
    Parsed key = parse_pipe();
    if (!key) return key;
    if (lexer_.take_symbol("]")) return make_of(Syntax::kIndex, std::move(base), std::move(*key));
    from = std::move(*key);
  }
  if (auto colon = expect(":"); !colon) return std::unexpected(colon.error());
  if (!lexer_.peek().is("]")) {
    Parsed end = parse_pipe();
    if (!end) return end;
    to = std::move(*end);
  }
  if (auto end = expect("]"); !end) return std::unexpected(end.error());
  return make_of(Syntax::kSlice, std::move(base), std::move(from), std::move(to));
}

Expected<Node> Parser::parse_primary() {
  const Token token = lexer_.peek();
  switch (token.kind) {
    case Token::Kind::kField:
      lexer_.take();
      return make_of(Syntax::kIndex, make(Syntax::kIdentity), literal(Json::string(token.text)));
    case Token::Kind::kVariable:
      lexer_.take();
      return parse_variable(token);
    case Token::Kind::kNumber:
      lexer_.take();
      return parse_number(token);
    case Token::Kind::kQuote:
      return parse_string(Format::kText);
    case Token::Kind::kFormat:
      lexer_.take();
      return parse_format(token);
    case Token::Kind::kName:
      return parse_name();
    default:
      break;
  }
  if (token.is("..")) return left_out(token, "..", "may run on and on");
  if (lexer_.take_symbol(".")) {
    if (lexer_.peek().kind != Token::Kind::kQuote) return make(Syntax::kIdentity);
    Parsed key = parse_string(Format::kText);
    if (!key) return key;
    return make_of(Syntax::kIndex, make(Syntax::kIdentity), std::move(*key));
  }
  if (lexer_.take_symbol("(")) return parse_until(")");
  if (lexer_.take_symbol("[")) {
    if (lexer_.take_symbol("]")) return make(Syntax::kArray);
    Parsed contents = parse_until("]");
    if (!contents) return contents;
    return make_of(Syntax::kArray, std::move(*contents));
  }
  if (lexer_.take_symbol("{")) return parse_object();
  return unexpected("a value");
}

Expected<Node> Parser::parse_until(std::string_view symbol) {
  Parsed inside = parse_pipe();
  if (!inside) return inside;
  if (auto end = expect(symbol); !end) return std::unexpected(end.error());
  return inside;
}

Expected<Node> Parser::parse_variable(const Token& token) {
  for (auto variable = variables_.rbegin(); variable != variables_.rend(); ++variable) {
    if (variable->first != token.text) continue;
    Node node = make(Syntax::kVariable);
    node.slot = variable->second;
    return node;
  }
  if (const std::string_view why = why_left_out(token.text); !why.empty()) {
    return left_out(token, fmt::format("${}", token.text), why);
  }
  NearestName nearest("$" + std::string(token.text));
  for (const auto& [name, slot] : variables_) nearest.consider("$" + std::string(name));
  return error(token, fmt::format("unknown variable '${}'{}; all input is in '.'", token.text,
                                  nearest.hint()));
}

Expected<Node> Parser::parse_number(const Token& token) {
  std::string text(token.text);
  if (text[0] == '.') text.insert(0, 1, '0');
  double number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc{}) {
    return error(token, "the number is too large or too small");
  }
  return literal(Json::number(number));
}

Expected<Node> Parser::parse_format(const Token& token) {
  const std::optional<Format> format = find_format(token.text);
  if (!format)
    return error(token, fmt::format("unknown format '@{}'; there are @text, @json, @csv, @tsv, "
                                    "@html, @uri, @sh and @base64",
                                    token.text));
  if (lexer_.peek().kind == Token::Kind::kQuote) return parse_string(*format);
  Node node = make(Syntax::kFormat);
  node.format = *format;
  return node;
}

Expected<Node> Parser::parse_string(Format format) {
  const Token quote = lexer_.take();
  Node node = make(Syntax::kString);
  node.format = format;
  for (;;) {
    std::string raw;
    const std::optional<Lexer::Piece> end = lexer_.take_string(raw);
    if (!end) return error(quote, "this string has no end");
    if (!raw.empty()) {
      Expected<Json> text = unescape(raw);
      if (!text) return error(quote, "an unknown escape in this string");
      node.parts.push_back(literal(std::move(*text)));
    }
    if (*end == Lexer::Piece::kEnd) break;
    Parsed piece = parse_until(")");
    if (!piece) return piece;
    // A pipe of one stage, so that it is no literal and gets formatted.
    node.parts.push_back(make_of(Syntax::kPipe, std::move(*piece)));
  }
  if (node.parts.empty()) return literal(Json::string(""));
  if (node.parts.size() == 1 && node.parts[0].kind == Syntax::kLiteral)
    return std::move(node.parts[0]);
  return node;
}

Expected<Node> Parser::parse_key() {
  const Token token = lexer_.peek();
  if (token.kind == Token::Kind::kName) {
    lexer_.take();
    return literal(Json::string(token.text));
  }
  if (token.kind == Token::Kind::kQuote) return parse_string(Format::kText);
  if (token.kind == Token::Kind::kFormat) {
    lexer_.take();
    return parse_format(token);
  }
  if (lexer_.take_symbol("(")) return parse_until(")");
  return unexpected("a key: a name, a string, or an expression in parentheses");
}

Expected<Node> Parser::parse_object() {
  Node object = make(Syntax::kObject);
  while (!lexer_.take_symbol("}")) {
    const Token token = lexer_.peek();
    if (token.kind == Token::Kind::kVariable) {
      lexer_.take();
      Parsed value = parse_variable(token);
      if (!value) return value;
      object.parts.push_back(literal(Json::string(token.text)));
      object.parts.push_back(std::move(*value));
    } else {
      Parsed key = parse_key();
      if (!key) return key;
      Node value = make_of(Syntax::kIndex, make(Syntax::kIdentity), *key);
      if (token.is("(") || lexer_.peek().is(":")) {
        if (auto colon = expect(":"); !colon) return std::unexpected(colon.error());
        Parsed given = parse_object_value();
        if (!given) return given;
        value = std::move(*given);
      }
      object.parts.push_back(std::move(*key));
      object.parts.push_back(std::move(value));
    }
    if (Parsed field = counted(Node{}, token); !field) return field;
    if (!lexer_.take_symbol(",") && !lexer_.peek().is("}"))
      return unexpected("',' or '}' (operators need parentheses here)");
  }
  return object;
}

Expected<Node> Parser::parse_object_value() {
  std::vector<Node> stages;
  do {
    const bool negative = lexer_.take_symbol("-");
    Parsed stage = parse_term();
    if (!stage) return stage;
    stages.push_back(negative ? make_of(Syntax::kNegate, std::move(*stage)) : std::move(*stage));
  } while (lexer_.take_symbol("|"));
  return stages.size() == 1 ? std::move(stages[0]) : make(Syntax::kPipe, std::move(stages));
}

}  // namespace gnomon
