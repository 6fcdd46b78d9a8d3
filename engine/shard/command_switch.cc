#include "engine/shard/command_switch.h"

#include <fmt/format.h>

#include <type_traits>
#include <utility>

namespace gnomon {

CommandSwitch::~CommandSwitch() {
  while (!waiting_.empty()) forget(std::string{waiting_.begin()->first});
}

ShardId CommandSwitch::destination(const RoutedCommand& command) const {
  const ShardId shard = std::visit(
      [this](const auto& each) {
        using T = std::decay_t<decltype(each)>;
        if constexpr (std::is_same_v<T, SignalByEvent>) return shard_of(each.workflow);
        if constexpr (std::is_same_v<T, ActionEnded>) return shard_of(each.key.workflow);
        return shard_;
      },
      command.what);
  // The own shard says that there is no such workflow.
  return shard < gateway_.shards() ? shard : shard_;
}

void CommandSwitch::execute(RoutedCommands commands) {
  const std::string route = commands.cursor.subscriber;
  forget(route);  // asked again
  std::vector<RoutedCommand> all = std::exchange(commands.commands, {});
  std::map<ShardId, RoutedFromShard> others;
  for (RoutedCommand& command : all) {
    const ShardId to = destination(command);
    if (to == shard_) {
      commands.commands.push_back(std::move(command));
      continue;
    }
    const auto [other, is_new] = others.try_emplace(to);
    if (is_new) {
      const auto cursor_of = [this](const std::string& name) {
        return name.empty() ? name : fmt::format("{}{}/{}", kFromShardPrefix, shard_, name);
      };
      other->second.to = to;
      other->second.routed.cursor = {cursor_of(route), commands.cursor.delivered};
      other->second.routed.was = cursor_of(commands.was);
    }
    other->second.routed.commands.push_back(std::move(command));
  }
  if (others.empty()) {
    own_.execute(std::move(commands));
    return;
  }
  Waiting& waiting = waiting_[route];
  waiting.own = std::move(commands);
  waiting.unanswered = others.size();
  // Answers come when a commit is durable, never from within.
  for (auto& [to, command] : others) {
    waiting.tickets.push_back(gateway_.send(
        std::move(command),
        [this, route](const Expected<WorkflowId>& result) { answered(route, result); }));
  }
}

void CommandSwitch::answered(const std::string& route, const Expected<WorkflowId>& result) {
  const auto found = waiting_.find(route);
  Waiting& waiting = found->second;
  if (!result) {
    waiting.own.elsewhere = std::unexpected(result.error());
    if (result.error().kind != ErrorKind::kInvalid) return;  // to be asked again
  }
  if (--waiting.unanswered > 0) return;
  RoutedCommands own = std::move(waiting.own);
  waiting_.erase(found);
  own_.execute(std::move(own));
}

void CommandSwitch::forget(const std::string& route) {
  const auto found = waiting_.find(route);
  if (found == waiting_.end()) return;
  for (const Ticket ticket : found->second.tickets) gateway_.abandon(ticket);
  waiting_.erase(found);
}

}  // namespace gnomon
