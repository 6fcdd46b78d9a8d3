bug(late-answers-count attempts engine/actions/action_service.cc
    FIND [[return in_flight(ref.action) && key.attempt == ref.action.attempt;]]
    PLANT [[return in_flight(ref.action) && (PLANTED || key.attempt == ref.action.attempt);]]
    LIKE "Airflow: a late callback of try 1 fails try 2"
    WHERE https://github.com/apache/airflow/pull/63726)
bug(answers-between-attempts-count attempts engine/actions/action_service.cc
    FIND [[return action.stage == ActionStage::kLaunching || action.stage == ActionStage::kInFlight ||]]
    PLANT [[return (PLANTED && action.stage == ActionStage::kBackoff) || action.stage == ActionStage::kLaunching ||
         action.stage == ActionStage::kInFlight ||]]
    LIKE "Airflow: a try reported lost twice fails between retries"
    WHERE https://github.com/apache/airflow/issues/31212)
bug(one-attempt-too-many attempts engine/actions/action_service.cc
    FIND [[made >= ref.retry.max_attempts ||]]
    PLANT [[(PLANTED ? made > ref.retry.max_attempts : made >= ref.retry.max_attempts) ||]])
bug(retries-whatever-the-error attempts engine/actions/action_service.cc
    FIND [[!ref.retry.retries(error)) {]]
    PLANT [[(!PLANTED && !ref.retry.retries(error))) {]])
bug(no-backoff attempts engine/actions/action_service.cc
    FIND [[action.due_at = saturating_add(now, delay);]]
    PLANT [[action.due_at = PLANTED ? now : saturating_add(now, delay);]]
    LIKE "Argo: retries do not wait for their backoff"
    WHERE https://github.com/argoproj/argo-workflows/issues/9170)
bug(backoff-lost-in-a-crash attempts engine/actions/action_service.cc
    FIND [[if (ref.action.due_at != kUnset) {]]
    PLANT [[if (ref.action.due_at != kUnset && !PLANTED) {]])
bug(backoff-never-ends-after-a-crash attempts engine/actions/action_service.cc
    FIND [[outbox_.set_timer(ref.node, ref.action.due_at);]]
    PLANT [[if (!PLANTED) outbox_.set_timer(ref.node, ref.action.due_at);]]
    LIKE "Zeebe: failed jobs never come back from their backoff"
    WHERE https://github.com/camunda/camunda/issues/14329)
bug(recovery-makes-a-new-attempt attempts engine/actions/action_service.cc
    FIND [[if (ref.action.attempt == ref.action.attempts_before || ref.runtime == kNoRuntime)]]
    PLANT [[if (PLANTED || ref.action.attempt == ref.action.attempts_before || ref.runtime == kNoRuntime)]]
    LIKE "Airflow: a restart starts a running task a second time"
    WHERE https://github.com/apache/airflow/issues/23520)
bug(lost-completion-never-asked-for attempts engine/actions/action_service.cc
    FIND [[      outbox_.poll(ref.runtime, key_of(ref));
      arm(now, ref);]]
    PLANT [[      outbox_.poll(ref.runtime, key_of(ref));
      if (!PLANTED) arm(now, ref);]])
bug(timeout-never-strikes attempts engine/actions/action_service.cc
    FIND [[if (action.expires_at <= now) {]]
    PLANT [[if (!PLANTED && action.expires_at <= now) {]]
    LIKE "Zeebe: jobs do not time out"
    WHERE https://github.com/camunda/camunda/issues/13190)
bug(only-the-first-attempt-times-out attempts engine/actions/action_service.cc
    FIND [[action.expires_at = ref.timeout == Duration::max() ? kNever : saturating_add(now, ref.timeout);]]
    PLANT [[action.expires_at =
      ref.timeout == Duration::max() || (PLANTED && action.attempt > action.attempts_before + 1)
          ? kNever
          : saturating_add(now, ref.timeout);]]
    LIKE "Conductor: a task does not time out once it was retried"
    WHERE https://github.com/Netflix/conductor/issues/3864)
bug(cancel-is-never-given-up attempts engine/actions/action_service.cc
    FIND [[outbox_.set_timer(ref.node, saturating_add(now, settings_.cancel_grace));]]
    PLANT [[outbox_.set_timer(ref.node, PLANTED ? kNever : saturating_add(now, settings_.cancel_grace));]])
bug(ambiguous-launch-counts-as-failed attempts engine/actions/action_service.cc
    FIND [[    case ErrorKind::kMayHaveHappened:
      // Only the runtime can tell: its answer to the poll says whether the attempt is lost.]]
    PLANT [[    case ErrorKind::kMayHaveHappened:
      if (PLANTED)
        return attempt_failed(now, ref, Outcome::kFailed, ErrorClass::kLaunch, Payload{answer.error.message});]])
bug(success-of-a-cancelled-attempt-is-retried attempts engine/actions/action_service.cc
    FIND [[if (action.stage == ActionStage::kCancelling || answer.outcome == Outcome::kCancelled) {]]
    PLANT [[if (!PLANTED && (action.stage == ActionStage::kCancelling || answer.outcome == Outcome::kCancelled)) {]])
bug(end-told-twice attempts engine/actions/action_service.cc
    FIND [[if (!between_attempts && action.attempt > action.attempts_before) {]]
    PLANT [[if ((PLANTED || !between_attempts) && action.attempt > action.attempts_before) {]])
bug(end-between-attempts-is-not-kept attempts engine/actions/action_service.cc
    FIND [[  action.outcome = outcome;
  action.error = error;
  action.reason = reason;
  outbox_.event(]]
    PLANT [[  action.outcome = outcome;
  action.error = error;
  action.reason = reason;
  if (!PLANTED) outbox_.event(]])
