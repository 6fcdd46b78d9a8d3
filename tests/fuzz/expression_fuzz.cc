// A jq program on the first line, its input on the others. Neither may crash or hang, results are
// canonical, and the same program gives the same results again.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/base/ensure.h"
#include "engine/expressions/expression.h"
#include "engine/expressions/json.h"

using gnomon::canonical_json;
using gnomon::Expression;
using gnomon::Payload;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string_view program = text.substr(0, line);
  const std::string_view json = line == text.size() ? std::string_view{} : text.substr(line + 1);

  const auto canonical = canonical_json(json);
  if (canonical) {
    const auto again = canonical_json(canonical->json());
    ENSURE(again && *again == *canonical, "not stable: {}", canonical->json());
  }
  const auto expression = Expression::compile(program);
  if (!expression) return 0;
  const Payload input = canonical ? *canonical : Payload();
  const auto results = expression->evaluate_all(input);
  const auto again = expression->evaluate_all(input);
  ENSURE(results.has_value() == again.has_value(), "{} fails only sometimes", program);
  if (!results) {
    ENSURE(results.error().message == again.error().message, "{} fails in two ways", program);
    return 0;
  }
  ENSURE(*results == *again, "{} gives different results", program);
  for (const Payload& result : *results) {
    const auto stable = canonical_json(result.json());
    ENSURE(stable && *stable == result, "{} gives {}", program, result.json());
  }
  return 0;
}
