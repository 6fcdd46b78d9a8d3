#include "engine/model/node_spec.h"

#include <array>

namespace gnomon {
namespace {

constexpr std::array<std::string_view, kNodeKindCount> kNames = {
    "task", "subworkflow", "wait", "pass", "condition", "loop", "map", "custom"};
static_assert(std::variant_size_v<NodeWork> == kNodeKindCount);

}  // namespace

std::string_view to_string(NodeKind kind) {
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace gnomon
