#include "engine/model/node_spec.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "engine/expressions/json.h"

namespace gnomon {
namespace {

constexpr std::array<std::string_view, kNodeKindCount> kNames = {
    "task", "subworkflow", "wait", "pass", "condition", "loop", "map", "custom"};
static_assert(std::variant_size_v<NodeWork> == kNodeKindCount);

}  // namespace

Expected<std::uint32_t> TaskSpec::units_for(const Payload& input) const {
  if (!units_expression) return units;
  const Expected<Payload> result =
      units_expression->evaluate(Payload{fmt::format(R"({{"input":{}}})", input.json())});
  if (!result) return std::unexpected(result.error());
  const Expected<double> wanted = json_number(*result);
  if (!wanted) return std::unexpected(wanted.error());
  if (!(*wanted >= 1 && *wanted <= kMaxUnits && std::trunc(*wanted) == *wanted))
    return invalid(fmt::format("expected 1 to {}, found {}", kMaxUnits, *wanted));
  return static_cast<std::uint32_t>(*wanted);
}

std::string_view to_string(NodeKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace gnomon
