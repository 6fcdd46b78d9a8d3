#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace gnomon {

struct Token {
  enum class Kind { kEnd, kName, kField, kVariable, kFormat, kNumber, kQuote, kSymbol };
  Kind kind = Kind::kEnd;
  std::string_view text;  ///< without the . $ @ that mark fields, variables and formats
  std::size_t at = 0;     ///< offset in the program

  bool is(std::string_view symbol) const { return kind == Kind::kSymbol && text == symbol; }
  bool is_word(std::string_view word) const { return kind == Kind::kName && text == word; }
};

/// Cuts a jq program into tokens, with one token of lookahead. Strings are read by whoever takes
/// their opening quote, piece by piece, since an expression may stand inside of them.
class Lexer {
 public:
  explicit Lexer(std::string_view program) : program_(program) {}

  const Token& peek();
  Token take();
  bool take_symbol(std::string_view symbol);
  bool take_word(std::string_view word);

  /// After a quote or after the parenthesis that ends an interpolation: reads to the closing quote,
  /// or past `\(`. Appends what stands for itself to `raw`, escapes as they are. Empty: the text
  /// ends before the string does.
  enum class Piece { kEnd, kInterpolation };
  std::optional<Piece> take_string(std::string& raw);

  /// "column 7: what", or "line 2, column 7: what" in a program of several lines.
  std::unexpected<Error> error(std::size_t at, std::string_view what) const;

 private:
  Token scan();
  Token token(Token::Kind kind, std::size_t begin, std::size_t skipped = 0) const;
  void skip_spaces();
  void skip_name();

  std::string_view program_;
  std::size_t at_ = 0;
  std::optional<Token> next_;
};

}  // namespace gnomon
