#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/random.h"
#include "engine/ports/clock.h"
#include "engine/ports/commit_listener.h"
#include "engine/ports/store.h"
#include "sim/workload/distribution.h"

namespace gnomon::sim {

struct SimStoreSettings {
  ShardId shard = 0;
  Distribution commit_latency;  ///< of one commit
  Duration row_latency{};       ///< added for each row of it: a store has a throughput
  /// What is kept in memory of workflows that are over. Nothing reads them back unless a host
  /// crashes, RetryWorkflow asks for one, or a subscriber lags; a long run that needs none of this
  /// keeps nothing.
  bool keep_rows = true;
  bool keep_events = true;
};

/// What is durable in the simulated world. It outlives hosts and stores.
class SimDisk {
 public:
  struct Image {
    std::uint64_t fence = 0;
    std::uint64_t sequence = 0;  ///< of the last commit under this token
    std::uint64_t next_workflow = 1;
    std::uint64_t last_event = 0;
    std::map<WorkflowId, WorkflowRow> workflows;
    std::set<std::pair<WorkflowId, WorkflowId>> children;  ///< parent, child
    std::map<std::pair<WorkflowId, NodeIndex>, NodeRow> nodes;
    std::map<std::pair<WorkflowId, std::uint64_t>, SignalRow> signals;
    std::map<DefinitionId, DefinitionRow> definitions;
    std::map<std::string, ScheduleRow> schedules;
    std::map<std::string, CursorRow> cursors;
    std::vector<gnomon::Event> events;
  };
  Image& of(ShardId shard) { return images_[shard]; }

  /// The mailbox, of all shards: commands by number, with their answers once they have one.
  std::map<std::uint64_t, std::optional<AnsweredRow>> commands;

 private:
  std::map<ShardId, Image> images_;
};

/// The Store of the simulated world: takes as long as it is told, one commit after the other. A
/// commit that is still under way when its host is gone is applied all the same, as a database
/// would.
class SimStore final : public Store, private Wakeable {
 public:
  SimStore(SimStoreSettings settings, SimDisk& disk, KeyedRandom random, Clock& clock,
           Inbox& inbox);
  ~SimStore() override;

  Expected<StoredShard> open() override;
  void commit(CommitPtr commit) override;
  void fetch(WorkflowId workflow, std::uint64_t ticket) override;
  void read_events(std::uint64_t after, std::uint32_t limit) override;

  /// Hears of every commit that is applied, also of those whose host never hears of it.
  void add_listener(CommitListener& listener) { listeners_.push_back(&listener); }

  std::uint64_t commits() const { return commits_; }
  std::uint64_t rows_written() const { return rows_written_; }

 private:
  struct Fetch {
    WorkflowId workflow;
    std::uint64_t ticket;
  };
  struct ReadEvents {
    std::uint64_t after;
    std::uint32_t limit;
  };
  using Question = std::variant<CommitPtr, Fetch, ReadEvents>;
  struct UnderWay {
    Question question;
    WakeToken wake;
  };

  void wake(std::uint64_t tag) override;
  std::optional<Error> refuse(const Commit& commit) const;
  void apply(const Commit& commit);
  void ask(Question question, Instant due);
  void answer(Question question);
  void finish(CommitPtr commit);
  void finish(const Fetch& fetch);
  void finish(const ReadEvents& read);
  StoredWorkflow stored(const WorkflowRow& row) const;
  static std::size_t row_count(const Commit& commit);

  SimStoreSettings settings_;
  KeyedRandom random_;
  Clock& clock_;
  Inbox& inbox_;
  SimDisk& disk_;
  SimDisk::Image& image_;
  std::vector<CommitListener*> listeners_;
  std::deque<UnderWay> under_way_;
  Instant busy_until_{};
  std::uint64_t commits_ = 0;
  std::uint64_t rows_written_ = 0;
};

}  // namespace gnomon::sim
