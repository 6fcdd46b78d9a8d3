#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/shard/host.h"
#include "engine/shard/placement.h"

namespace gnomon {

struct GatewaySettings {
  PlacementPolicy placement = PlacementPolicy::kTwoChoices;
  /// A shard that carries more than this, in percent of the mean, and at least `hot_minimum` nodes,
  /// raises shard_hot.
  std::uint64_t hot_percent = 300;
  std::uint64_t hot_minimum = 1'000;
};

/// Where clients come first: takes their commands to the right shard and brings the answers back.
///
/// Always holds: a workflow, once placed, is reached in its shard; a key names one workflow in all
/// shards; a command is answered at most once, and not before what it did is durable. A command
/// whose host crashes is never answered: ask again under the same key.
class Gateway final : public Client {
 public:
  using Answered = std::move_only_function<void(const Expected<WorkflowId>&)>;

  /// One host and one inbox for each shard; the inbox is the host itself, or what stands in front
  /// of it.
  Gateway(GatewaySettings settings, std::vector<Host*> hosts, std::vector<CommandInbox*> inboxes);

  /// Sends a command; `answered` (may be empty) hears of the result.
  Ticket send(Command command, Answered answered = {});
  /// Sends the command that lies under `number` in the mailbox, whose answer becomes durable with
  /// what it does. Gives the shard that will answer; if its host crashes first, send it again when
  /// the shard is open and the command still has no answer.
  ShardId send_from_mailbox(std::uint64_t number, Command command, Answered answered);
  /// Waits no more for that answer.
  void abandon(Ticket ticket) { waiting_.erase(ticket); }
  /// After hosts have started: learns which shard has which key.
  void learn_keys();

  /// Whether the shard of the workflow has it in memory: it is not over.
  bool is_live(WorkflowId workflow) const;
  std::size_t shards() const { return hosts_.size(); }
  std::uint64_t unanswered() const { return waiting_.size(); }

 private:
  void reply(const Reply& reply) override;
  ShardId submit(Ticket ticket, Command command);
  ShardId shard_for(const StartWorkflow& start);
  void watch_load(ShardId shard);

  GatewaySettings settings_;
  std::vector<Host*> hosts_;
  std::vector<CommandInbox*> inboxes_;
  std::vector<std::uint64_t> loads_;
  std::vector<bool> hot_;
  std::unordered_map<std::string, ShardId> shard_of_key_;  // never iterated
  std::unordered_map<Ticket, Answered> waiting_;           // never iterated
  Ticket next_ticket_ = 1;
  std::uint64_t starts_ = 0;
};

}  // namespace gnomon
