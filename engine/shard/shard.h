#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/ports/store.h"
#include "engine/shard/input.h"
#include "engine/timers/timer_queue.h"
#include "engine/timers/timer_service.h"
#include "engine/workflow/workflow_service.h"

namespace gnomon {

struct ShardSettings {
  WorkflowSettings workflow;
};

/// Turns stored text back into what it was. Composition roots pass the scenario language's
/// decoders.
struct Decoders {
  DefinitionDecoder definition;
  ScheduleDecoder schedule;
};

/// Asks the store for a workflow that is no longer in memory.
struct FetchWorkflow {
  WorkflowId workflow{};
  std::uint64_t ticket = 0;
};

/// All that a batch of inputs comes to: what to commit, and what to do once that is durable.
struct Outcomes {
  Decision decision;
  std::vector<Reply> replies;
  std::vector<FetchWorkflow> fetches;
  std::vector<Delivered> routed;  ///< answers to RoutedCommands

  bool empty() const {
    return decision.commit->empty() && decision.calls.empty() && replies.empty() &&
           fetches.empty() && routed.empty();
  }
  void clear() {
    decision.clear();
    replies.clear();
    fetches.clear();
    routed.clear();
  }
};

/// The engine's one contract: a deterministic state machine that owns its workflows, nodes,
/// actions, timers and schedules. Inputs go in, one at a time; row changes, events and effects come
/// out. It knows no clock, no store and no thread; its host brings all three (host.h). Nothing
/// crosses shards but messages.
class Shard {
 public:
  Shard(ShardSettings settings, const NodeExecutors& executors);
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  /// Rebuilds the state after a crash; collect() then gives what is to be issued again.
  Expected<void> restore(Instant now, const StoredShard& stored, const Decoders& decoders);

  /// Changes the state by one input. Idempotent: an input that comes twice changes nothing the
  /// second time.
  void apply(Instant now, Input input);
  /// Fires every timer and schedule that is due.
  void apply_timers(Instant now);
  /// When the next timer or schedule is due; kNever if there is none.
  Instant next_due() const;

  /// What all inputs since the last collect() came to. Valid until the next apply.
  Outcomes& collect();
  /// Notes how far a subscriber of EventRouter has got, to be committed with the next batch.
  void advance_cursor(CursorRow cursor);

  const WorkflowService& workflows() const { return workflows_; }
  const TimerService& timers() const { return timer_service_; }

 private:
  void handle(UploadDefinition& command);
  void handle(StartWorkflow& command);
  void handle(SignalWorkflow& command);
  void handle(CancelWorkflow& command);
  void handle(PauseWorkflow& command);
  void handle(ResumeWorkflow& command);
  void handle(RetryWorkflow& command);
  void handle(AttachWorkflow& command);
  void handle(PutSchedule& command);
  void handle(RemoveSchedule& command);
  void handle(PauseSchedule& command);
  void handle(BackfillSchedule& command);
  void handle(PublishEvent& command);
  void handle(RefuseCommand& command);
  void handle(NoteHotShard& command);
  void handle(WorkflowFetched& answer);
  template <typename T>
  void fetch(const T& command);
  void handle(RoutedCommands& routed);
  void handle(RoutedFromShard& command);
  Expected<void> carry_out(RoutedCommands& routed);
  Expected<WorkflowId> carry_out(RoutedCommand::What& command);
  void reply(Ticket ticket, Expected<WorkflowId> result);
  void fire(const Firing& firing);

  Outcomes outcomes_;
  TimerQueue timers_;
  WorkflowService workflows_;
  TimerService timer_service_;
  std::map<std::string, std::uint64_t, std::less<>> cursors_;  // of EventRouter's routes
  std::uint64_t next_fetch_ = 1;
  /// Commands that wait for a workflow which is no longer in memory, by ticket of the fetch; never
  /// iterated.
  std::unordered_map<std::uint64_t, std::variant<RetryWorkflow, SignalWorkflow>> fetching_;
};

}  // namespace gnomon
