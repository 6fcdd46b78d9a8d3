#include "engine/workflow/catalog.h"

#include <fmt/format.h>

#include "engine/base/ensure.h"

namespace gnomon {

void Catalog::put(DefinitionId id, DefinitionPtr definition, bool uploaded) {
  if (entries_.size() <= id) entries_.resize(std::size_t{id} + 1);
  Entry& entry = entries_[id];
  entry.runtime_of_spec.resize(definition->spec_count(), kNoRuntime);
  for (NodeIndex node = 0; node < definition->node_count(); ++node) {
    RuntimeIndex& runtime = entry.runtime_of_spec[definition->spec_index(node)];
    const auto* task = std::get_if<TaskSpec>(&definition->spec(node).work);
    if (task != nullptr && runtime == kNoRuntime) runtime = actions_.find(task->runtime);
  }
  by_name_[{definition->name(), definition->version()}].push_back(id);
  if (uploaded) {
    Versions& versions = uploaded_[definition->name()];
    versions.by_version[definition->version()] = id;
    versions.newest = id;
  }
  entry.definition = std::move(definition);
  entry.uploaded = uploaded;
}

Expected<DefinitionId> Catalog::add(const DefinitionPtr& definition, bool uploaded,
                                    std::vector<DefinitionRow>& rows) {
  for (const DefinitionId known : by_name_[{definition->name(), definition->version()}]) {
    const Entry& entry = entries_[known];
    const bool same =
        entry.definition == definition ||
        (!definition->source().empty() && entry.definition->source() == definition->source());
    if (same && entry.uploaded == uploaded) return known;
    if (entry.uploaded && uploaded) {
      return invalid(
          fmt::format("workflow '{}' version '{}' was uploaded before with another content: give "
                      "it a new version",
                      definition->name(), definition->version()));
    }
  }
  const auto id = static_cast<DefinitionId>(entries_.size());
  put(id, definition, uploaded);
  rows.push_back({.id = id,
                  .name = definition->name(),
                  .version = definition->version(),
                  .source = definition->source(),
                  .uploaded = uploaded});
  return id;
}

Expected<DefinitionId> Catalog::resolve(const WorkflowTarget& target,
                                        std::vector<DefinitionRow>& rows) {
  if (target.definition != nullptr) return add(target.definition, false, rows);
  const auto found = uploaded_.find(target.name);
  if (found == uploaded_.end())
    return invalid(fmt::format("there is no workflow named '{}'", target.name));
  if (target.version.empty()) return found->second.newest;
  const auto version = found->second.by_version.find(target.version);
  if (version == found->second.by_version.end()) {
    return invalid(fmt::format("workflow '{}' has no version '{}'", target.name, target.version));
  }
  return version->second;
}

Expected<void> Catalog::restore(const DefinitionRow& row, const DefinitionDecoder& decode) {
  auto definition = decode(row);
  if (!definition) {
    return invalid(fmt::format("the stored definition of workflow '{}' cannot be read: {}",
                               row.name, definition.error().message));
  }
  put(row.id, std::move(*definition), row.uploaded);
  return {};
}

}  // namespace gnomon
