bug(revived-stays-blocked retry-workflow engine/workflow/workflow_life.cc
    FIND [[instance.blocking = instance.cancelling = 0;]]
    PLANT [[if (!PLANTED) instance.blocking = instance.cancelling = 0;]])
bug(revived-stays-cancelled retry-workflow engine/workflow/workflow_life.cc
    FIND [[instance.cancel_requested = instance.timed_out = false;]]
    PLANT [[if (!PLANTED) instance.cancel_requested = instance.timed_out = false;]])
bug(retry-keeps-the-old-deadline retry-workflow engine/workflow/workflow_life.cc
    FIND [[instance.deadline = saturating_add(now_, *timeout);]]
    PLANT [[instance.deadline = saturating_add(PLANTED ? instance.created_at : now_, *timeout);]]
    LIKE "Argo: a retried workflow exceeds its old deadline at once"
    WHERE https://github.com/argoproj/argo-workflows/issues/5796)
bug(run-is-not-counted retry-workflow engine/workflow/workflow_life.cc
    FIND [[  ++instance.run;
  ++live_;]]
    PLANT [[  if (!PLANTED) ++instance.run;
  ++live_;]])
bug(revives-what-runs retry-workflow engine/workflow/workflow_recovery.cc
    FIND [[if (const Instance* live = find_live(id)) {]]
    PLANT [[if (const Instance* live = PLANTED ? nullptr : find_live(id)) {]])
bug(revives-what-succeeded retry-workflow engine/workflow/workflow_recovery.cc
    FIND [[if (static_cast<Outcome>(root.outcome) == Outcome::kSucceeded) {]]
    PLANT [[if (static_cast<Outcome>(root.outcome) == Outcome::kSucceeded && !PLANTED) {]])
bug(recovery-forgets-failures retry-workflow engine/workflow/workflow_recovery.cc
    FIND [[if (failed && policy == FailurePolicy::kBlockDependents) ++instance->blocking;]]
    PLANT [[if (failed && policy == FailurePolicy::kBlockDependents && !PLANTED) ++instance->blocking;]])
