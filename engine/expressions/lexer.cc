#include "engine/expressions/lexer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace gnomon {
namespace {

// Longer ones first.
constexpr auto kSymbols = std::to_array<std::string_view>(
    {"//=", "|=", "+=", "-=", "*=", "/=", "%=", "==", "!=", "<=", ">=", "//", ".."});

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

}  // namespace

std::unexpected<Error> Lexer::error(std::size_t at, std::string_view what) const {
  const std::string_view before = program_.substr(0, at);
  const std::size_t column = at - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
  if (program_.find('\n') == std::string_view::npos)
    return invalid(fmt::format("column {}: {}", column, what));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  return invalid(fmt::format("line {}, column {}: {}", line, column, what));
}

const Token& Lexer::peek() {
  if (!next_) next_ = scan();
  return *next_;
}

Token Lexer::take() {
  const Token token = peek();
  next_.reset();
  return token;
}

bool Lexer::take_symbol(std::string_view symbol) {
  if (!peek().is(symbol)) return false;
  next_.reset();
  return true;
}

bool Lexer::take_word(std::string_view word) {
  if (!peek().is_word(word)) return false;
  next_.reset();
  return true;
}

void Lexer::skip_spaces() {
  while (at_ < program_.size()) {
    const char c = program_[at_];
    if (c == '#') {
      at_ = std::min(program_.find('\n', at_), program_.size());
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      ++at_;
    } else {
      return;
    }
  }
}

void Lexer::skip_name() {
  while (at_ < program_.size() && (starts_name(program_[at_]) || is_digit(program_[at_]))) ++at_;
}

Token Lexer::token(Token::Kind kind, std::size_t begin, std::size_t skipped) const {
  return {kind, program_.substr(begin + skipped, at_ - begin - skipped), begin};
}

Token Lexer::scan() {
  skip_spaces();
  const std::size_t begin = at_;
  if (begin == program_.size()) return token(Token::Kind::kEnd, begin);
  const char c = program_[begin];
  const char following = begin + 1 < program_.size() ? program_[begin + 1] : '\0';
  if (starts_name(c)) {
    skip_name();
    return token(Token::Kind::kName, begin);
  }
  if ((c == '.' || c == '$') && starts_name(following)) {
    ++at_;
    skip_name();
    return token(c == '.' ? Token::Kind::kField : Token::Kind::kVariable, begin, 1);
  }
  if (c == '@') {
    ++at_;
    skip_name();
    return token(Token::Kind::kFormat, begin, 1);
  }
  if (is_digit(c) || (c == '.' && is_digit(following))) {
    const auto digits = [&] {
      while (at_ < program_.size() && is_digit(program_[at_])) ++at_;
    };
    digits();
    if (at_ < program_.size() && program_[at_] == '.' && at_ + 1 < program_.size() &&
        is_digit(program_[at_ + 1])) {
      ++at_;
      digits();
    }
    std::size_t exponent = at_;
    if (exponent < program_.size() && (program_[exponent] == 'e' || program_[exponent] == 'E')) {
      ++exponent;
      if (exponent < program_.size() && (program_[exponent] == '+' || program_[exponent] == '-'))
        ++exponent;
      if (exponent < program_.size() && is_digit(program_[exponent])) {
        at_ = exponent;
        digits();
      }
    }
    return token(Token::Kind::kNumber, begin);
  }
  ++at_;
  if (c == '"') return token(Token::Kind::kQuote, begin);
  for (const std::string_view symbol : kSymbols) {
    if (program_.substr(begin).starts_with(symbol)) {
      at_ = begin + symbol.size();
      break;
    }
  }
  while (at_ < program_.size() && (static_cast<unsigned char>(program_[at_]) & 0xC0) == 0x80)
    ++at_;  // one character
  return token(Token::Kind::kSymbol, begin);
}

std::optional<Lexer::Piece> Lexer::take_string(std::string& raw) {
  while (at_ < program_.size()) {
    const char c = program_[at_++];
    if (c == '"') return Piece::kEnd;
    if (c == '\\' && at_ < program_.size()) {
      const char escaped = program_[at_++];
      if (escaped == '(') return Piece::kInterpolation;
      raw += c;
      raw += escaped;
    } else {
      raw += c;
    }
  }
  return std::nullopt;
}

}  // namespace gnomon
