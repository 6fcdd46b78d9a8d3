#include <fmt/format.h>

#include <string>
#include <unordered_map>
#include <unordered_set>

#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Keys final : public Oracle {
 public:
  Keys() : Oracle("keys") {}

  void event(const History&, const Event& event) override {
    if (event.kind == EventKind::kExternal && !published_.emplace(event.text.text()).second)
      violated(event, "an event from outside is taken in a second time");
  }

  void commit(const History&, const Commit& commit) override {
    for (const WorkflowRow& row : commit.workflows) {
      if (row.key.empty()) continue;
      const auto [known, is_new] = workflow_of_.try_emplace(row.key, row.id);
      if (is_new || known->second == row.id) continue;
      add({.oracle = std::string(name()),
           .what = fmt::format("has the key '{}' of workflow {}", row.key, value_of(known->second)),
           .workflow = row.id});
    }
  }

 private:
  std::unordered_map<std::string, WorkflowId> workflow_of_;  // never iterated
  std::unordered_set<std::string> published_;
};

}  // namespace

std::unique_ptr<Oracle> keys() {
  return std::make_unique<Keys>();
}

}  // namespace gnomon::sim
