#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "engine/ports/store.h"
#include "sim/faults/fault_plan.h"

namespace gnomon::sim {

/// A store that suffers the faults of a plan, in front of one that does not: commits that fail
/// without effect, are delayed, or are durable while the answer says that nobody knows. Give it to
/// the inner store as its Inbox.
class FaultyStore final : public Store, public Inbox, private Wakeable {
 public:
  FaultyStore(ShardId shard, FaultPlan& plan, Clock& clock, Inbox& inbox)
      : shard_(shard), name_(std::to_string(shard)), plan_(plan), clock_(clock), inbox_(inbox) {}
  void connect(Store& inner) { inner_ = &inner; }

  Expected<StoredShard> open() override;
  void commit(CommitPtr commit) override;
  void fetch(WorkflowId workflow, std::uint64_t ticket) override {
    inner_->fetch(workflow, ticket);
  }
  void read_events(std::uint64_t after, std::uint32_t limit) override {
    inner_->read_events(after, limit);
  }
  void post(Answer answer) override;

 private:
  void wake(std::uint64_t tag) override;

  ShardId shard_;
  std::string name_;
  FaultPlan& plan_;
  Clock& clock_;
  Inbox& inbox_;
  Store* inner_ = nullptr;
  struct Delayed {
    CommitPtr commit;
    Instant due{};
  };
  std::deque<Delayed> delayed_;  // in order
  Instant latest_{};
  std::uint64_t commits_ = 0;
  std::uint64_t failed_fence_ =
      0;  // after a failure under this token, nothing under it is applied any more
};

}  // namespace gnomon::sim
