#include <fmt/format.h>

#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Outcomes final : public Oracle {
 public:
  Outcomes() : Oracle("outcomes") {}

  void event(const History& history, const Event& event) override {
    switch (event.kind) {
      case EventKind::kWorkflowCreated:
        ++created_;
        if (history.find(event.workflow) != nullptr) violated(event, "is created a second time");
        return;
      case EventKind::kWorkflowEnded:
        ++ended_;
        ends(history.find(event.workflow), event);
        return;
      case EventKind::kWorkflowRetried: {
        ++revived_;
        const WorkflowHistory* workflow = history.find(event.workflow);
        if (workflow == nullptr || !workflow->over) {
          violated(event, "is revived, but is not over");
        } else if (workflow->outcome == Outcome::kSucceeded) {
          violated(event, "is revived, but has succeeded");
        }
        return;
      }
      default:
        return;
    }
  }

  void end(const History& history, const Ending& ending) override {
    if (created_ + revived_ == ended_ + history.live()) return;
    add({.oracle = std::string(name()),
         .what = fmt::format("{} workflows started and {} were revived, but {} ended and {} live",
                             created_, revived_, ended_, history.live()),
         .at = ending.at});
  }

 private:
  void ends(const WorkflowHistory* workflow, const Event& event) {
    if (workflow == nullptr) {
      violated(event, "ends, but was never created");
    } else if (workflow->over) {
      violated(event, fmt::format("ends as {}, but has ended as {}",
                                  to_string(static_cast<Outcome>(event.outcome)),
                                  to_string(workflow->outcome)));
    } else if (workflow->active > 0) {
      violated(event, fmt::format("ends while {} of its nodes are at work", workflow->active));
    }
  }

  std::uint64_t created_ = 0;
  std::uint64_t revived_ = 0;
  std::uint64_t ended_ = 0;
};

}  // namespace

std::unique_ptr<Oracle> outcomes() {
  return std::make_unique<Outcomes>();
}

}  // namespace gnomon::sim
