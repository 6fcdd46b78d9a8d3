#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/random.h"
#include "engine/model/policy.h"
#include "engine/ports/inbox.h"
#include "engine/ports/runtime.h"
#include "engine/record/rows.h"

namespace gnomon {

/// What the ActionService has to know of a runtime.
struct RuntimeEntry {
  std::string name;
  /// Set: the runtime does not push its completions (article A, figure 10, "before"); each attempt
  /// is asked about again and again at this interval. Absent: it pushes ("after").
  std::optional<Duration> poll_interval;
};

struct ActionSettings {
  /// A pushing runtime is asked about an attempt of which nothing was heard for so long; what it
  /// does not know any more is lost, and tried again. Duration::max(): never.
  Duration sweep_interval = 10min;
  /// How long a cancelled attempt may take to confirm its end before it is given up.
  Duration cancel_grace = 30s;
};

/// Where the attempts at a task stand.
enum class ActionStage : std::uint8_t {
  kNone,
  kLaunching,   ///< asked for, no answer yet
  kInFlight,    ///< the runtime has it
  kBackoff,     ///< failed; the next attempt comes at due_at
  kCancelling,  ///< its end was asked for
  kOver,
};

/// All attempts at one task, with the facts of the latest. Part of its node's state; the
/// ActionService keeps nothing.
struct Action {
  std::uint32_t attempt = 0;
  std::uint32_t attempts_before = 0;
  ActionStage stage = ActionStage::kNone;
  Outcome outcome = Outcome::kNone;
  ErrorClass error = ErrorClass::kNone;
  Instant launched_at = kUnset;
  Instant started_at = kUnset;
  Instant ended_at = kUnset;
  Instant due_at = kUnset;      ///< of kBackoff
  Instant expires_at = kNever;  ///< of the attempt's timeout
  Payload reason;
};

/// One task with everything its attempts depend on.
struct ActionRef {
  NodeRef node;
  Action& action;
  const TaskSpec& task;
  const Definition& definition;
  DefinitionId definition_id;
  std::uint64_t entity;  ///< see Launch::entity
  std::string_view tenant;
  const RetryPolicy& retry;
  Duration timeout;  ///< Duration::max(): none
  std::int32_t priority;
  const Payload& input;
  RuntimeIndex runtime;
};

/// How an action ended, after all its retries.
struct ActionResult {
  Outcome outcome = Outcome::kSucceeded;
  ErrorClass error = ErrorClass::kNone;
  Payload value;
};

/// What the ActionService asks of its shard. Calls to runtimes go out when the present input is
/// durable.
class ActionOutbox {
 public:
  virtual void launch(RuntimeIndex runtime, Launch launch) = 0;
  virtual void poll(RuntimeIndex runtime, const ActionKey& key) = 0;
  virtual void cancel(RuntimeIndex runtime, const ActionKey& key) = 0;
  /// ActionService::timer_fired at `at`; replaces the action's earlier timer. kNever takes it back.
  virtual void set_timer(NodeRef node, Instant at) = 0;
  virtual void event(NodeRef node, EventKind kind, const Action& action, std::int64_t detail,
                     const Payload& text) = 0;
  /// The attempt was followed by another one.
  virtual void superseded(AttemptRow attempt) = 0;

 protected:
  ~ActionOutbox() = default;
};

/// Launches tasks on runtimes without waiting for them, polls or is told of their ends, and tries
/// again what failed (article A, "Action Service"). It is the one place that knows attempts;
/// NodeExecutors see how it all ended.
///
/// Always holds: every attempt has its own key and is launched at least once under it; the first
/// end of the latest attempt counts, and nothing else does, however late, often or out of order
/// answers come; an attempt is given up only after its runtime was asked to cancel it or said that
/// it does not know it.
class ActionService {
 public:
  ActionService(std::vector<RuntimeEntry> runtimes, ActionSettings settings, KeyedRandom random,
                ActionOutbox& outbox)
      : runtimes_(std::move(runtimes)), settings_(settings), random_(random), outbox_(outbox) {}

  RuntimeIndex find(std::string_view runtime) const;

  /// Makes the first attempt. A result comes at once only if there is no such runtime.
  std::optional<ActionResult> start(Instant now, ActionRef ref);
  /// After a crash: launches again, under its key, what may be under way, or waits for the next
  /// attempt.
  std::optional<ActionResult> recover(Instant now, ActionRef ref);
  std::optional<ActionResult> cancel(Instant now, ActionRef ref);
  std::optional<ActionResult> timer_fired(Instant now, ActionRef ref);

  void accepted(Instant now, ActionRef ref, const LaunchAccepted& answer);
  void started(Instant now, ActionRef ref, const ActionStarted& answer);
  std::optional<ActionResult> launch_failed(Instant now, ActionRef ref, const LaunchFailed& answer);
  std::optional<ActionResult> ended(Instant now, ActionRef ref, const ActionEnded& answer);
  std::optional<ActionResult> status(Instant now, ActionRef ref, const ActionStatus& answer);

 private:
  static ActionKey key_of(const ActionRef& ref) {
    return {ref.node.workflow, ref.node.node, ref.action.attempt};
  }
  static bool in_flight(const Action& action);
  static bool speaks_of_latest(const ActionRef& ref, const ActionKey& key);
  void launch(Instant now, ActionRef ref, std::uint32_t units);
  void arm(Instant now, ActionRef ref);
  Duration poll_interval(RuntimeIndex runtime) const;
  std::optional<ActionResult> attempt_failed(Instant now, ActionRef ref, Outcome outcome,
                                             ErrorClass error, Payload reason);
  ActionResult over(ActionRef ref, Outcome outcome, ErrorClass error, Payload value);

  std::vector<RuntimeEntry> runtimes_;
  ActionSettings settings_;
  KeyedRandom random_;
  ActionOutbox& outbox_;
};

}  // namespace gnomon
