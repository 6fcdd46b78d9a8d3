#include "sim/workload/behaviours.h"

#include <algorithm>

namespace gnomon::sim {

const Behaviour* Behaviours::resolve(const Definition& definition, NodeIndex node) const {
  if (!of_node.empty()) {
    const auto own = of_node.find({definition.name(), std::string{definition.node_name(node)}});
    if (own != of_node.end()) return &own->second;
  }
  const auto* task = std::get_if<TaskSpec>(&definition.spec(node).work);
  if (task == nullptr) return nullptr;
  const auto action = of_action.find(task->action);
  return action == of_action.end() ? nullptr : &action->second;
}

const Behaviour* Behaviours::find(const Definition& definition, std::uint64_t definition_number,
                                  NodeIndex node) const {
  if (latest_ == nullptr || latest_number_ != definition_number) {
    Resolved& resolved = resolved_[definition_number];
    if (resolved.of_spec.empty() && resolved.of_node.empty()) {
      const bool own = std::any_of(of_node.begin(), of_node.end(), [&](const auto& entry) {
        return entry.first.first == definition.name();
      });
      if (own) resolved.of_node.resize(definition.node_count());
      if (!own) resolved.of_spec.resize(definition.spec_count());
      for (NodeIndex each = 0; each < definition.node_count(); ++each) {
        auto& place = own ? resolved.of_node[each] : resolved.of_spec[definition.spec_index(each)];
        if (place == nullptr) place = resolve(definition, each);
      }
    }
    latest_ = &resolved;
    latest_number_ = definition_number;
  }
  return latest_->of_node.empty() ? latest_->of_spec[definition.spec_index(node)]
                                  : latest_->of_node[node];
}

}  // namespace gnomon::sim
