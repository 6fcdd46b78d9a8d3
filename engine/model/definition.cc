#include "engine/model/definition.h"

#include <algorithm>
#include <numeric>

#include "engine/base/ensure.h"

namespace gnomon {

std::string_view Definition::node_name(NodeIndex node) const {
  return std::string_view(names_).substr(name_begin_[node],
                                         name_begin_[node + 1] - name_begin_[node]);
}

std::optional<NodeIndex> Definition::find(std::string_view name) const {
  const auto found = std::lower_bound(
      by_name_.begin(), by_name_.end(), name,
      [this](NodeIndex node, std::string_view wanted) { return node_name(node) < wanted; });
  if (found == by_name_.end() || node_name(*found) != name) return std::nullopt;
  return *found;
}

std::span<const NodeIndex> Definition::dependents(NodeIndex node) const {
  return std::span(targets_).subspan(target_begin_[node],
                                     target_begin_[node + 1] - target_begin_[node]);
}

std::span<const NodeIndex> Definition::dependencies(NodeIndex node) const {
  return std::span(sources_).subspan(source_begin_[node],
                                     source_begin_[node + 1] - source_begin_[node]);
}

std::span<const std::vector<NodeIndex>> Definition::branches(NodeIndex node) const {
  const auto found = branches_.find(node);
  ENSURE(found != branches_.end(), "node '{}' of workflow '{}' is no condition", node_name(node),
         name_);
  return found->second;
}

}  // namespace gnomon
