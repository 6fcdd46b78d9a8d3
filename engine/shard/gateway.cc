#include "engine/shard/gateway.h"

#include <type_traits>
#include <utility>

namespace gnomon {

Gateway::Gateway(GatewaySettings settings, std::vector<Host*> hosts,
                 std::vector<CommandInbox*> inboxes)
    : settings_(settings),
      hosts_(std::move(hosts)),
      inboxes_(std::move(inboxes)),
      loads_(hosts_.size()),
      hot_(hosts_.size()) {
  for (Host* host : hosts_) host->set_client(*this);
}

void Gateway::learn_keys() {
  if (hosts_.size() == 1) return;
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    if (const Shard* shard = hosts_[i]->shard()) {
      for (const std::string& key : shard->workflows().known_keys())
        shard_of_key_[key] = static_cast<ShardId>(i);
    }
  }
}

ShardId Gateway::shard_for(const StartWorkflow& start) {
  ++starts_;
  if (hosts_.size() == 1) return 0;
  if (!start.key.empty()) {
    const auto known = shard_of_key_.find(start.key);
    if (known != shard_of_key_.end()) return known->second;
  }
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    const Shard* shard = hosts_[i]->shard();
    if (shard != nullptr) loads_[i] = shard->workflows().live_nodes();
  }
  const ShardId shard = place(settings_.placement, start.tenant, start.key, starts_, loads_);
  if (!start.key.empty()) shard_of_key_.emplace(start.key, shard);
  watch_load(shard);
  return shard;
}

void Gateway::watch_load(ShardId shard) {
  const std::uint64_t percent = relative_load(loads_, shard);
  const bool hot = percent > settings_.hot_percent && loads_[shard] >= settings_.hot_minimum;
  if (hot && !hot_[shard]) inboxes_[shard]->submit(NoteHotShard{percent});
  hot_[shard] = hot;
}

Ticket Gateway::send(Command command, Answered answered) {
  Ticket ticket = 0;
  if (answered) {
    ticket = next_ticket_++;
    waiting_.emplace(ticket, std::move(answered));
  }
  submit(ticket, std::move(command));
  return ticket;
}

ShardId Gateway::send_from_mailbox(std::uint64_t number, Command command, Answered answered) {
  const Ticket ticket = kMailboxTicket | number;
  waiting_.insert_or_assign(ticket, std::move(answered));
  return submit(ticket, std::move(command));
}

ShardId Gateway::submit(Ticket ticket, Command command) {
  ShardId shard = 0;
  std::visit(
      [&](auto& each) {
        using T = std::decay_t<decltype(each)>;
        if constexpr (!std::is_same_v<T, NoteHotShard>) each.ticket = ticket;
        if constexpr (std::is_same_v<T, UploadDefinition>) {
          // Every shard has every definition; the first one answers.
          for (CommandInbox* inbox : inboxes_) {
            inbox->submit(each);
            each.ticket = 0;
          }
          return;
        } else if constexpr (std::is_same_v<T, StartWorkflow>) {
          shard = shard_for(each);
        } else if constexpr (std::is_same_v<T, AttachWorkflow>) {
          shard = shard_of(each.parent.workflow);
        } else if constexpr (std::is_same_v<T, RoutedFromShard>) {
          shard = each.to;
        } else if constexpr (requires { each.workflow; }) {
          shard = shard_of(each.workflow);
        }
        if (shard < hosts_.size()) {
          inboxes_[shard]->submit(std::move(each));
        } else {
          shard = 0;
          inboxes_.front()->submit(RefuseCommand{ticket, "there is no such shard"});
        }
      },
      command);
  return shard;
}

bool Gateway::is_live(WorkflowId workflow) const {
  const ShardId shard = shard_of(workflow);
  return shard < hosts_.size() && hosts_[shard]->shard() != nullptr &&
         hosts_[shard]->shard()->workflows().find(workflow) != nullptr;
}

void Gateway::reply(const Reply& reply) {
  const auto found = waiting_.find(reply.ticket);
  if (found == waiting_.end()) return;
  Answered answered = std::move(found->second);
  waiting_.erase(found);
  answered(reply.result);
}

}  // namespace gnomon
