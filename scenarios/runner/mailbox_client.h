#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <string>

#include "adapters/sqlite/mailbox.h"
#include "engine/ports/commit_listener.h"
#include "engine/shard/gateway.h"

namespace gnomon::scenarios {

/// Brings the commands that other processes have put into the record's mailbox to the gateway, in
/// the order in which they were sent. Their answers reach the mailbox by the store, in the commit
/// of what they did.
///
/// Always holds: a command is under way once at most; what a host forgot when its store failed is
/// sent again, if the mailbox has no answer, when the shard is open again; what could not be done
/// for the moment (kDidNotHappen) is sent again with the next look.
class MailboxClient {
 public:
  /// The hosts must live as long as this.
  MailboxClient(adapters::Mailbox mailbox, Gateway& gateway, const std::vector<Host*>& hosts);
  MailboxClient(const MailboxClient&) = delete;
  MailboxClient& operator=(const MailboxClient&) = delete;

  /// Looks for new commands and sends them. To be called a few times a second.
  void look();
  /// Nothing that was seen waits for its answer.
  bool done() const { return under_way_.empty() && !more_; }
  /// Set when the mailbox cannot be read any more: why.
  const std::string& down_because() const { return down_because_; }

 private:
  /// Hears when a shard was opened again.
  struct Reopened final : CommitListener {
    Reopened(MailboxClient& its_client, ShardId its_shard) : client(its_client), shard(its_shard) {}
    void opened(const StoredShard& stored) override;
    void committed(const Commit&) override {}
    MailboxClient& client;
    ShardId shard;
  };
  struct Sent {
    ShardId to = 0;
    std::size_t bytes = 0;
  };
  // What waits in the engine at once; the rest waits in the record.
  static constexpr std::size_t kMaxUnderWay = 256;
  static constexpr std::size_t kMaxBytesUnderWay = 16 << 20;
  /// Whether a command is under way to that shard.
  bool awaits(ShardId shard) const;
  void send(CommandRow row);
  void answered(std::uint64_t number, const Expected<WorkflowId>& result);

  adapters::Mailbox mailbox_;
  Gateway& gateway_;
  std::list<Reopened> reopened_;             // addresses stay
  std::map<std::uint64_t, Sent> under_way_;  // by number
  std::size_t bytes_under_way_ = 0;
  std::uint64_t seen_ = 0;  // the last number that was read
  bool more_ = true;        // there may be commands after it
  /// A retry that is under way: it reads the workflow back first, and what was sent after it must
  /// find the workflow there. What was sent before it must find the workflow over, even if it has
  /// to be sent again: a retry goes out when its shard has answered everything before it.
  std::uint64_t retry_ = 0;
  std::string down_because_;
};

/// Labels are an object of strings, in canonical JSON.
Expected<void> check_labels(const Payload& labels);

/// What a row of the mailbox asks for. A row that asks for nothing that could be done (any program
/// may write one) becomes a RefuseCommand that says why.
Command command_of(CommandRow row);

}  // namespace gnomon::scenarios
