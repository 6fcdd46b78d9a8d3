#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <variant>

#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Children final : public Oracle {
 public:
  Children() : Oracle("children") {}

  void commit(const History& history, const Commit& commit) override {
    for (const WorkflowRow& row : commit.workflows) {
      if (row.parent.workflow == WorkflowId::kNone || row.slot >= kFirstAttachment) continue;
      note(row);
    }
    for (const WorkflowRow& row : commit.workflows) {
      if (row.parent.workflow != WorkflowId::kNone) hold_to_map(history, row);
    }
    for (const NodeRow& row : commit.nodes) {
      if (row.phase == NodePhase::kFinished && Outcome{row.outcome} == Outcome::kSucceeded)
        succeeded(history, row);
    }
  }

 private:
  static constexpr std::uint32_t kFirstAttachment = 1u << 31;
  struct Child {
    WorkflowId id = WorkflowId::kNone;
    bool is_live = false;
    bool is_cancelled = false;
    Outcome outcome = Outcome::kNone;
  };
  using Family = std::map<std::uint32_t, Child>;  // by slot

  void note(const WorkflowRow& row) {
    Child& child = families_[row.parent][row.slot];
    if (child.is_live && child.id != row.id) {
      tell(row.parent, fmt::format("its place {} has sub-workflows {} and {} at once", row.slot,
                                   value_of(child.id), value_of(row.id)));
    }
    child = {row.id, row.phase != WorkflowPhase::kFinished, row.cancel_requested,
             Outcome{row.outcome}};
  }

  static const NodeSpec* spec_of(const History& history, NodeRef node) {
    const WorkflowHistory* workflow = history.find(node.workflow);
    const bool known = workflow != nullptr && workflow->definition &&
                       node.node < workflow->definition->node_count();
    return known ? &workflow->definition->spec(node.node) : nullptr;
  }
  static std::uint32_t failed(const Family& family) {
    return static_cast<std::uint32_t>(std::ranges::count_if(family, [](const auto& each) {
      return !each.second.is_live && each.second.outcome != Outcome::kSucceeded;
    }));
  }

  void hold_to_map(const History& history, const WorkflowRow& row) {
    const NodeSpec* spec = spec_of(history, row.parent);
    const auto* map = spec == nullptr ? nullptr : std::get_if<MapSpec>(&spec->work);
    if (map == nullptr) return;
    const Family& family = families_[row.parent];
    const auto live = static_cast<std::uint32_t>(
        std::ranges::count_if(family, [](const auto& each) { return each.second.is_live; }));
    if (map->concurrency > 0 && live > map->concurrency) {
      tell(row.parent,
           fmt::format("{} of its items run at once, but {} may", live, map->concurrency));
    }
    if (failed(family) <= map->tolerated_failures) return;
    for (const auto& [slot, child] : family) {
      if (!child.is_live || child.is_cancelled) continue;
      tell(row.parent,
           fmt::format("{} of its items failed, but item {} goes on", failed(family), slot));
      return;
    }
  }

  /// What a node makes of its children: all of them, or the last one, or as many as it tolerates.
  void succeeded(const History& history, const NodeRow& row) {
    const NodeRef node{row.workflow, row.node};
    const NodeSpec* spec = spec_of(history, node);
    const auto family = families_.find(node);
    if (spec == nullptr || family == families_.end() || family->second.empty()) return;
    const Outcome last = family->second.rbegin()->second.outcome;
    const bool follows_last =
        spec->kind() == NodeKind::kSubworkflow || spec->kind() == NodeKind::kLoop;
    if (follows_last && last != Outcome::kSucceeded) {
      tell(node, fmt::format("has succeeded, but its sub-workflow has {}", to_string(last)));
    } else if (const auto* map = std::get_if<MapSpec>(&spec->work);
               map != nullptr && failed(family->second) > map->tolerated_failures) {
      tell(node, fmt::format("has succeeded, but {} of its items failed", failed(family->second)));
    }
  }

  void tell(NodeRef node, std::string what) {
    add({.oracle = std::string(name()),
         .what = std::move(what),
         .workflow = node.workflow,
         .node = node.node});
  }

  std::map<NodeRef, Family> families_;
};

}  // namespace

std::unique_ptr<Oracle> children() {
  return std::make_unique<Children>();
}

}  // namespace gnomon::sim
