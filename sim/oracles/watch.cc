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
  for (const WorkflowRow& row : commit.workflows) history_.add(row);
}

void Watch::launched(const ActionKey& key, Instant at) {
  for (const auto& oracle : oracles_) oracle->launched(history_, key, at);
}

void Watch::answered(WorkflowId workflow, Instant at) {
  for (const auto& oracle : oracles_) oracle->answered(history_, workflow, at);
}

void Watch::delivered(const Taken& taken) {
  for (const auto& oracle : oracles_) oracle->delivered(history_, taken);
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
