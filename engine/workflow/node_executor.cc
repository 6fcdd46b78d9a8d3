#include "engine/workflow/node_executor.h"

#include <utility>

#include "engine/base/ensure.h"
#include "engine/workflow/executors.h"

namespace gnomon {

void NodeExecutor::cancel(RunningNode node, NodeServices& services) {
  services.finish(node,
                  {Outcome::kCancelled, ErrorClass::kNone, Payload{"the workflow was cancelled"}});
}

// What an executor did not ask for may still come once: an answer to an earlier run, a timer that
// was outdated.
void NodeExecutor::action_ended(RunningNode, NodeResult, NodeServices&) {}
void NodeExecutor::timer_fired(RunningNode, NodeServices&) {}
void NodeExecutor::signal_received(RunningNode, NodeServices&) {}
void NodeExecutor::child_ended(RunningNode, std::uint32_t, NodeResult, NodeServices&) {}

NodeExecutors::NodeExecutors() {
  core_.push_back(std::make_unique<TaskExecutor>());
  core_.push_back(std::make_unique<WorkflowNodeExecutor>());
  core_.push_back(std::make_unique<WaitExecutor>());
  core_.push_back(std::make_unique<PassExecutor>());
  core_.push_back(std::make_unique<ConditionExecutor>());
  core_.push_back(std::make_unique<LoopExecutor>());
  core_.push_back(std::make_unique<MapExecutor>());
}

void NodeExecutors::add(std::string kind, std::unique_ptr<NodeExecutor> executor) {
  for (const auto& [name, known] : custom_) {
    ENSURE(name != kind, "node kind '{}' was added twice", kind);
  }
  custom_.emplace_back(std::move(kind), std::move(executor));
}

NodeExecutor* NodeExecutors::find(const NodeSpec& spec) const {
  const auto kind = static_cast<std::size_t>(spec.kind());
  if (kind < core_.size()) return core_[kind].get();
  const auto& name = std::get<CustomSpec>(spec.work).kind;
  for (const auto& [known, executor] : custom_) {
    if (known == name) return executor.get();
  }
  return nullptr;
}

}  // namespace gnomon
