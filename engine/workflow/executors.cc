#include "engine/workflow/executors.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "engine/base/ensure.h"
#include "engine/expressions/json.h"
#include "engine/workflow/branch.h"

namespace gnomon {
namespace {

NodeResult succeeded(Payload value = {}) {
  return {Outcome::kSucceeded, ErrorClass::kNone, std::move(value)};
}

NodeResult failed(ErrorClass error, std::string_view reason) {
  return {Outcome::kFailed, error, Payload{reason}};
}

NodeResult cancelled() {
  return {Outcome::kCancelled, ErrorClass::kNone, Payload{"the workflow was cancelled"}};
}

ChildSet& children_of(RunningNode node) {
  if (node.active.children == nullptr) node.active.children = std::make_unique<ChildSet>();
  return *node.active.children;
}

/// Asks every child to end; true if there is none to wait for.
bool cancel_children(RunningNode node, NodeServices& services) {
  const ChildSet& children = children_of(node);
  const std::vector<WorkflowId> live = children.live;
  for (const WorkflowId child : live) services.cancel_child(child);
  return live.empty();
}

/// A child that did not succeed makes the node fail; one that was cancelled with the node lets it
/// end as cancelled.
NodeResult from_child(RunningNode node, NodeResult child) {
  if (child.outcome == Outcome::kSucceeded) return child;
  if (node.active.cancel_requested && child.outcome == Outcome::kCancelled) return cancelled();
  return failed(ErrorClass::kChild,
                fmt::format("sub-workflow {}: {}", to_string(child.outcome), child.value.text()));
}

}  // namespace

void TaskExecutor::start(RunningNode node, NodeServices& services) {
  services.launch_action(node);
}
void TaskExecutor::recover(RunningNode node, NodeServices& services) {
  services.launch_action(node);
}
void TaskExecutor::cancel(RunningNode node, NodeServices& services) {
  services.cancel_action(node);
}
void TaskExecutor::action_ended(RunningNode node, NodeResult result, NodeServices& services) {
  services.finish(node, std::move(result));
}

void WorkflowNodeExecutor::start(RunningNode node, NodeServices& services) {
  const auto& target = std::get<SubworkflowSpec>(node.spec.work).workflow;
  const auto child = services.start_child(node, 0, target, node.active.input);
  if (!child) services.finish(node, failed(ErrorClass::kChild, child.error().message));
}
void WorkflowNodeExecutor::recover(RunningNode node, NodeServices&) {
  ENSURE(!children_of(node).live.empty(), "node {} runs a sub-workflow that is not there",
         node.ref().node);
}
void WorkflowNodeExecutor::cancel(RunningNode node, NodeServices& services) {
  if (cancel_children(node, services)) services.finish(node, cancelled());
}
void WorkflowNodeExecutor::child_ended(RunningNode node, std::uint32_t, NodeResult result,
                                       NodeServices& services) {
  services.finish(node, from_child(node, std::move(result)));
}

void WaitExecutor::start(RunningNode node, NodeServices& services) {
  const auto& wait = std::get<WaitSpec>(node.spec.work);
  Payload payload;
  if (!wait.signal.empty() && services.take_signal(node, wait.signal, payload)) {
    services.finish(node, succeeded(std::move(payload)));
    return;
  }
  Instant due = kNever;
  if (wait.interval) due = saturating_add(services.now(), *wait.interval);
  if (wait.until) due = std::min(due, *wait.until);
  if (wait.until_expression) {
    const auto value = services.evaluate(node, *wait.until_expression);
    const auto seconds =
        value ? json_number(*value) : Expected<double>{std::unexpected(value.error())};
    if (!seconds) {
      services.finish(node,
                      failed(ErrorClass::kExpression, "wait until: " + seconds.error().message));
      return;
    }
    constexpr double kLast = 9.2e9;  // seconds that still fit into 64 bits of nanoseconds
    if (*seconds >= 0 && *seconds < kLast) {
      due = std::min(due, from_ns(static_cast<std::int64_t>(*seconds * 1e9)));
    }
  }
  if (due != kNever) {
    services.wake_at(node, due);
  } else if (wait.signal.empty()) {
    services.finish(node, failed(ErrorClass::kExpression, "waits for an instant that never comes"));
  }
}
void WaitExecutor::recover(RunningNode node, NodeServices& services) {
  if (node.active.due_at != kUnset) services.wake_at(node, node.active.due_at);
}
void WaitExecutor::timer_fired(RunningNode node, NodeServices& services) {
  services.finish(node, succeeded());
}
void WaitExecutor::signal_received(RunningNode node, NodeServices& services) {
  Payload payload;
  const auto& wait = std::get<WaitSpec>(node.spec.work);
  if (!wait.signal.empty() && services.take_signal(node, wait.signal, payload)) {
    services.finish(node, succeeded(std::move(payload)));
  }
}

void PassExecutor::start(RunningNode node, NodeServices& services) {
  services.finish(node, succeeded());
}
void PassExecutor::recover(RunningNode node, NodeServices& services) {
  start(node, services);
}

void ConditionExecutor::start(RunningNode node, NodeServices& services) {
  const auto& cases = std::get<ConditionSpec>(node.spec.work).cases;
  std::size_t branch = 0;
  for (; branch < cases.size(); ++branch) {
    const auto value = services.evaluate(node, cases[branch].when);
    if (!value) {
      services.finish(node,
                      failed(ErrorClass::kExpression,
                             fmt::format("condition {}: {}", branch + 1, value.error().message)));
      return;
    }
    if (json_is_true(*value)) break;
  }
  services.finish(node, succeeded(branch_output(branch)));
}
void ConditionExecutor::recover(RunningNode node, NodeServices& services) {
  start(node, services);
}

void LoopExecutor::iterate(RunningNode node, Payload previous, NodeServices& services) {
  const auto& loop = std::get<LoopSpec>(node.spec.work);
  const std::uint32_t iteration = children_of(node).next;
  bool again = iteration < loop.max_iterations;
  if (again && loop.while_expression) {
    const auto value = loop.while_expression->evaluate(Payload{
        fmt::format(R"({{"input":{},"iteration":{},"output":{}}})", node.active.input.json(),
                    iteration, iteration == 0 ? std::string_view{"null"} : previous.json())});
    if (!value) {
      services.finish(node, failed(ErrorClass::kExpression, "loop: " + value.error().message));
      return;
    }
    again = json_is_true(*value);
  }
  if (!again) {
    services.finish(node, succeeded(iteration == 0 ? Payload{} : std::move(previous)));
    return;
  }
  ++children_of(node).next;
  const auto child = services.start_child(node, iteration, loop.body, std::move(previous));
  if (!child) services.finish(node, failed(ErrorClass::kChild, child.error().message));
}
void LoopExecutor::start(RunningNode node, NodeServices& services) {
  iterate(node, node.active.input, services);
}
void LoopExecutor::recover(RunningNode node, NodeServices&) {
  ENSURE(!children_of(node).live.empty(), "loop node {} has no iteration under way",
         node.ref().node);
}
void LoopExecutor::cancel(RunningNode node, NodeServices& services) {
  if (cancel_children(node, services)) services.finish(node, cancelled());
}
void LoopExecutor::child_ended(RunningNode node, std::uint32_t slot, NodeResult result,
                               NodeServices& services) {
  if (result.outcome != Outcome::kSucceeded) {
    NodeResult failure = from_child(node, std::move(result));
    if (failure.outcome == Outcome::kFailed) {
      failure.value = Payload{fmt::format("iteration {}: {}", slot, failure.value.text())};
    }
    services.finish(node, std::move(failure));
  } else if (node.active.cancel_requested) {
    services.finish(node, cancelled());
  } else {
    iterate(node, std::move(result.value), services);
  }
}

bool MapExecutor::read_items(RunningNode node, NodeServices& services) {
  const auto list = services.evaluate(node, std::get<MapSpec>(node.spec.work).items);
  auto items =
      list ? json_elements(*list) : Expected<std::vector<Payload>>{std::unexpected(list.error())};
  if (!items) {
    services.finish(node, failed(ErrorClass::kExpression, "map items: " + items.error().message));
    return false;
  }
  children_of(node).items = std::move(*items);
  return true;
}

void MapExecutor::go_on(RunningNode node, NodeServices& services) {
  const auto& map = std::get<MapSpec>(node.spec.work);
  ChildSet& children = children_of(node);
  const auto item_count = static_cast<std::uint32_t>(children.items.size());
  const bool given_up = children.failed > map.tolerated_failures || node.active.cancel_requested;
  const std::size_t limit = map.concurrency == 0 ? item_count : map.concurrency;
  while (!given_up && children.next < item_count && children.live.size() < limit) {
    const std::uint32_t slot = children.next++;
    const auto child = services.start_child(node, slot, map.body, children.items[slot]);
    if (!child) {
      services.finish(node, failed(ErrorClass::kChild, child.error().message));
      return;
    }
  }
  if (!children.live.empty()) return;
  if (node.active.cancel_requested) {
    services.finish(node, cancelled());
    return;
  }
  if (given_up) {
    services.finish(node, failed(ErrorClass::kChild, fmt::format("{} of {} items failed",
                                                                 children.failed, item_count)));
    return;
  }
  children.outputs.resize(item_count);
  Payload outputs = json_array(children.outputs);
  if (!map.reduce) {
    services.finish(node, succeeded(std::move(outputs)));
    return;
  }
  children.reducing = true;
  const auto child = services.start_child(node, item_count, *map.reduce, std::move(outputs));
  if (!child) services.finish(node, failed(ErrorClass::kChild, child.error().message));
}

void MapExecutor::start(RunningNode node, NodeServices& services) {
  if (read_items(node, services)) go_on(node, services);
}
void MapExecutor::recover(RunningNode node, NodeServices& services) {
  if (!read_items(node, services)) return;
  ChildSet& children = children_of(node);
  children.reducing = children.next > children.items.size();
  if (!children.reducing) go_on(node, services);
}
void MapExecutor::cancel(RunningNode node, NodeServices& services) {
  if (cancel_children(node, services)) services.finish(node, cancelled());
}
void MapExecutor::child_ended(RunningNode node, std::uint32_t slot, NodeResult result,
                              NodeServices& services) {
  ChildSet& children = children_of(node);
  if (children.reducing) {
    services.finish(node, from_child(node, std::move(result)));
    return;
  }
  if (result.outcome != Outcome::kSucceeded) {
    const auto& map = std::get<MapSpec>(node.spec.work);
    // One failure too many ends the map: what still runs is cancelled, and the node ends with the
    // last of them.
    if (children.failed == map.tolerated_failures + 1) cancel_children(node, services);
    static_cast<void>(slot);
  }
  go_on(node, services);
}

}  // namespace gnomon
