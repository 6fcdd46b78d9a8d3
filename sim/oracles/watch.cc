#include "sim/oracles/watch.h"

#include <algorithm>

namespace gnomon::sim {

void Watch::committed(const Commit& commit) {
  for (const Event& event : commit.events) {
    for (const auto& oracle : oracles_) oracle->event(history_, event);
    history_.add(event);
  }
  for (const auto& oracle : oracles_) oracle->commit(history_, commit);
  // Only now: what a timer of this commit fired was due by the rows of an earlier one.
  for (const NodeRow& row : commit.nodes) history_.add(row);
}

std::vector<Violation> Watch::end(const Ending& ending) {
  std::vector<Violation> violations;
  for (const auto& oracle : oracles_) {
    oracle->end(history_, ending);
    violations.insert(violations.end(), oracle->violations().begin(), oracle->violations().end());
  }
  return violations;
}

bool Watch::has_violations() const {
  return std::ranges::any_of(oracles_,
                             [](const auto& oracle) { return !oracle->violations().empty(); });
}

}  // namespace gnomon::sim
