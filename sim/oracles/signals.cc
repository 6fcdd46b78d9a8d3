#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <variant>

#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Signals final : public Oracle {
 public:
  Signals() : Oracle("signals") {}

  void event(const History& history, const Event& event) override {
    if (event.kind == EventKind::kSignalReceived) {
      ++received_[event.workflow];
    } else if (event.kind == EventKind::kTimerFired) {
      const WorkflowHistory* workflow = history.find(event.workflow);
      const auto node = static_cast<NodeIndex>(event.detail);
      if (workflow == nullptr || !workflow->definition || node >= workflow->nodes.size()) return;
      const auto* wait = std::get_if<WaitSpec>(&workflow->definition->spec(node).work);
      if (wait == nullptr || wait->signal.empty()) return;
      const auto& waiting = waiting_[event.workflow];
      if (std::ranges::any_of(waiting,
                              [&](const auto& each) { return each.second == wait->signal; })) {
        violated(event, fmt::format("a wait ends by its timer, though its signal '{}' is there",
                                    wait->signal));
      }
    }
  }

  void commit(const History&, const Commit& commit) override {
    for (const SignalRow& row : commit.signals) {
      auto& waiting = waiting_[row.workflow];
      if (row.taken || row.removed) {
        waiting.erase(row.number);
        continue;
      }
      if (row.number > received_[row.workflow]) {
        tell(row, "of which no event tells");
      } else if (row.number <= last_[row.workflow]) {
        tell(row, "a second time");
      }
      last_[row.workflow] = std::max(last_[row.workflow], row.number);
      waiting[row.number] = row.name;
    }
  }

 private:
  void tell(const SignalRow& row, std::string_view what) {
    add({.oracle = std::string(name()),
         .what = fmt::format("signal {} ('{}') comes {}", row.number, row.name, what),
         .workflow = row.workflow});
  }

  std::unordered_map<WorkflowId, std::map<std::uint64_t, std::string>> waiting_;  // never iterated
  std::unordered_map<WorkflowId, std::uint64_t> received_;                        // never iterated
  std::unordered_map<WorkflowId, std::uint64_t> last_;                            // never iterated
};

}  // namespace

std::unique_ptr<Oracle> signals() {
  return std::make_unique<Signals>();
}

}  // namespace gnomon::sim
