#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/error.h"
#include "engine/expressions/lexer.h"
#include "engine/expressions/syntax.h"

namespace gnomon {

/// Reads a jq program of at most kMaxExpressionBytes. What is not in the allowed language is an
/// error, as is a left side of an assignment that names no places. Macros are expanded here, so
/// evaluation knows nothing of them.
Expected<Program> parse_program(std::string_view text);

/// By recursive descent: a pipe is of commas, these of operators, these of operands and terms.
class Parser {
 public:
  /// What the parsers of a program and of the macros it uses have in common.
  struct Shared {
    int slots = 0;
    int nodes = 0;
    int nesting = 0;
  };
  /// In the body of a macro, f and g stand for the first and the second of `arguments`.
  Parser(std::string_view text, Shared& shared, std::vector<Node> arguments = {},
         bool in_macro = false)
      : lexer_(text), shared_(shared), arguments_(std::move(arguments)), in_macro_(in_macro) {}

  Expected<Node> parse();

 private:
  using Parsed = Expected<Node>;

  // parser.cc: operators and variables
  Parsed parse_pipe();
  Parsed parse_comma();
  Parsed parse_binary(int lowest);
  Parsed parse_operand();
  Parsed parse_try();
  Parsed parse_bind(Node source);
  Expected<Pattern> parse_pattern();
  Expected<void> parse_field_pattern(Pattern& pattern);
  int declare(std::string_view name);

  // parser_terms.cc
  Parsed parse_term();
  Parsed parse_primary();
  /// After the `[` of `.[...]`.
  Parsed parse_brackets(Node base);
  Parsed parse_until(std::string_view symbol);
  Parsed parse_variable(const Token& token);
  Parsed parse_number(const Token& token);
  Parsed parse_format(const Token& token);
  Parsed parse_string(Format format);
  /// A key of an object: a name, a string, or any expression in parentheses.
  Parsed parse_key();
  Parsed parse_object();
  Parsed parse_object_value();

  // parser_names.cc: all that begins with a word
  Parsed parse_name();
  /// At `if` or `elif`.
  Parsed parse_if();
  /// reduce SOURCE as PATTERN (START; UPDATE), foreach SOURCE as PATTERN (START; UPDATE; EXTRACT)
  Parsed parse_loop();
  Parsed parse_call(const Token& name);
  Parsed resolve_call(const Token& name, std::vector<Node> arguments);
  std::unexpected<Error> unknown_function(const Token& name, std::size_t arity) const;

  std::unexpected<Error> error(const Token& token, std::string_view what) const {
    return lexer_.error(token.at, what);
  }
  std::unexpected<Error> left_out(const Token& token, std::string_view name,
                                  std::string_view why) const;
  /// That the next token is not what had to come.
  std::unexpected<Error> unexpected(std::string_view wanted);
  Expected<void> expect(std::string_view symbol);
  Expected<void> expect_word(std::string_view word);
  /// One level deeper; whoever enters leaves with --shared_.nesting.
  Expected<void> enter();
  /// Counts what was read, so that no program is too large to evaluate.
  Parsed counted(Parsed node, const Token& at);

  static Node make(Syntax kind, std::vector<Node> parts = {}) {
    Node node;
    node.kind = kind;
    node.parts = std::move(parts);
    return node;
  }
  template <typename... Parts>
  static Node make_of(Syntax kind, Parts... parts) {
    Node node;
    node.kind = kind;
    node.parts.reserve(sizeof...(parts));
    (node.parts.push_back(std::move(parts)), ...);
    return node;
  }
  static Node literal(Json value) {
    Node node = make(Syntax::kLiteral);
    node.literal.json = std::move(value);
    return node;
  }

  Lexer lexer_;
  Shared& shared_;
  std::vector<Node> arguments_;
  bool in_macro_;
  std::vector<std::pair<std::string_view, int>> variables_;
};

/// Whether `node` names places, and so may stand on the left side of an assignment.
bool is_places(const Node& node);

}  // namespace gnomon
