bug(wait-ends-early timers engine/workflow/executors.cc
    FIND [[if (wait.interval) due = saturating_add(services.now(), *wait.interval);]]
    PLANT [[if (wait.interval) due = saturating_add(services.now(), *wait.interval);
  if (PLANTED) {
    services.wake_at(node, due);
    node.active.due_at = due + 1s;
    return;
  }]])
bug(wait-lost-in-a-crash timers engine/workflow/executors.cc
    FIND [[if (node.active.due_at != kUnset) services.wake_at(node, node.active.due_at);]]
    PLANT [[if (node.active.due_at != kUnset && !PLANTED) services.wake_at(node, node.active.due_at);]]
    LIKE "Zeebe: due timers never fire after a restore"
    WHERE https://github.com/camunda/camunda/issues/61297)
bug(deadline-lost-in-a-crash timers engine/workflow/workflow_recovery.cc
    FIND [[if (instance.deadline != kNever) {
      timers_.push]]
    PLANT [[if (instance.deadline != kNever && !PLANTED) {
      timers_.push]])
bug(outdated-timers-fire timers engine/workflow/workflow_service.cc
    FIND [[return slot != kNoSlot && active_[slot].timer == timer.generation;]]
    PLANT [[return slot != kNoSlot && (PLANTED || active_[slot].timer == timer.generation);]])
bug(schedule-fires-early timers engine/shard/shard.cc
    FIND [[while (timer_service_.next_due() <= now) {]]
    PLANT [[while (timer_service_.next_due() <= now + (PLANTED ? Duration{1ms} : Duration{})) {]])
bug(schedule-lost-in-a-crash timers engine/timers/timer_service.cc
    FIND [[if (!row.paused && row.next_at != kNever) due_.emplace(row.next_at, row.name);]]
    PLANT [[if (!row.paused && row.next_at != kNever && !PLANTED) due_.emplace(row.next_at, row.name);]]
    LIKE "Cadence: after a failover, cron schedules no next run"
    WHERE https://github.com/cadence-workflow/cadence/issues/1419)
bug(schedule-fires-twice timers engine/timers/timer_service.cc
    FIND [[entry.row.last_at = now;
  entry.row.fired]]
    PLANT [[if (!PLANTED) entry.row.last_at = now;
  entry.row.fired]]
    LIKE "Argo: cron workflows are started twice every time"
    WHERE https://github.com/argoproj/argo-workflows/issues/2773)
