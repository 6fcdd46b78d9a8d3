#include "scenarios/runner/mailbox_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/expressions/expression.h"
#include "engine/expressions/json.h"

namespace gnomon::scenarios {

Expected<void> check_labels(const Payload& labels) {
  if (labels.empty()) return {};
  static const auto kAreLabels =
      Expression::compile(R"(type == "object" and all(.[]; type == "string"))");
  const auto good = kAreLabels ? kAreLabels->evaluate_bool(labels)
                               : Expected<bool>(std::unexpected(kAreLabels.error()));
  if (good && *good) return {};
  return invalid(R"(an object of strings is wanted, like {"team": "ads"})");
}

Command command_of(CommandRow row) {
  for (const auto& [what, json] :
       {std::pair{"payload", &row.payload}, std::pair{"labels", &row.labels}}) {
    if (json->empty()) continue;
    auto canonical = canonical_json(json->text());
    if (!canonical) return RefuseCommand{0, fmt::format("{}: {}", what, canonical.error().message)};
    *json = std::move(*canonical);
  }
  switch (row.kind) {
    case CommandKind::kStart:
      if (auto checked = check_labels(row.labels); !checked) {
        return RefuseCommand{0, "labels: " + checked.error().message};
      }
      return StartWorkflow{.workflow = {.name = std::move(row.name)},
                           .key = std::move(row.key),
                           .tenant = std::move(row.tenant),
                           .labels = std::move(row.labels),
                           .input = std::move(row.payload),
                           .priority = row.priority};
    case CommandKind::kSignal:
      return SignalWorkflow{.workflow = row.workflow,
                            .name = std::move(row.name),
                            .payload = std::move(row.payload),
                            .key = std::move(row.key)};
    case CommandKind::kCancel:
      return CancelWorkflow{0, row.workflow};
    case CommandKind::kPause:
      return PauseWorkflow{0, row.workflow};
    case CommandKind::kResume:
      return ResumeWorkflow{0, row.workflow};
    case CommandKind::kRetry:
      return RetryWorkflow{0, row.workflow};
    case CommandKind::kPublish:
      return PublishEvent{.event = std::move(row.payload)};
  }
  return RefuseCommand{0, "there is no such kind of command"};
}

MailboxClient::MailboxClient(adapters::Mailbox mailbox, Gateway& gateway,
                             const std::vector<Host*>& hosts)
    : mailbox_(std::move(mailbox)), gateway_(gateway) {
  for (ShardId shard = 0; shard < hosts.size(); ++shard) {
    hosts[shard]->add_listener(reopened_.emplace_back(*this, shard));
  }
}

void MailboxClient::Reopened::opened(const StoredShard&) {
  // What the shard forgot is sent again; what was answered while the reply was lost is over.
  std::erase_if(client.under_way_, [this](const auto& each) {
    const auto& [number, sent] = each;
    if (sent.to != shard) return false;
    client.bytes_under_way_ -= sent.bytes;
    client.gateway_.abandon(kMailboxTicket | number);
    if (client.retry_ == number) client.retry_ = 0;
    return true;
  });
  client.seen_ = 0;
  client.more_ = true;
}

void MailboxClient::look() {
  if (!down_because_.empty() || retry_ != 0) return;
  const auto failed = [this](const Error& error) {
    // Somebody writes, or the disk has its moment: the next look is soon.
    if (error.kind != ErrorKind::kDidNotHappen) down_because_ = error.message;
  };
  const auto changed = mailbox_.changed();
  if (!changed) return failed(changed.error());
  more_ = more_ || *changed;
  constexpr std::size_t kAtOnce = 16;  // of two megabytes at most
  while (more_ && retry_ == 0 && under_way_.size() < kMaxUnderWay &&
         bytes_under_way_ < kMaxBytesUnderWay) {
    auto rows = mailbox_.unanswered(seen_, kAtOnce);
    if (!rows) return failed(rows.error());
    more_ = rows->size() == kAtOnce;
    for (CommandRow& row : *rows) {
      const bool retry = row.kind == CommandKind::kRetry;
      if (retry && !under_way_.contains(row.number) && awaits(shard_of(row.workflow))) {
        more_ = true;
        return;
      }
      seen_ = row.number;
      if (under_way_.contains(row.number)) continue;
      send(std::move(row));
      if (!retry) continue;
      retry_ = seen_;
      more_ = true;
      break;
    }
  }
}

bool MailboxClient::awaits(ShardId shard) const {
  return std::ranges::any_of(under_way_,
                             [shard](const auto& each) { return each.second.to == shard; });
}

void MailboxClient::send(CommandRow row) {
  const std::uint64_t number = row.number;
  const std::size_t bytes = row.payload.text().size() + row.labels.text().size();
  // Answers come when a commit is durable, never from within.
  const ShardId shard = gateway_.send_from_mailbox(
      number, command_of(std::move(row)),
      [this, number](const Expected<WorkflowId>& result) { answered(number, result); });
  under_way_[number] = {shard, bytes};
  bytes_under_way_ += bytes;
}

void MailboxClient::answered(std::uint64_t number, const Expected<WorkflowId>& result) {
  if (!result && result.error().kind == ErrorKind::kDidNotHappen) {
    seen_ = std::min(seen_, number - 1);
    more_ = true;
  }
  const auto sent = under_way_.find(number);
  bytes_under_way_ -= sent->second.bytes;
  under_way_.erase(sent);
  if (retry_ == number) retry_ = 0;
}

}  // namespace gnomon::scenarios
