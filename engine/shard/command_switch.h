#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "engine/shard/gateway.h"
#include "engine/shard/host.h"

namespace gnomon {

/// Takes what the routes of one shard ask for to the shards of the workflows that it is about:
/// other shards first, by the gateway, and the route's own shard with its cursor when all of them
/// have answered. (A workflow that is started is the own shard's.)
///
/// Always holds: the route's cursor passes an event only after every shard has durably done what
/// the event asked of it. Each shard keeps a cursor for it and does it once, so whatever is lost on
/// the way is asked again: by the router when no answer comes, or when the own shard was opened
/// again.
class CommandSwitch final : public RouterServices {
 public:
  /// `own` and `gateway` must outlive it.
  CommandSwitch(ShardId shard, Host& own, Gateway& gateway)
      : shard_(shard), own_(own), gateway_(gateway) {}
  ~CommandSwitch();
  CommandSwitch(const CommandSwitch&) = delete;
  CommandSwitch& operator=(const CommandSwitch&) = delete;

  void advance_cursor(CursorRow cursor) override { own_.advance_cursor(std::move(cursor)); }
  void execute(RoutedCommands commands) override;
  DefinitionPtr definition(DefinitionId id) const override { return own_.definition(id); }

 private:
  /// What one route waits for.
  struct Waiting {
    RoutedCommands own;  ///< to be done last
    std::vector<Ticket> tickets;
    std::size_t unanswered = 0;
  };
  void answered(const std::string& route, const Expected<WorkflowId>& result);
  void forget(const std::string& route);
  ShardId destination(const RoutedCommand& command) const;

  ShardId shard_;
  Host& own_;
  Gateway& gateway_;
  std::map<std::string, Waiting> waiting_;  // by route
};

}  // namespace gnomon
