#include "engine/actions/action_service.h"

#include <algorithm>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/ensure.h"

namespace gnomon {

namespace {

Payload reason_of(const Error& no_units) {
  return Payload{"units: " + no_units.message};
}

}  // namespace

RuntimeIndex ActionService::find(std::string_view runtime) const {
  for (std::size_t i = 0; i < runtimes_.size(); ++i) {
    if (runtimes_[i].name == runtime) return static_cast<RuntimeIndex>(i);
  }
  return kNoRuntime;
}

bool ActionService::in_flight(const Action& action) {
  return action.stage == ActionStage::kLaunching || action.stage == ActionStage::kInFlight ||
         action.stage == ActionStage::kCancelling;
}

bool ActionService::speaks_of_latest(const ActionRef& ref, const ActionKey& key) {
  return in_flight(ref.action) && key.attempt == ref.action.attempt;
}

Duration ActionService::poll_interval(RuntimeIndex runtime) const {
  return runtimes_[runtime].poll_interval.value_or(settings_.sweep_interval);
}

void ActionService::arm(Instant now, ActionRef ref) {
  Instant at = ref.action.expires_at;
  const Duration interval = poll_interval(ref.runtime);
  if (interval != Duration::max()) at = std::min(at, saturating_add(now, interval));
  if (at != kNever) outbox_.set_timer(ref.node, at);
}

void ActionService::launch(Instant now, ActionRef ref, std::uint32_t units) {
  Action& action = ref.action;
  action.stage = ActionStage::kLaunching;
  action.expires_at = ref.timeout == Duration::max() ? kNever : saturating_add(now, ref.timeout);
  outbox_.launch(ref.runtime, Launch{.key = key_of(ref),
                                     .task = &ref.task,
                                     .definition = &ref.definition,
                                     .definition_id = ref.definition_id,
                                     .entity = ref.entity,
                                     .tenant = name_number(ref.tenant),
                                     .units = units,
                                     .input = ref.input,
                                     .timeout = ref.timeout,
                                     .priority = ref.priority});
  arm(now, ref);
}

std::optional<ActionResult> ActionService::start(Instant now, ActionRef ref) {
  if (ref.runtime == kNoRuntime) {
    return over(ref, Outcome::kFailed, ErrorClass::kPermanent,
                Payload{fmt::format("there is no runtime named '{}'", ref.task.runtime)});
  }
  const Expected<std::uint32_t> units = ref.task.units_for(ref.input);
  if (!units) return over(ref, Outcome::kFailed, ErrorClass::kExpression, reason_of(units.error()));
  Action& action = ref.action;
  ++action.attempt;
  action.outcome = Outcome::kNone;
  action.error = ErrorClass::kNone;
  action.launched_at = action.started_at = action.ended_at = action.due_at = kUnset;
  action.reason = {};
  outbox_.event(ref.node, EventKind::kActionLaunched, action, ref.runtime, {});
  launch(now, ref, *units);
  return std::nullopt;
}

std::optional<ActionResult> ActionService::recover(Instant now, ActionRef ref) {
  if (ref.action.attempt == ref.action.attempts_before || ref.runtime == kNoRuntime)
    return start(now, ref);
  if (ref.action.due_at != kUnset) {
    ref.action.stage = ActionStage::kBackoff;
    outbox_.set_timer(ref.node, ref.action.due_at);
    return std::nullopt;
  }
  const Expected<std::uint32_t> units = ref.task.units_for(ref.input);
  if (!units) return over(ref, Outcome::kFailed, ErrorClass::kExpression, reason_of(units.error()));
  launch(now, ref, *units);
  return std::nullopt;
}

std::optional<ActionResult> ActionService::cancel(Instant now, ActionRef ref) {
  if (!in_flight(ref.action)) {
    return over(ref, Outcome::kCancelled, ErrorClass::kNone,
                Payload{"cancelled between two attempts"});
  }
  if (ref.action.stage == ActionStage::kCancelling) return std::nullopt;
  ref.action.stage = ActionStage::kCancelling;
  outbox_.cancel(ref.runtime, key_of(ref));
  outbox_.set_timer(ref.node, saturating_add(now, settings_.cancel_grace));
  return std::nullopt;
}

std::optional<ActionResult> ActionService::timer_fired(Instant now, ActionRef ref) {
  Action& action = ref.action;
  switch (action.stage) {
    case ActionStage::kBackoff:
      outbox_.superseded(AttemptRow{.key = key_of(ref),
                                    .outcome = static_cast<std::uint8_t>(action.outcome),
                                    .error_class = static_cast<std::uint8_t>(action.error),
                                    .launched_at = action.launched_at,
                                    .started_at = action.started_at,
                                    .ended_at = action.ended_at,
                                    .reason = action.reason});
      return start(now, ref);
    case ActionStage::kCancelling:
      return over(ref, Outcome::kCancelled, ErrorClass::kLost,
                  Payload{"cancelled; the runtime did not confirm the end in time"});
    case ActionStage::kLaunching:
    case ActionStage::kInFlight:
      if (action.expires_at <= now) {
        outbox_.cancel(ref.runtime, key_of(ref));
        return attempt_failed(now, ref, Outcome::kTimedOut, ErrorClass::kTimeout,
                              Payload{"was not over within its timeout"});
      }
      outbox_.poll(ref.runtime, key_of(ref));
      arm(now, ref);
      return std::nullopt;
    case ActionStage::kNone:
    case ActionStage::kOver:
      return std::nullopt;
  }
  return std::nullopt;
}

void ActionService::accepted(Instant, ActionRef ref, const LaunchAccepted& answer) {
  if (!speaks_of_latest(ref, answer.key)) return;
  if (ref.action.launched_at == kUnset) ref.action.launched_at = answer.at;
  if (ref.action.stage == ActionStage::kLaunching) ref.action.stage = ActionStage::kInFlight;
}

void ActionService::started(Instant, ActionRef ref, const ActionStarted& answer) {
  if (!speaks_of_latest(ref, answer.key) || ref.action.started_at != kUnset) return;
  ref.action.started_at = answer.started_at;
  outbox_.event(ref.node, EventKind::kActionStarted, ref.action, 0, {});
}

std::optional<ActionResult> ActionService::launch_failed(Instant now, ActionRef ref,
                                                         const LaunchFailed& answer) {
  if (!speaks_of_latest(ref, answer.key)) return std::nullopt;
  if (ref.action.stage == ActionStage::kCancelling) {
    return over(ref, Outcome::kCancelled, ErrorClass::kNone,
                Payload{"cancelled before it was launched"});
  }
  switch (answer.error.kind) {
    case ErrorKind::kMayHaveHappened:
      // Only the runtime can tell: its answer to the poll says whether the attempt is lost.
      outbox_.poll(ref.runtime, key_of(ref));
      return std::nullopt;
    case ErrorKind::kDidNotHappen:
      return attempt_failed(now, ref, Outcome::kFailed, ErrorClass::kLaunch,
                            Payload{answer.error.message});
    case ErrorKind::kCannotHappen:
    case ErrorKind::kInvalid:
      return attempt_failed(now, ref, Outcome::kFailed, ErrorClass::kPermanent,
                            Payload{answer.error.message});
  }
  return std::nullopt;
}

std::optional<ActionResult> ActionService::ended(Instant now, ActionRef ref,
                                                 const ActionEnded& answer) {
  Action& action = ref.action;
  if (!speaks_of_latest(ref, answer.key)) {
    Action ignored{.attempt = answer.key.attempt, .outcome = answer.outcome, .error = answer.error};
    outbox_.event(ref.node, EventKind::kAnswerIgnored, ignored, 0, {});
    return std::nullopt;
  }
  if (answer.started_at != kUnset) action.started_at = answer.started_at;
  action.ended_at = answer.ended_at;
  if (answer.outcome == Outcome::kSucceeded) {
    return over(ref, Outcome::kSucceeded, ErrorClass::kNone, answer.result);
  }
  if (action.stage == ActionStage::kCancelling || answer.outcome == Outcome::kCancelled) {
    return over(ref, Outcome::kCancelled, answer.error, answer.result);
  }
  return attempt_failed(now, ref, Outcome::kFailed, answer.error, answer.result);
}

std::optional<ActionResult> ActionService::status(Instant now, ActionRef ref,
                                                  const ActionStatus& answer) {
  if (!speaks_of_latest(ref, answer.key) || answer.known) return std::nullopt;
  if (ref.action.stage == ActionStage::kCancelling) {
    return over(ref, Outcome::kCancelled, ErrorClass::kLost,
                Payload{"cancelled; the runtime does not know it"});
  }
  return attempt_failed(now, ref, Outcome::kFailed, ErrorClass::kLost,
                        Payload{"the runtime does not know it any more"});
}

std::optional<ActionResult> ActionService::attempt_failed(Instant now, ActionRef ref,
                                                          Outcome outcome, ErrorClass error,
                                                          Payload reason) {
  Action& action = ref.action;
  if (action.ended_at == kUnset) action.ended_at = now;
  const std::uint32_t made = action.attempt - action.attempts_before;
  if (made >= ref.retry.max_attempts || !ref.retry.retries(error)) {
    return over(ref, outcome, error, std::move(reason));
  }
  action.outcome = outcome;
  action.error = error;
  action.reason = reason;
  outbox_.event(ref.node, EventKind::kActionEnded, action, 0, reason);

  Duration delay = ref.retry.delay_after(made);
  if (ref.retry.jitter_percent > 0 && delay.count() > 0) {
    const auto most =
        static_cast<std::uint64_t>(delay.count()) / 100 * std::min(ref.retry.jitter_percent, 100u);
    if (most > 0) {
      delay -= Duration{static_cast<std::int64_t>(
          random_.below(most, Purpose::kRetryJitter, ref.entity, ref.node.node, action.attempt))};
    }
  }
  action.stage = ActionStage::kBackoff;
  action.due_at = saturating_add(now, delay);
  outbox_.event(ref.node, EventKind::kActionRetryScheduled, action, delay.count(), {});
  outbox_.set_timer(ref.node, action.due_at);
  return std::nullopt;
}

ActionResult ActionService::over(ActionRef ref, Outcome outcome, ErrorClass error, Payload value) {
  Action& action = ref.action;
  const bool between_attempts = action.stage == ActionStage::kBackoff;
  action.stage = ActionStage::kOver;
  action.due_at = kUnset;
  // Of an attempt that failed it has been told how it ended; what comes now ends the waiting only.
  if (!between_attempts && action.attempt > action.attempts_before) {
    action.outcome = outcome;
    action.error = error;
    outbox_.event(ref.node, EventKind::kActionEnded, action, 0,
                  outcome == Outcome::kSucceeded ? Payload{} : value);
  }
  outbox_.set_timer(ref.node, kNever);
  return {outcome, error, std::move(value)};
}

}  // namespace gnomon
