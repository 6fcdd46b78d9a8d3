#include "scenarios/runner/process_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <variant>

#include "adapters/process/command.h"
#include "engine/expressions/json.h"

namespace gnomon::scenarios {
namespace {

class ProcessCheck {
 public:
  explicit ProcessCheck(const Scenario& scenario) : scenario_(scenario) {}

  Expected<void> check() {
    for (const DefinitionPtr& definition : scenario_.workflows) visit(*definition);
    if (found_ == 0) return {};
    if (found_ > kShown) text_ += fmt::format("\n  and {} more", found_ - kShown);
    return invalid("this cannot be run for real:" + text_);
  }

 private:
  static constexpr std::size_t kShown = 20;

  void visit(const Definition& definition) {
    std::set<std::uint32_t> seen;  // nodes that are alike have one
    for (NodeIndex node = 0; node < definition.node_count(); ++node) {
      if (!seen.insert(definition.spec_index(node)).second) continue;
      const NodeWork& work = definition.spec(node).work;
      if (const auto* task = std::get_if<TaskSpec>(&work)) {
        check(definition, node, *task);
      } else if (const auto* sub = std::get_if<SubworkflowSpec>(&work)) {
        visit(sub->workflow);
      } else if (const auto* loop = std::get_if<LoopSpec>(&work)) {
        visit(loop->body);
      } else if (const auto* map = std::get_if<MapSpec>(&work)) {
        visit(map->body);
        if (map->reduce) visit(*map->reduce);
      }
    }
  }
  void visit(const WorkflowTarget& target) {
    if (target.definition != nullptr) visit(*target.definition);
  }

  void check(const Definition& definition, NodeIndex node, const TaskSpec& task) {
    const auto runtime =
        std::ranges::find(scenario_.runtimes, task.runtime,
                          [](const RuntimeSettings& each) { return each.pool.name; });
    if (runtime == scenario_.runtimes.end()) return;
    const auto has = [&](std::string_view key) {
      const auto field = json_field(task.params, key);
      return field && !field->empty();
    };
    if (!runtime->process) {
      if (has("argv") || has("shell")) {
        tell(definition, node,
             fmt::format("its command would not be run, since runtime '{}' has no `process`; "
                         "--stand-ins runs none",
                         task.runtime));
      }
      return;
    }
    if (!has("argv") && !has("shell")) {
      tell(definition, node,
           fmt::format("runtime '{}' runs processes, and the task names no command: give it "
                       "`argv` or `shell`",
                       task.runtime));
    } else if (const auto command = adapters::command_of(Launch{.key = {WorkflowId{1}, node, 1},
                                                                .task = &task,
                                                                .definition = &definition,
                                                                .input = {}},
                                                         {});
               !command) {
      tell(definition, node, command.error().message);
    }
  }

  void tell(const Definition& definition, NodeIndex node, const std::string& what) {
    if (++found_ > kShown) return;
    text_ += fmt::format("\n  workflow '{}', node '{}': {}", definition.name(),
                         definition.node_name(node), what);
  }

  const Scenario& scenario_;
  std::string text_;
  std::size_t found_ = 0;
};

}  // namespace

Expected<void> check_processes(const Scenario& scenario) {
  return ProcessCheck(scenario).check();
}

}  // namespace gnomon::scenarios
