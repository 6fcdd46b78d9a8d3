#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/model/definition.h"
#include "engine/record/rows.h"
#include "sim/workload/behaviour.h"

namespace gnomon::sim {

/// Which behaviour a task has: its node's own, else its action's, else its pool's.
class Behaviours {
 public:
  /// By action name.
  std::map<std::string, Behaviour, std::less<>> of_action;
  /// By (workflow name, node name).
  std::map<std::pair<std::string, std::string>, Behaviour> of_node;

  /// Null: the scenario says nothing of it. Found once for each node of a definition, then looked
  /// up by number.
  const Behaviour* find(const Definition& definition, std::uint64_t definition_number,
                        NodeIndex node) const;

 private:
  const Behaviour* resolve(const Definition& definition, NodeIndex node) const;
  struct Resolved {
    std::vector<const Behaviour*> of_spec;  ///< if no node of it has one of its own
    std::vector<const Behaviour*> of_node;
  };
  mutable std::map<std::uint64_t, Resolved> resolved_;
  mutable std::uint64_t latest_number_ = 0;
  mutable const Resolved* latest_ = nullptr;
};

}  // namespace gnomon::sim
