bug(acts-before-the-commit commit engine/shard/host.cc
    FIND [[      outcomes.clear();
      ++in_flight_;]]
    PLANT [[      outcomes.clear();
      if (PLANTED) act(pending);
      ++in_flight_;]])
bug(goes-on-after-a-failed-commit commit engine/shard/host.cc
    FIND [[  if (!done.result) {
    go_down(done.result.error());
    return;
  }]]
    PLANT [[  if (!done.result && !PLANTED) {
    go_down(done.result.error());
    return;
  }]]
    LIKE "Cadence: goes on after a write that may still be applied"
    WHERE https://github.com/cadence-workflow/cadence/issues/88)
bug(keeps-what-was-not-committed commit engine/shard/host.cc
    FIND [[  shard_.reset();
  pending_.clear();
  in_flight_ = 0;]]
    PLANT [[  shard_.reset();
  if (!PLANTED) pending_.clear();
  in_flight_ = 0;]]
    LIKE "Cadence: state in memory is kept when its update failed"
    WHERE https://github.com/cadence-workflow/cadence/pull/667)
bug(forgets-calls commit engine/shard/host.cc
    FIND [[    move_to(pending.calls, outcomes.decision.calls);]]
    PLANT [[    if (PLANTED) outcomes.decision.calls.resize(std::min<std::size_t>(outcomes.decision.calls.size(), 1));
    move_to(pending.calls, outcomes.decision.calls);]]
    LIKE "Cadence: an activity was committed, but is not dispatched"
    WHERE https://github.com/cadence-workflow/cadence/pull/3678)
bug(commits-under-an-old-token commit engine/shard/host.cc
    FIND [[fence_ = stored->fence;]]
    PLANT [[fence_ = PLANTED && fence_ != 0 ? fence_ : stored->fence;]])
bug(recovered-nodes-are-not-resumed recovery engine/workflow/workflow_recovery.cc
    FIND [[        if (NodeExecutor* executor = executors_.find(run.spec)) {
          executor->recover(run, *this);]]
    PLANT [[        if (NodeExecutor* executor = executors_.find(run.spec); executor != nullptr && !PLANTED) {
          executor->recover(run, *this);]]
    LIKE "Airflow: after a crash, dead tasks stay running for ever"
    WHERE https://github.com/apache/airflow/issues/7927)
bug(recovery-loses-results recovery engine/workflow/workflow_recovery.cc
    FIND [[if (!node.output.empty()) instance->outputs[node.node] = node.output;]]
    PLANT [[if (!node.output.empty() && !PLANTED) instance->outputs[node.node] = node.output;]])
bug(recovery-loses-attempts recovery engine/workflow/workflow_recovery.cc
    FIND [[active.action.attempt = node.attempt;]]
    PLANT [[active.action.attempt = PLANTED ? node.attempts_before : node.attempt;]])
