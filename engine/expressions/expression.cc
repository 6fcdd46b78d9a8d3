#include "engine/expressions/expression.h"

#include <optional>

#include <fmt/format.h>

#include "engine/expressions/evaluation.h"
#include "engine/expressions/json.h"
#include "engine/expressions/parser.h"

namespace gnomon {
namespace {

std::unexpected<Error> failure(const Program& program, std::string_view what) {
  constexpr std::size_t kLongest = 60;
  const std::string_view text = program.text;
  return invalid(text.size() <= kLongest
                     ? fmt::format("expression '{}': {}", text, what)
                     : fmt::format("expression '{}...': {}", text.substr(0, kLongest), what));
}

std::unexpected<Error> failure_of(const Program& program, const Evaluation& evaluation) {
  if (evaluation.exhausted()) {
    return failure(program, fmt::format("takes more than {} units of work", kMaxExpressionWork));
  }
  const Json& reason = evaluation.error();
  constexpr std::size_t kLongest = 400;
  std::string text;
  if (reason.is_string()) {
    text = reason.text();
  } else {
    write_json(reason, kLongest, text);
  }
  if (text.size() > kLongest) text = Json::string(text.substr(0, kLongest)).text();
  return failure(program, text);
}

Expected<Value> read_input(const Program& program, const Payload& input) {
  Expected<Value> value = read_json(input.json());
  if (!value) return failure(program, "its input is not JSON: " + value.error().message);
  return value;
}

/// The one result of a program, if it has one.
Expected<std::optional<Value>> run_for_one(const Program& program, const Payload& input) {
  const Expected<Value> value = read_input(program, input);
  if (!value) return std::unexpected(value.error());
  Evaluation evaluation(program, kMaxExpressionWork);
  std::optional<Value> only;
  bool several = false;
  const bool ended = evaluation.each(program.root, *value, [&](const Value& result) {
    several = only.has_value();
    only = result;
    return !several;
  });
  if (several) {
    return failure(
        program,
        "gives several results where one is wanted; collect them with [...] or take first(...)");
  }
  if (!ended) return failure_of(program, evaluation);
  return only;
}

}  // namespace

Expression::Expression() : program_(std::make_shared<const Program>(Program{".", Node{}, 0})) {}

Expected<Expression> Expression::compile(std::string_view text) {
  Expected<Program> program = parse_program(text);
  if (!program) return std::unexpected(program.error());
  return Expression(std::make_shared<const Program>(std::move(*program)));
}

Expected<Payload> Expression::evaluate(const Payload& input) const {
  const Expected<std::optional<Value>> result = run_for_one(*program_, input);
  if (!result) return std::unexpected(result.error());
  if (!*result) return failure(*program_, "gives no result; end it with '// null' if that may be");
  std::string text;
  if (!write_json((*result)->json, kMaxJsonBytes, text)) {
    return failure(*program_,
                   fmt::format("its result is longer than {} bytes or nested deeper than {} levels",
                               kMaxJsonBytes, kMaxJsonDepth));
  }
  return Payload(text);
}

Expected<std::vector<Payload>> Expression::evaluate_all(const Payload& input) const {
  const Expected<Value> value = read_input(*program_, input);
  if (!value) return std::unexpected(value.error());
  Evaluation evaluation(*program_, kMaxExpressionWork);
  std::vector<Payload> results;
  std::size_t bytes = 0;
  bool fits = true;
  const bool ended = evaluation.each(program_->root, *value, [&](const Value& result) {
    std::string text;
    fits = write_json(result.json, kMaxJsonBytes - bytes, text);
    bytes += text.size();
    if (fits) results.emplace_back(text);
    return fits;
  });
  if (!fits)
    return failure(*program_, fmt::format("its results are longer than {} bytes", kMaxJsonBytes));
  if (!ended) return failure_of(*program_, evaluation);
  return results;
}

Expected<bool> Expression::evaluate_bool(const Payload& input) const {
  const Expected<std::optional<Value>> result = run_for_one(*program_, input);
  if (!result) return std::unexpected(result.error());
  return result->has_value() && (*result)->json.is_true();
}

std::string_view Expression::text() const {
  return program_->text;
}

Expected<Expression> ExpressionCache::compile(std::string_view text) {
  if (const auto found = expressions_.find(text); found != expressions_.end()) return found->second;
  Expected<Expression> expression = Expression::compile(text);
  if (expression) expressions_.emplace(text, *expression);
  return expression;
}

}  // namespace gnomon
