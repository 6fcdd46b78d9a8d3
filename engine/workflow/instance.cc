#include "engine/workflow/instance.h"

#include "engine/base/digest.h"

namespace gnomon {

std::uint64_t entity_of(const Instance& instance, std::uint64_t parent_entity) {
  Digest digest;
  if (instance.parent.workflow != WorkflowId::kNone) {
    const std::uint64_t words[] = {parent_entity, instance.parent.node, instance.slot};
    digest.add(words, sizeof words);
  } else if (!instance.key.empty()) {
    digest.add(instance.key);
  } else {
    return value_of(instance.id);
  }
  return digest.low();
}

}  // namespace gnomon
